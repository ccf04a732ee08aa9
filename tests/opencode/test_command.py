"""Which variables make an opencode another one."""

from __future__ import annotations

import pytest

from kugetsu_tui.opencode.command import heeded

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
