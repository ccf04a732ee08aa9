"""A Textual app lends its terminal while its loop stands still, and draws again afterwards."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.terminals.outer_terminal import OuterTerminal, books, outer_terminal

TEXTUAL_FORGETS = {"mode 1016", "mode 2048"}
"""Mouse in pixels, and sizes reported in band after a quick exit: 8.2 leaves them on itself."""


@contextmanager
def app_lending_to(command: Sequence[str]) -> Iterator[OuterTerminal]:
    argv = [sys.executable, "-m", "tests.terminals.textual_lender", *command]
    with outer_terminal(argv, size=(30, 100)) as terminal:
        before = terminal.line_discipline()
        terminal.wait_for(b"board")
        yield terminal
        assert terminal.line_discipline() == before
        assert books(terminal.output) <= TEXTUAL_FORGETS


def test_the_app_goes_on_after_the_program() -> None:
    with app_lending_to(["sh", "-c", "echo lent; read line; exit 3"]) as terminal:
        terminal.type(b"r")
        terminal.wait_for(b"lent")
        terminal.type(b"go\r")
        terminal.wait_for(b"back with 3")
        terminal.type(b"q")
        assert terminal.wait_for_exit() == 0


def test_late_replies_to_a_killed_program_press_no_keys_of_the_app() -> None:
    """A colour reply reads `rgb:…`, and `r` would lend the terminal again."""
    questions = r"printf 'lent\033[?1049h\033[?2004h\033]10;?\007\033]11;?\007'; kill -9 $$"
    with app_lending_to(["sh", "-c", questions]) as terminal:
        terminal.latency = 0.3
        terminal.type(b"r")
        terminal.wait_for(b"back with None")
        terminal.type(b"q")
        assert terminal.wait_for_exit() == 0
        assert terminal.output.count(b"lent") == 1


def test_a_signal_while_the_loop_stands_still_ends_program_and_app() -> None:
    with app_lending_to(["sh", "-c", "echo lent; cat"]) as terminal:
        terminal.type(b"r")
        terminal.wait_for(b"lent")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_for_exit() == 128 + signal.SIGTERM
