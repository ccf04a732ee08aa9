"""A terminal with a program on it: answers questions as a terminal does, and keeps the books."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

DEADLINE = 40.0
"""Seconds for what happens at once on a machine that is not busy."""

_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
"""A shell's work: the program becomes the foreground of this terminal, without a fork by us."""

_ANSWERS = {
    rb"\x1b\[0?c": b"\x1b[?62;4;22c",
    rb"\x1b\]10;\?(?:\x07|\x1b\\)": b"\x1b]10;rgb:d0d0/d0d0/d0d0\x1b\\",
    rb"\x1b\]11;\?(?:\x07|\x1b\\)": b"\x1b]11;rgb:1010/1010/1010\x1b\\",
    rb"\x1b\[6n": b"\x1b[1;1R",
    rb"\x1b\[\?u": b"\x1b[?0u",
    rb"\x1b\[>0?q": b"\x1bP>|outer 1.0\x1b\\",
    rb"\x1b\[\?(\d+)\$p": b"\x1b[?%s;2$y",
}
_QUESTION = re.compile(b"|".join(b"(?P<q%d>%s)" % pair for pair in enumerate(_ANSWERS)))

_MODES = re.compile(
    rb"\x1b\[\?(?P<private>[\d;]+)(?P<switch>[hl])"
    rb"|\x1b\[>(?P<push>\d*)u|\x1b\[<(?P<pop>\d*)u"
    rb"|\x1b\[>4;(?P<other_keys>\d)m"
    rb"|\x1b\[(?P<title>2[23]);0t"
    rb"|\x1b\[(?P<margins>\d*;?\d*)r"
    rb"|\x1b\](?P<colour>112|12)[;\x07\x1b]"
    rb"|\x1b(?P<keypad>[=>])"
    rb"|\x1b\[4(?P<insert>[hl])"
    rb"|\x1b\((?P<charset>.)"
    rb"|\x1b\[(?P<cursor>\d) q"
)
_ON_AT_FIRST = {7, 25}
ALTERNATE_SCREEN = 1049


def books(output: bytes) -> set[str]:
    """What the output changed in the terminal and left so, in words; empty when all is well."""
    modes: dict[int, bool] = {}
    key_flags = {False: 0, True: 0}
    rest = {"titles": 0, "colour": 0, "keypad": 0, "insert": 0, "charset": 0, "keys": 0}
    rest |= {"margins": 0, "cursor": 0}
    for found in _MODES.finditer(output):
        kind = found.lastgroup
        is_alternate = modes.get(ALTERNATE_SCREEN, False)
        if kind == "switch":
            for number in found["private"].split(b";"):
                modes[int(number)] = found["switch"] == b"h"
        elif kind == "push":
            key_flags[is_alternate] += 1
        elif kind == "pop":
            key_flags[is_alternate] = max(0, key_flags[is_alternate] - int(found["pop"] or 1))
        elif kind == "other_keys":
            rest["keys"] = int(found["other_keys"])
        elif kind == "title":
            rest["titles"] += 1 if found["title"] == b"22" else -1
        elif kind is not None:
            value, default = found[kind], _DEFAULTS[kind]
            rest[kind] = int(value not in default)
    left_over = {f"mode {mode}" for mode, on in modes.items() if on != (mode in _ON_AT_FIRST)}
    left_over |= {name for name, count in rest.items() if count}
    return left_over | ({"kitty keys"} if any(key_flags.values()) else set())


_DEFAULTS: Mapping[str, Sequence[bytes]] = {
    "margins": (b"",),
    "colour": (b"112",),
    "keypad": (b">",),
    "insert": (b"l",),
    "charset": (b"B",),
    "cursor": (b"0",),
}


class OuterTerminal:
    """Everything the program wrote is in `output`; a test waits for it with `wait_for`."""

    def __init__(
        self, argv: Sequence[str], *, environment: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        self.master, self.slave = os.openpty()
        self.resize(*size, tell=False)
        self.output = b""
        self.latency = 0.0
        """Seconds until a question is answered, as over a slow line."""
        self._answered = 0
        self._answers: list[tuple[float, bytes]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *argv],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )

    def line_discipline(self) -> list[int | list[bytes | int]]:
        return termios.tcgetattr(self.slave)

    def resize(self, rows: int, columns: int, *, tell: bool = True) -> None:
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if tell:
            os.kill(self.process.pid, signal.SIGWINCH)

    def type(self, keys: bytes) -> None:
        """Type it all, and keep reading meanwhile."""
        os.set_blocking(self.master, False)
        deadline = time.monotonic() + DEADLINE
        while keys:
            assert time.monotonic() < deadline, f"{len(keys)} keys were never read"
            self._look(select.select([self.master], [self.master], [], 0.1))
            try:
                keys = keys[os.write(self.master, keys) :]
            except BlockingIOError:
                continue

    def wait_for(self, words: bytes) -> None:
        self.wait_until(lambda: words in self.output, what=repr(words))

    def wait_for_exit(self) -> int:
        self.wait_until(lambda: self.process.poll() is not None, what="the exit")
        while self._look(select.select([self.master], [], [], 0)):
            pass
        return self.process.returncode

    def wait_until(self, is_so: Callable[[], bool], *, what: str) -> None:
        deadline = time.monotonic() + DEADLINE
        while not is_so():
            assert time.monotonic() < deadline, f"no {what} in {self.output[-2000:]!r}"
            self._look(select.select([self.master], [], [], 0.02))
            self._answer()

    def close(self) -> None:
        """The user closes the window."""
        for descriptor in (self.master, self.slave):
            os.close(descriptor)
        self.master = self.slave = -1

    def _look(self, ready: tuple[list[int], list[int], list[int]]) -> bool:
        if self.master in ready[0]:
            self.output += os.read(self.master, 65536)
        return bool(ready[0])

    def _answer(self) -> None:
        now = time.monotonic()
        for asked in _QUESTION.finditer(self.output, self._answered):
            self._answered = asked.end()
            answer = list(_ANSWERS.values())[int((asked.lastgroup or "q0")[1:])]
            number = re.search(rb"\d+", asked[0])
            spoken = answer % number[0] if b"%s" in answer and number else answer
            self._answers.append((now + self.latency, spoken))
        while self._answers and self._answers[0][0] <= now:
            self.type(self._answers.pop(0)[1])


@contextmanager
def outer_terminal(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    size: tuple[int, int] = (24, 80),
) -> Iterator[OuterTerminal]:
    terminal = OuterTerminal(
        argv,
        environment={**os.environ, "TERM": "xterm-256color", **(environment or {})},
        size=size,
    )
    try:
        yield terminal
    finally:
        terminal.process.kill()
        terminal.process.wait()
        if terminal.master >= 0:
            terminal.close()
