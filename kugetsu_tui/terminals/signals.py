"""Signals as bytes in a pipe, so that a select loop takes them one at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from kugetsu_tui.domain.errors import EndedBySignalError

ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
"""The signals that mean: put everything back and go."""


class Inbox:
    """The signals that came and were not looked at yet."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def read(self) -> bytes:
        """Signal numbers, the oldest first; empty where none came."""
        try:
            return os.read(self.descriptor, 256)
        except BlockingIOError:
            return b""


@contextmanager
def caught(*numbers: signal.Signals) -> Iterator[Inbox]:
    """Collect these signals until the block ends, then put the old handlers back.

    A signal that was ignored stays ignored: that is how `nohup` and a shell's `&` ask to be left
    alone. Only for the main thread, as Python has it for all handlers; none of them can be
    collected anywhere.
    """
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)

    owner = os.getpid()

    def note(number: int, _frame: FrameType | None) -> None:
        if os.getpid() != owner:  # a fork of us that has not become its program yet
            return
        with suppress(BlockingIOError):  # a full pipe says it loudly enough
            os.write(writer, bytes((number,)))

    before = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number in numbers if before[number] not in {signal.SIG_IGN, None}]
    for number in ours:
        signal.signal(number, note)
    try:
        yield Inbox(reader)
    finally:
        for number in ours:
            signal.signal(number, before[number])
        os.close(reader)
        os.close(writer)


def first_ending(numbers: bytes) -> int | None:
    return next((number for number in numbers if number in ENDING), None)


def ended_by(number: int, program: str) -> EndedBySignalError:
    name = signal.Signals(number).name
    return EndedBySignalError(f"{program}: closed, because of {name}", signal=number)
