"""Every way out of the program from every screen: the terminal is whole, and nobody is left."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from tests.terminals.outer_terminal import OuterTerminal, books, outer_terminal
from tests.torture.parts import BrokenError, Options, Row

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_PROGRAM = "tests.tui.on_a_terminal"
_MARK = "KUGETSU_TEST_WAY_OUT"
_STYLE = re.compile(rb"\x1b\[[\d;]*m")
_CANARY = b"canary\n"
_ALONE = 0.5
"""Seconds after an escape until what is typed is another key."""
_PATIENCE = 10.0


@dataclass(frozen=True)
class Place:
    """A screen: the keys that lead there from the board, and what it then shows."""

    keys: str
    shows: bytes


PLACES: Mapping[str, Place] = {
    "board": Place("", b"Fix the login bug"),
    "dialog": Place("s", b"start an issue"),
    "transcript": Place("jj\r", b"esc back"),
    "settings": Place(",", b"runs.idle-timeout"),
    "help": Place("?", b"keys: board"),
    "opencode": Place("r", b"PID="),
}


@dataclass
class Visit:
    """The program on a terminal, at a place."""

    place: Place
    terminal: OuterTerminal
    mark: str
    before: object
    """The line discipline."""

    def left(self) -> list[str]:
        """Whatever of it still runs."""
        return [" ".join(process.cmdline()) for process in self._everybody()]

    def child(self) -> int:
        """The program that the terminal was handed over to."""
        found = re.search(rb"PID=(\d+);", self.terminal.output)
        assert found
        return int(found[1])

    @property
    def has_ended(self) -> bool:
        return self.terminal.process.poll() is not None

    def program(self) -> psutil.Process:
        """That of the screen, not the shell that began it."""
        return next(one for one in self._everybody() if one.cmdline()[1:3] == ["-m", _PROGRAM])

    def _everybody(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            try:
                is_one = process.environ().get(_MARK) == self.mark
                if is_one and process.status() != psutil.STATUS_ZOMBIE:
                    yield process
            except psutil.Error:
                continue


@contextmanager
def visit(place: Place, *, by: Sequence[str] = ()) -> Iterator[Visit]:
    """Have the program begun, by itself or by a shell, and go there."""
    mark = os.urandom(8).hex()
    how = ("hands_over", "breaks_when_told")
    argv = [*by, sys.executable, "-m", _PROGRAM, "busy-morning", *how]
    variables = {"TEXTUAL_ANIMATIONS": "none", _MARK: mark}
    with outer_terminal(argv, environment=variables, size=(36, 120)) as terminal:
        visiting = Visit(place, terminal, mark, terminal.line_discipline())
        _until_shown(terminal, PLACES["board"].shows)
        terminal.type(place.keys.encode())
        _until_shown(terminal, place.shows)
        yield visiting


def _until_shown(terminal: OuterTerminal, words: bytes) -> None:
    terminal.wait_until(lambda: words in _STYLE.sub(b"", terminal.output), what=repr(words))


def is_quit(there: Visit) -> Iterator[str]:
    """Back, where there is a way back, and away; a key that is alone is no part of a sequence."""
    for key, pause in ((b"\x1b", _ALONE), (b"q", _PATIENCE)):
        there.terminal.type(key)
        deadline = time.monotonic() + pause
        there.terminal.wait_until(
            lambda by=deadline: there.has_ended or time.monotonic() > by,  # type: ignore[misc]
            what="pause",
        )
    yield from _restored(there, status=0)


def is_signalled(number: signal.Signals) -> Callable[[Visit], Iterator[str]]:
    def way_out(there: Visit) -> Iterator[str]:
        there.terminal.process.send_signal(number)
        yield from _restored(there, status=128 + number)

    return way_out


def loses_its_terminal(there: Visit) -> Iterator[str]:
    there.terminal.close()
    if (status := there.terminal.process.wait(20)) != 128 + signal.SIGHUP:
        yield f"exit {status}"
    yield from there.left()


def breaks(there: Visit) -> Iterator[str]:
    """Whoever started it turns the bug into a line, a log and 70."""
    there.terminal.process.send_signal(signal.SIGUSR1)
    yield from _restored(there, status=1)


def is_stopped_and_goes_on(there: Visit) -> Iterator[str]:
    """As with ctrl+z and fg: the shell has a whole terminal meanwhile."""
    there.program().send_signal(signal.SIGTSTP)
    there.terminal.wait_for(b"STOPPED")
    yield from (f"while it is stopped: {words}" for words in _changed(there))
    drawn = len(there.terminal.output)
    there.terminal.type(b"\n")
    there.terminal.wait_until(
        lambda: there.place.shows in _STYLE.sub(b"", there.terminal.output[drawn:]),
        what="screen again",
    )
    there.program().send_signal(signal.SIGTERM)
    yield from _restored(there, status=128 + signal.SIGTERM)


def its_child_is_killed(there: Visit) -> Iterator[str]:
    """The screen is there again, and says what happened."""
    drawn = len(there.terminal.output)
    os.kill(there.child(), signal.SIGKILL)
    there.terminal.wait_until(
        lambda: PLACES["board"].shows in _STYLE.sub(b"", there.terminal.output[drawn:]),
        what="the board",
    )
    there.terminal.type(b"q")
    yield from _restored(there, status=0)


WAYS: Mapping[str, Callable[[Visit], Iterable[str]]] = {
    "quit": is_quit,
    **{number.name: is_signalled(number) for number in SIGNALS},
    "terminal closed": loses_its_terminal,
    "bug": breaks,
    "stop and go on": is_stopped_and_goes_on,
    "child killed": its_child_is_killed,
}
"""Each tells what is not as it was."""
_SHELL = ("bash", "-mc", '"$@"; echo STOPPED; read _; fg > /dev/null', "bash")
"""It waits for a line while what it began is stopped."""
_ALL_BUT_HANDED_OVER = {"quit", "bug", "stop and go on"}
"""The keys are opencode's there, and so is ctrl+z; nothing of ours is drawn."""


def cases() -> list[tuple[str, str]]:
    """Where, and which way."""
    return [
        (place, way)
        for place in PLACES
        for way in WAYS
        if (way not in _ALL_BUT_HANDED_OVER if place == "opencode" else way != "child killed")
    ]


def wrong(place: str, way: str) -> list[str]:
    """What is not as it was."""
    shell = _SHELL if WAYS[way] is is_stopped_and_goes_on else ()
    with visit(PLACES[place], by=shell) as there:
        return list(WAYS[way](there))


def _restored(there: Visit, *, status: int) -> Iterator[str]:
    ended = there.terminal.wait_for_exit()
    if ended != status:
        yield f"exit {ended}, not {status}"
    yield from _changed(there)
    yield from there.left()
    if (heard := _heard_by_the_shell(there.terminal)) != _CANARY:
        yield f"the shell reads {heard!r}"


def _changed(there: Visit) -> Iterator[str]:
    yield from books(there.terminal.output)
    if there.terminal.line_discipline() != there.before:
        yield "the line discipline is another"


def _heard_by_the_shell(terminal: OuterTerminal) -> bytes:
    """What the next reader of the terminal gets, once a line was typed."""
    terminal.type(_CANARY)
    if not select.select([terminal.slave], [], [], 5)[0]:
        return b""
    return os.read(terminal.slave, 4096)


def measure(_options: Options) -> Iterable[Row]:
    found = {(place, way): wrong(place, way) for place, way in cases()}
    broken = [f"{place}, {way}: {', '.join(what)}" for (place, way), what in found.items() if what]
    if broken:
        raise BrokenError("; ".join(broken))
    yield Row(
        "ways out of the screen: terminal, exit code, who is left",
        f"{len(WAYS)} ways from {len(PLACES)} screens, {len(found)} cases",
        "as it was each time",
    )
