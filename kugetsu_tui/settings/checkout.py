"""Folders and their git remotes, as the `git` program tells them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.git_variables import OF_A_REPOSITORY
from kugetsu_tui.domain.issue_ref import repository_of_remote

_PATIENCE = 5.0
"""Seconds; git answers this within milliseconds, save on a file system that hangs."""
_ELSEWHERE = OF_A_REPOSITORY | {"GIT_CONFIG", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"}
"""Variables whose word on a repository may be another's (`git rev-parse --local-env-vars`)."""

_FETCHED = " (fetch)"
"""What `git remote --verbose` writes behind a URL that it fetches from."""


class GitCheckout:
    """What git knows of a folder.

    Where it knows nothing, is missing or refuses (an owner that it does not trust), there is no
    remote to complete a reference from, and that is no error.
    """

    def current_directory(self) -> Path:
        """Raises `EnvironmentUnfitError` where it was deleted under us."""
        try:
            return Path.cwd()
        except OSError as error:
            raise EnvironmentUnfitError(
                f"the current directory cannot be used: {error.strerror}",
                hint="cd to a directory that exists",
            ) from error

    def repositories(self, directory: Path) -> Sequence[str]:
        """`instance/user/repo` of each remote that names one, `origin` first.

        URLs are those that git fetches from: `url.<base>.insteadOf` is applied.
        """
        lines = (line.partition("\t") for line in _remotes(directory).splitlines())
        remotes = [(name, url.partition(_FETCHED)[0]) for name, _, url in lines if _FETCHED in url]
        remotes.sort(key=lambda remote: remote[0] != "origin")
        found = (repository_of_remote(url) for _, url in remotes)
        return tuple(dict.fromkeys(repository for repository in found if repository))

    def diff(self, directory: Path, files: Sequence[str]) -> str:
        """What is uncommitted in these files; nothing outside a work tree."""
        from kugetsu_tui.settings.work_tree import diff_of  # noqa: PLC0415 - few verbs need it

        return diff_of(directory, files, _environment())


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}


def _remotes(directory: Path) -> str:
    import subprocess  # noqa: PLC0415, TID251 - only references in need of a checkout pay for it

    try:
        return subprocess.run(
            ("git", "-C", str(directory), "remote", "--verbose"),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=True,
            text=True,
            errors="replace",
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return ""
