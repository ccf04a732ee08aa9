"""The screen as people have it: in a window that changes, with keys, a mouse and a shell beneath.

One window for all of it; each test begins and ends on the board.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.kugetsu import eventually
from tests.journeys.tmux import Terminal, terminal

pytestmark = pytest.mark.tmux

_ROOT = Path(__file__).parents[2]
_SIZES = {"120x36": (120, 36), "80x24": (80, 24), "40x12": (40, 12)}
_STORM = (*((20, 5), (200, 50), (40, 12), (81, 23), (39, 9), (120, 36), (1, 1), (60, 70)),)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    fixed = {"COLUMNS", "LINES"}  # Textual takes these for the terminal's, for good
    others = {name: value for name, value in os.environ.items() if name not in fixed}
    environment = {**others, "SHELL": "/bin/bash", "TERM": "screen-256color"}
    folder = tmp_path_factory.mktemp("tmux")
    with terminal(folder, cwd=_ROOT, environment=environment) as opened:
        opened.enter("exec bash --norc")
        opened.enter("clear; echo $((6 * 7)) is bash")
        opened.until_it_shows("42 is bash")
        opened.enter(f"{sys.executable} -m tests.tui.on_a_terminal busy-morning")
        opened.until_it_shows("Fix the login bug")
        yield opened


@pytest.fixture
def screen(shell: Terminal) -> Terminal:
    resize(shell, 120, 36)
    return shell


def resize(screen: Terminal, columns: int, rows: int) -> None:
    """And wait until the line of keys is the last one."""
    screen.resize(columns, rows)
    try:
        eventually(lambda: "? help" in "".join(screen.screen().splitlines()[rows - 1 :]) or None)
    except AssertionError as error:
        raise AssertionError(f"no line of keys at the end of:\n{screen.screen()}") from error


def left(screen: Terminal, words: str) -> None:
    """Wait until these are not on it any more."""
    eventually(lambda: words not in screen.screen() or None)


def is_the_shells(screen: Terminal) -> bool:
    """Nothing of ours is left in the terminal's modes."""
    modes = screen.modes()
    return "alternate_on=0" in modes and "mouse_any_flag=0" in modes


def without_time(screen: Terminal) -> str:
    """What is shown, but for numbers: it goes on while one looks."""
    return re.sub(r"\d+", "0", screen.screen())


_DIALOGS = {
    "s": ("start an issue", "^s send"),
    "d": ("destroy", "esc back"),
    "a": ("adopt a session", "esc back"),
    ",": ("settings", "⏎ choose"),
    "C-p": ("palette", "⏎ choose"),
    "?": ("keys: board", "any key back"),
}


@pytest.mark.parametrize("size", _SIZES)
def test_every_dialog_shows_its_title_and_its_way_out_at_any_size(
    screen: Terminal, size: str
) -> None:
    columns, rows = _SIZES[size]
    resize(screen, columns, rows)
    for key, (title, way_out) in _DIALOGS.items():
        screen.type(key)
        shown = screen.until_it_shows(way_out)
        assert title in shown, (key, shown)
        lines = shown.splitlines()
        assert len(lines) == rows, (key, shown)
        assert max(len(line) for line in lines) <= columns, (key, shown)
        screen.type("Escape")
        left(screen, way_out)


def test_a_storm_of_sizes_leaves_everything_in_its_place(screen: Terminal) -> None:
    screen.type("j")
    screen.until_it_shows("▌  ✗")
    screen.until_it_shows("rm -rf cache")
    before = without_time(screen)

    for columns, rows in _STORM * 3:
        screen.resize(columns, rows)
    screen.resize(120, 36)

    eventually(lambda: without_time(screen) == before or None)
    screen.type("k")
    screen.until_it_shows("▌  ○")


def test_where_there_is_no_room_it_says_so(screen: Terminal) -> None:
    screen.resize(39, 9)
    screen.until_it_shows("40×10 is the least")
    screen.resize(80, 24)
    screen.until_it_shows("Fix the login bug")


def test_rows_keys_and_hints_are_clicked_and_the_wheel_turns(screen: Terminal) -> None:
    shown = screen.until_it_shows("shoko/kugetsu#14").splitlines()
    running = next(place for place, line in enumerate(shown) if "shoko/kugetsu#14" in line)
    click(screen, column=10, row=running + 1)
    screen.until_it_shows("▌  ●")

    shown = screen.screen().splitlines()
    click(screen, column=shown[-1].index("help"), row=len(shown))
    dialog = screen.until_it_shows("any key back").splitlines()
    turn_down(screen, column=60, row=18)
    left(screen, "Fork the base session")

    row = next(place for place, line in enumerate(dialog) if "any key back" in line)
    click(screen, column=dialog[row].index("any key") + 2, row=row + 1)
    left(screen, "any key back")
    screen.type("g")
    screen.until_it_shows("▌  ○")


def test_ctrl_z_gives_the_shell_back_and_fg_the_screen(screen: Terminal) -> None:
    screen.type("C-z")
    screen.until_it_shows("Stopped")
    screen.enter("clear; echo $((6 * 9)) at rest")
    screen.until_it_shows("54 at rest")
    assert is_the_shells(screen)

    screen.resize(100, 30)
    screen.enter("fg")
    screen.until_it_shows("Fix the login bug")
    resize(screen, 120, 36)
    screen.type("?")
    screen.until_it_shows("any key back")
    screen.type("Escape")
    left(screen, "any key back")


def test_what_others_write_over_it_can_be_drawn_over(screen: Terminal) -> None:
    screen.type("?")
    screen.until_it_shows("any key back")
    screen.type("Escape")
    left(screen, "any key back")
    screen.device().write_text("\x1b[5;20HTHE DISK IS FULL")
    screen.until_it_shows("THE DISK IS FULL")

    screen.type("F5")
    left(screen, "THE DISK IS FULL")


def test_at_the_end_the_shell_is_as_it_was(screen: Terminal) -> None:
    screen.type("q")
    screen.until_it_shows("3 runs go on")
    screen.enter("echo left with $?")
    screen.until_it_shows("left with 0")

    assert is_the_shells(screen)
    screen.enter("stty -a")
    assert " icanon" in screen.until_it_shows("icanon").replace("-icanon", "")


def click(screen: Terminal, *, column: int, row: int) -> None:
    """Press and let go of the first button, as xterm's SGR mode tells it."""
    screen.type("-l", f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")


def turn_down(screen: Terminal, *, column: int, row: int) -> None:
    for _ in range(12):
        screen.type("-l", f"\x1b[<65;{column};{row}M")
