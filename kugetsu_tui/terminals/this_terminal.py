"""The terminal this program was started on: whether there is one, lending it, taking it back."""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, TypeAlias

_IN, _OUT, _ERR = 0, 1, 2
_CHUNK = 64 * 1024
_DRAIN = 1.0
"""Seconds for replies that are still under way; only a mute terminal takes them all."""

Modes: TypeAlias = "list[int | list[bytes | int]]"
"""What `termios` calls the attributes of a terminal."""

_SAVE_TITLE = b"\x1b[22;0t"
_RESET = (
    b"\x1b[?2026l"  # a frame that was never finished freezes the screen
    b"\x1b[?1049h"  # kitty's key flags and the margins are reset where the program set them
    b"\x1b[<9u"  # kitty keyboard: forget the flags pushed
    b"\x1b[>4;0m"  # xterm's modifyOtherKeys
    b"\x1b[?9;1000;1001;1002;1003;1005;1006;1015;1016l"  # mouse, in all dialects
    b"\x1b[?1004l\x1b[?2004l"  # focus reports, bracketed paste
    b"\x1b[?2027l\x1b[?2031l\x1b[?2048l"  # graphemes, colour scheme and size reports
    b"\x1b[?1;5;6l\x1b[4l\x1b>"  # cursor keys, colours, origin, insert mode, keypad
    b"\x1b[r\x1b[?7h"  # whole screen scrolls, lines wrap
    b"\x1b(B\x0f"  # ASCII in G0, and G0 in use
    b"\x1b[?1049l"
    b"\x1b[0m\x1b[0 q\x1b]112\x1b\\\x1b[?25h"  # plain text; the cursor's shape, colour, presence
    b"\x1b[23;0t"  # the window's title
)
"""Whatever a full-screen program may leave behind when it is killed (xterm's ctlseqs, kitty)."""
_WHO_ARE_YOU = b"\x1b[c"
_I_AM = re.compile(rb"\x1b\[\?[\d;]*c")
"""DA1. Terminals answer in order: after this reply no older one is under way."""


class Size(NamedTuple):
    rows: int
    columns: int


def is_there(environment: Mapping[str, str]) -> bool:
    """Whether a full-screen program can be shown and typed into."""
    named = environment.get("TERM", "") not in {"", "dumb"}
    return named and all(os.isatty(descriptor) for descriptor in (_IN, _OUT, _ERR))


class ThisTerminal:
    """In raw mode, and somebody else's for the time being."""

    descriptor = _IN

    def __init__(self, modes: Modes) -> None:
        self.modes = modes
        """As they were, and as they will be again."""
        self.is_gone = False
        """Closed by the user, or the connection was lost."""

    def size(self) -> Size:
        try:
            columns, rows = os.get_terminal_size(_OUT)
        except OSError:
            self.is_gone = True
            return Size(24, 80)
        return Size(rows, columns) if rows and columns else Size(24, 80)

    def read(self) -> bytes:
        """What was typed; nothing where the terminal is gone."""
        try:
            typed = os.read(_IN, _CHUNK)
        except OSError:
            typed = b""
        self.is_gone = self.is_gone or not typed
        return typed

    def show(self, words: bytes) -> None:
        while words and not self.is_gone:
            try:
                words = words[os.write(_OUT, words) :]
            except BlockingIOError:  # another program left the descriptor that way
                select.select([], [_OUT], [])
            except OSError:
                self.is_gone = True

    def take_back(self) -> None:
        self.show(_RESET + _WHO_ARE_YOU)
        self._drain()
        try:
            termios.tcsetattr(_IN, termios.TCSAFLUSH, self.modes)
        except termios.error:
            self.is_gone = True

    def _drain(self) -> None:
        """Swallow late replies: whoever reads next would take them for keys."""
        heard = b""
        deadline = time.monotonic() + _DRAIN
        while not self.is_gone and not _I_AM.search(heard):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([_IN], [], [], left)[0]:
                return
            heard += self.read()


@contextmanager
def lent() -> Iterator[ThisTerminal]:
    """This terminal in raw mode, for a program that draws on it; whole again afterwards."""
    terminal = ThisTerminal(termios.tcgetattr(_IN))
    tty.setraw(_IN, termios.TCSADRAIN)  # keys typed early are meant for the program
    terminal.show(_SAVE_TITLE)
    try:
        yield terminal
    finally:
        terminal.take_back()
