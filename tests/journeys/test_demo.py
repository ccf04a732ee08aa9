"""The demo, as somebody sees it who has just cloned this."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import psutil
import pytest

from tests.journeys.kugetsu import environment_of, eventually
from tests.journeys.tmux import terminal

pytestmark = [pytest.mark.opencode, pytest.mark.tmux]

_PROGRAM = Path(sys.executable).with_name("kugetsu-tui")


def _worlds(folder: Path) -> list[Path]:
    return list(folder.glob("kugetsu-demo-*"))


def test_the_demo_lives_answers_a_key_and_leaves_nothing(
    tmp_path: Path, opencode_program: Path
) -> None:
    home, scratch = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    scratch.mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "TMPDIR": str(scratch),
        "KUGETSU_OPENCODE": str(opencode_program),
        "TERM": "xterm-256color",
    }
    environment.pop("TMUX", None)

    with terminal(tmp_path, cwd=home, environment=environment) as shown:
        shown.enter(f"{_PROGRAM} --demo; echo ended with $?")
        shown.until_it_shows("a demo: the model is played")
        shown.until_it_shows("gatekeeper#14")
        shown.until_it_shows("gatekeeper#9")
        failed = shown.until_it_shows("✗")
        assert "gatekeeper#15" in failed
        eventually(lambda: _is_idle(shown.screen(), "gatekeeper#14"))
        shown.type("/")
        shown.until_it_shows("⏎ keep")
        shown.type("#9")
        shown.until_it_shows("1 of 6")
        shown.type("Escape")
        shown.until_it_shows("gatekeeper#3")
        shown.type("q")
        shown.until_it_shows("ended with 0")

    assert _worlds(scratch) == []
    homes = [environment_of(who).get("HOME", "") for who in psutil.process_iter()]
    assert not [each for each in homes if each.startswith(str(scratch))], "somebody runs on"
    assert [path for path in home.rglob("*") if path.is_file()] == []


def _is_idle(screen: str, issue: str) -> bool:
    return any("idle" in line and issue in line for line in screen.splitlines())
