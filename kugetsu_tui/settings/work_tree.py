"""What git says was changed in a work tree, asked so that nothing the folder names is run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Timer

_PATIENCE = 5.0
"""Seconds; git answers this within milliseconds, save on a file system that hangs."""
_MOST = 2 * 1024 * 1024
"""Bytes that are read of a diff."""
_CONFIGURATION = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.quotePath": "false",
    "diff.external": "",
}
_DIFF = (
    "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--no-renames",
    "--ignore-submodules=all", "--src-prefix=a/", "--dst-prefix=b/", "HEAD", "--",
)  # fmt: skip


def diff_of(directory: Path, files: Sequence[str], environment: Mapping[str, str]) -> str:
    """The files as they are now against the last commit; empty where git does not know them.

    A repository's own configuration can name programs that git runs when it compares: monitors,
    drivers, filters. An agent may have written it; so all of them are taken out.

    Args:
        directory: in the work tree.
        files: paths within it, or absolute.
        environment: free of variables that bind git to another repository.
    """
    overridden = {**_CONFIGURATION, **dict(_own_filters(directory, environment))}
    configuration = {
        "GIT_CONFIG_COUNT": str(len(overridden)),
        **{f"GIT_CONFIG_KEY_{n}": key for n, key in enumerate(overridden)},
        **{f"GIT_CONFIG_VALUE_{n}": value for n, value in enumerate(overridden.values())},
    }
    return _git(directory, (*_DIFF, *files), {**environment, **configuration})


def _own_filters(directory: Path, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    words = ("config", "--local", "--null", "--name-only", "--get-regexp", r"^filter\.")
    for key in _git(directory, words, environment).split("\0"):
        if key:
            yield key, "false" if key.endswith(".required") else ""


def _git(directory: Path, words: Sequence[str], environment: Mapping[str, str]) -> str:
    """What git says, up to a limit; nothing where it is missing, refuses, or takes too long."""
    import subprocess  # noqa: PLC0415, TID251 - only a diff has need of git

    options = ("--no-pager", "--no-optional-locks", "--literal-pathspecs")
    try:
        process = subprocess.Popen(
            ("git", "-C", str(directory), *options, *words),
            env={**environment, "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return ""
    late = Timer(_PATIENCE, process.kill)
    late.start()
    with process:
        said = process.stdout.read(_MOST) if process.stdout else b""
        is_cut = len(said) == _MOST
        if is_cut:
            process.kill()
    late.cancel()
    if process.returncode and not is_cut:
        return ""
    return said.decode(errors="replace")
