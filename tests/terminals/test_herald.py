"""Notifications in the words of each terminal, and the user's program."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.terminals.herald import TerminalHerald

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("environment", "sequence"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;kugetsu: a ended\x07"),
        ({"TERM": "xterm-kitty"}, "\x1b]9;kugetsu: a ended\x07"),
        ({"TERM": "foot"}, "\x1b]777;notify;kugetsu;a ended\x07"),
        ({"TERM": "rxvt-unicode"}, "\x1b]777;notify;kugetsu;a ended\x07"),
        (
            {"TERM": "xterm-256color", "VTE_VERSION": "7600"},
            "\x1b]777;notify;kugetsu;a ended\x07",
        ),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/tmux"},
            "\x1bPtmux;\x1b\x1b]9;kugetsu: a ended\x07\x1b\\",
        ),
        ({"TERM": "screen", "STY": "1.pts"}, "\x1bP\x1b]9;kugetsu: a ended\x07\x1b\\"),
        ({"TERM": "linux"}, ""),
        ({"TERM": "vt220"}, ""),
    ],
)
def test_each_terminal_is_told_in_its_own_way(environment: dict[str, str], sequence: str) -> None:
    assert TerminalHerald(environment).notification("kugetsu", "a ended") == sequence


def test_words_cannot_end_the_sequence_or_begin_another() -> None:
    told = TerminalHerald({"TERM": "foot"}).notification("a;b", "x\x07\x1b]52;c;Zm9v\x07\x9c")

    assert told.count("\x1b") == 1
    assert told.count("\x07") == 1
    assert "\x9c" not in told
    assert "notify;a,b;" in told


def test_the_users_program_gets_the_facts_as_variables(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = "import os, pathlib, sys; pathlib.Path(sys.argv[1]).write_text(os.environ['FACT'])"
    fact = "$(touch /tmp/no) `no`; \"no\" 'no'"

    TerminalHerald({}).call([sys.executable, "-c", script, str(told)], {"FACT": fact})

    end = time.monotonic() + 20
    while not (told.exists() and told.read_text() == fact):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_program_that_cannot_be_started_is_named() -> None:
    with pytest.raises(EnvironmentUnfitError, match=r"notify\.command: /no/such: No such file"):
        TerminalHerald({}).call(["/no/such"], {})
