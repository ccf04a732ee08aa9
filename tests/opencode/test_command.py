"""Which variables make an opencode another one, and which it never sees."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kugetsu_tui.opencode.command import environment_in, heeded

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    "name",
    [
        *("PATH", "VIRTUAL_ENV", "SSH_AUTH_SOCK", "ANTHROPIC_API_KEY", "GH_TOKEN", "AWS_PROFILE"),
        *("https_proxy", "HTTPS_PROXY", "OPENAI_BASE_URL", "NODE_EXTRA_CA_CERTS"),
        *("OPENCODE_CONFIG", "OPENCODE_CONFIG_CONTENT", "OPENCODE_PERMISSION"),
    ],
)
def test_what_opencode_reaches_with_it_and_what_it_may_do_are_heeded(name: str) -> None:
    assert heeded({name: "a"}) == {name: "a"}


@pytest.mark.parametrize(
    "name",
    [
        *("PWD", "OLDPWD", "SHLVL", "TERM", "TMUX_PANE", "WINDOWID", "SSH_CONNECTION", "COLUMNS"),
        *("OPENCODE", "OPENCODE_PID", "OPENCODE_SERVER_PASSWORD", "KUGETSU_RUN_ID"),
    ],
)
def test_what_differs_from_window_to_window_is_not(name: str) -> None:
    assert heeded({name: "a"}) == {}


def test_a_git_hook_that_calls_us_does_not_lend_its_repository(tmp_path: Path) -> None:
    theirs, hooks = tmp_path / "theirs", tmp_path / "hooks"
    for repository in (theirs, hooks):
        subprocess.run(["git", "init", "-q", repository], check=True)
    of_a_hook = {"PATH": "/usr/bin:/bin", "GIT_DIR": f"{hooks}/.git", "GIT_INDEX_FILE": "index"}

    told = subprocess.run(
        ["git", "rev-parse", "--absolute-git-dir"],
        env=environment_in(theirs, of_a_hook),
        cwd=theirs,
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(told.stdout.strip()).samefile(theirs / ".git")


def test_what_a_container_tells_git_goes_along(tmp_path: Path) -> None:
    said = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_SSH": "ssh"}

    assert environment_in(tmp_path, said) == {**said, "PWD": str(tmp_path)}
