"""The screen on a real terminal: whatever ends it, the terminal is as it was."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.scenes import CANARY
from tests.tui.on_a_terminal import ASKED, OPENED, SECRET

DEADLINE = 40.0
_RIGHT = "\x1b[C"
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_LEFT_ALONE = {b"7", b"25"}
"""Line wrap and cursor: on at rest, off while the screen is there."""


@dataclass
class Shown:
    """A screen in a process of its own, on a terminal of ours."""

    process: subprocess.Popen[bytes]
    terminal: int
    before: list[Any]
    output: bytes = b""

    def until(self, words: bytes) -> None:
        """Read what it draws until these words are among it."""
        self.until_found(re.escape(words))

    def until_found(self, pattern: bytes) -> None:
        """Read what it draws until the pattern is among it."""
        end = time.monotonic() + DEADLINE
        while not re.search(pattern, self.output):
            assert time.monotonic() < end, self.output[-2000:]
            self._read()

    def _read(self) -> None:
        if select.select([self.terminal], [], [], 0.1)[0]:
            self.output += os.read(self.terminal, 65536)

    def until_it_takes_no_more(self) -> None:
        """Have it draw, and read nothing, until nothing more arrives."""
        unread = [-1]
        while unread[-20:] != [unread[-1]] * 20:
            self.press("jk")
            select.select([], [], [], 0.05)
            told = fcntl.ioctl(self.terminal, termios.FIONREAD, b"\0" * 4)
            unread.append(int.from_bytes(told, sys.byteorder))

    def press(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def end(self) -> int:
        """Wait for its end; the exit code, or minus the signal."""
        end = time.monotonic() + DEADLINE
        while self.process.poll() is None:
            assert time.monotonic() < end, self.output[-2000:]
            self._read()
        while select.select([self.terminal], [], [], 0)[0]:
            self._read()
        return self.process.returncode

    def modes_left_on(self) -> set[bytes]:
        """Private modes whose last word was `on`."""
        last: dict[bytes, bytes] = {}
        for numbers, word in _MODE.findall(self.output):
            last.update(dict.fromkeys(numbers.split(b";"), word))
        return {number for number, word in last.items() if word == b"h"} - _LEFT_ALONE

    def assert_restored(self) -> None:
        """Modes off, cursor on, line discipline as before."""
        assert not self.modes_left_on()
        assert self.output.rindex(b"\x1b[?25h") > self.output.rindex(b"\x1b[?25l")
        assert termios.tcgetattr(self.terminal)[:4] == self.before[:4]


@contextmanager
def shown(*arguments: str, **variables: str) -> Iterator[Shown]:
    terminal, its_end = pty.openpty()
    termios.tcsetwinsize(terminal, (36, 120))
    before = termios.tcgetattr(terminal)
    environment = {**os.environ, "TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.tui.on_a_terminal", *arguments],
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        env={**environment, **variables},
        start_new_session=True,
    ) as process:
        try:
            yield Shown(process, terminal, before)
        finally:
            process.kill()
    os.close(its_end)
    os.close(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it_with_its_number_and_the_terminal_whole(number: signal.Signals) -> None:
    with shown("busy-morning") as screen:
        screen.until(b"Fix the login bug")
        screen.process.send_signal(number)

        assert screen.end() == 128 + number
        screen.assert_restored()


def test_quit_says_what_goes_on_and_leaves_the_terminal_whole() -> None:
    with shown("busy-morning") as screen:
        screen.until(b"Fix the login bug")
        screen.press("q")

        assert screen.end() == 0
        assert b"3 runs go on: kugetsu list" in screen.output[-200:]
        screen.assert_restored()


def test_a_bug_is_raised_and_shows_no_values() -> None:
    with shown("busy-morning", "has_a_bug") as screen:
        assert screen.end() == 1  # whoever started it turns the bug into 70, a line and a log
        screen.assert_restored()
        assert b"RuntimeError: a bug near hun" in screen.output
        assert SECRET.encode() not in screen.output
        assert b"locals" not in screen.output


def test_the_terminal_is_handed_over_and_taken_back() -> None:
    with shown("busy-morning", "opens") as screen:
        screen.until(b"Fix the login bug")
        screen.press("r")
        screen.until(OPENED.encode())
        screen.until(b"from opencode")
        drawn = screen.output.rpartition(OPENED.encode())[2]
        assert b"Flaky test" in drawn

        screen.press("q")
        assert screen.end() == 0
        screen.assert_restored()


def test_a_hand_over_that_fails_is_told_and_the_screen_lives() -> None:
    with shown("busy-morning", "is_refused") as screen:
        screen.until(b"Fix the login bug")
        screen.press("r")
        screen.until(b"fell over")  # as much as is drawn in one piece

        screen.press("q")
        assert screen.end() == 0
        screen.assert_restored()


def test_a_signal_during_the_hand_over_ends_the_program_too() -> None:
    with shown("busy-morning", "is_told_to_end") as screen:
        screen.until(b"Fix the login bug")
        screen.press("r")

        assert screen.end() == 128 + signal.SIGHUP
        screen.assert_restored()


def test_harmful_text_is_not_among_what_the_terminal_is_sent() -> None:
    with shown("evil") as screen:
        screen.until(b"[/nope]")
        screen.press("jj\r")
        screen.until(b"wide")
        screen.press("q")
        screen.end()

        assert b"\x1b]52" not in screen.output
        assert CANARY.encode() not in screen.output
        assert "\x9b".encode() not in screen.output


def test_one_theme_has_only_colours_that_the_terminal_chose_itself() -> None:
    with shown("busy-morning", "wears_the_terminals_colours", COLORTERM="truecolor") as screen:
        screen.until(b"Fix the login bug")
        screen.press("jd")
        screen.until(b"goes: ")
        screen.press("q")

        assert b"\x1b[32m" in screen.output
        assert not re.search(rb"[34]8;[25];", screen.output), "a colour of ours"


def test_an_issue_is_a_link_to_where_it_is_to_be_seen() -> None:
    with shown("busy-morning") as screen:
        screen.until(b"Fix the login bug")
        screen.press("jj")
        address = rb"https://[\w.]+/(\S+)/issues/(\d+)"
        screen.until_found(rb"\x1b\]8;[^;]*;" + address + rb"\x1b\\(\x1b\[[\d;]*m)?\1#\2")
        screen.press("q")

        assert screen.end() == 0


def test_the_size_is_the_terminals_whatever_variables_say() -> None:
    with shown("busy-morning", COLUMNS="61", LINES="12") as screen:
        screen.until(b"palette")  # one of the last keys that fit
        screen.press("q")

        assert screen.end() == 0


def test_a_terminal_that_stops_reading_can_still_be_left() -> None:
    with shown("busy-morning") as screen:
        screen.until(b"Fix the login bug")
        screen.until_it_takes_no_more()
        screen.process.send_signal(signal.SIGTERM)

        assert screen.process.wait(DEADLINE) == 128 + signal.SIGTERM


def test_who_hears_no_signal_ends_with_the_terminal_all_the_same() -> None:
    with shown("busy-morning") as screen, Path(os.devnull).open("rb") as nothing:
        screen.until(b"Fix the login bug")
        os.dup2(nothing.fileno(), screen.terminal)  # and nobody has the terminal any more

        assert screen.process.wait(DEADLINE) == 128 + signal.SIGHUP


def test_what_a_stalled_terminal_missed_is_drawn_once_it_reads_again() -> None:
    with shown("busy-morning") as screen:
        screen.until(b"Fix the login bug")
        screen.until_it_takes_no_more()
        screen.press("?")

        screen.until(b"any key")
        before, screen.output = screen.output, b""
        screen.press("q")
        screen.until(b"Fix the login bug")
        screen.output = before + screen.output
        screen.press("q")
        assert screen.end() == 0
        screen.assert_restored()


def test_who_leaves_does_not_wait_for_a_disk_that_never_answers() -> None:
    with shown("busy-morning", "has_a_disk_that_never_answers") as screen:
        screen.until(b"Fix the login bug")
        screen.press(_RIGHT * 3)
        screen.until(ASKED.encode())
        screen.press("q")

        assert screen.end() == 0
        screen.assert_restored()


def test_who_leaves_does_not_wait_until_it_is_remembered_how_the_board_was_looked_at() -> None:
    with shown("busy-morning", "has_a_disk_that_never_takes") as screen:
        screen.until(b"Fix the login bug")
        screen.press("q")

        screen.until(ASKED.encode())
        assert screen.end() == 0
        screen.assert_restored()


def test_where_no_shell_waits_ctrl_z_leaves_the_screen_there() -> None:
    with shown("busy-morning") as screen:
        screen.until(b"Fix the login bug")
        before, screen.output = screen.output, b""
        screen.press("\x1a")
        screen.until(b"\x1b[?1049h")
        screen.until(b"Fix the login bug")
        screen.output = before + screen.output
        screen.press("q")

        assert screen.end() == 0
        screen.assert_restored()


def test_the_mouse_can_be_left_to_the_terminal() -> None:
    with shown("busy-morning", "leaves_the_mouse_alone") as screen:
        screen.until(b"Fix the login bug")
        screen.press("q")

        assert screen.end() == 0
        assert b"\x1b[?1003h" not in screen.output
        assert b"\x1b[?1006h" not in screen.output


def test_it_can_be_used_without_colour() -> None:
    with shown("busy-morning", NO_COLOR="1") as screen:
        screen.until(b"running")
        screen.press("q")

        assert screen.end() == 0
