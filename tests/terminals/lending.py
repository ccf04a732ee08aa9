"""A terminal whose program lends it to another, and what that program found afterwards."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from tests.terminals.outer_terminal import OuterTerminal, outer_terminal

EVERYTHING_ON = (
    r"\x1b[?2031h\x1b]10;?\x07\x1b]11;?\x07\x1b[6n\x1b[?2026$p\x1b[?1049h\x1b[>1u\x1b[>5u"
    r"\x1b[>4;1m\x1b[?1;2004;1004;1000;1002;1003;1006;1016;2027;2048h\x1b[?5;6h\x1b[?7l\x1b[4h\x1b="
    r"\x1b(0\x1b[3;9r\x1b]12;#ff0000\x07\x1b[5 q\x1b[?25l\x1b[?2026h"
)
"""All that opencode sets and asks, and what others may."""


@dataclass(frozen=True)
class Told:
    """What the lender found after the hand-over."""

    modes_whole: bool
    left_in_the_line: str
    exit_status: int | None = None
    signal: int | None = None
    closing_words: str = ""
    error: str = ""


@contextmanager
def lent_to(
    command: Sequence[str],
    *,
    shell: str = "",
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (24, 80),
) -> Iterator[OuterTerminal]:
    """The lender, started by a shell that does something first."""
    lender = shlex.join([sys.executable, "-m", "tests.terminals.lender", *command])
    argv = ["sh", "-c", f"{shell or ':'}; exec {lender}"]
    with outer_terminal(argv, environment=environment, size=size) as terminal:
        yield terminal


def python(script: str) -> Sequence[str]:
    beginning = (
        "import os, signal, sys, termios, time, tty\nsay = lambda words: os.write(1, words)\n"
    )
    return [sys.executable, "-c", beginning + script]


def told(terminal: OuterTerminal) -> Told:
    terminal.wait_for(b" END")
    found = re.findall(rb"TOLD (.*?) END", terminal.output, re.DOTALL)
    assert len(found) == 1, "a second copy of the program is running"
    return Told(**json.loads(found[0]))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def child_of(terminal: OuterTerminal) -> int:
    terminal.wait_for(b"PID=")
    terminal.wait_until(lambda: re.search(rb"PID=(\d+);", terminal.output) is not None, what="pid")
    found = re.search(rb"PID=(\d+);", terminal.output)
    assert found
    return int(found[1])
