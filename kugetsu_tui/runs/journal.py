"""A run's journal: what opencode told, an event a line, written as it comes and read along."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from errno import ENOSPC
from typing import Self

from kugetsu_tui.domain.lines import LineCutter
from kugetsu_tui.domain.run import RunEnd
from kugetsu_tui.domain.run_event import (
    Asked,
    Cut,
    Ended,
    Journalled,
    Replied,
    RunEvent,
    SessionNamed,
)
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.event_line import line_of, spell_line
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.lock import LockState, probe
from kugetsu_tui.runs.private_file import open_regular

CAP = 64 * 1024 * 1024
"""Bytes of a journal: far above what a day of work fills."""
_ALWAYS = (SessionNamed, Asked, Replied, Ended)
"""Short, and what others decide by: they are written down even when it is full."""
_POLL = 0.05
"""Seconds between two looks while following."""
_CHUNK = 256 * 1024
_LONGEST_LINE = 64 * 1024 * 1024
"""Bytes: the longest line that is taken from opencode, with every character escaped."""
_LAST_WORD = 64 * 1024
"""Bytes at a journal's end in which its last event is looked for: ends and retries are short."""
_FIRST_WORDS = 64 * 1024
"""Bytes at a journal's beginning in which the session is named: only waiting is told before."""


class Journal:
    """The writing hand; whoever has it holds the run's lock."""

    def __init__(self, folder: RunFolder, *, cap: int = CAP) -> None:
        self._neighbours = folder.path.parent
        self._descriptor = os.open(folder.journal, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        size = os.fstat(self._descriptor).st_size
        self._room = cap - size
        self._is_full = False
        self._is_torn = size > 0 and os.pread(self._descriptor, 1, size - 1) != b"\n"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def write(self, entry: Journalled) -> None:
        """Append the entry, all of it in one write; once the journal is full, only its end.

        Raises:
            OSError: the system did not take it, or not all of it; readers skip the torn line.
        """
        line = spell_line(entry)
        if not isinstance(entry.event, _ALWAYS) and (self._is_full or len(line) > self._room):
            if self._is_full:
                return
            self._is_full, line = True, spell_line(Journalled(entry.at, Cut()))
        self._append(b"\n" * self._is_torn + line)

    def _append(self, line: bytes) -> None:
        written = os.write(self._descriptor, line)
        self._room -= written
        self._is_torn = written < len(line)
        if self._is_torn:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        # The one time stamp that tells a board of any run's news, to the nanosecond.
        moment = time.time_ns()
        os.utime(self._neighbours, ns=(moment, moment))


def read_journal(
    folder: RunFolder, *, follow: bool = False, waits: Callable[[], bool] = lambda: False
) -> Iterator[Journalled | None]:
    """The entries so far.

    Following goes on: it yields `None` while there is nothing new, and ends after the run's end,
    or when nobody holds the run's lock any more and it does not wait in the queue.
    """
    cutter = LineCutter(_LONGEST_LINE)
    with open_regular(folder.journal) as file:
        while True:
            # Asked before reading: what is written before the lock is let go is not missed.
            is_last_look = not follow or not (waits() or probe(folder.lock).state is LockState.HELD)
            while chunk := file.read(_CHUNK):
                for line in cutter.feed(chunk):
                    if (entry := line_of(line)) is None:
                        continue
                    yield entry
                    if isinstance(entry.event, Ended):
                        return
            if is_last_look:
                return
            yield None
            time.sleep(_POLL)


def last_word(folder: RunFolder) -> Journalled | None:
    """The journal's last entry, where it is short enough to be an end or a retry.

    Raises:
        OSError: there is a journal, and it cannot be read.
    """
    try:
        with open_regular(folder.journal) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_WORD))
            lines = file.read(_LAST_WORD).splitlines()
    except FileNotFoundError:
        return None
    entries = (line_of(line) for line in reversed(lines))
    return next((entry for entry in entries if entry is not None), None)


def named_session(folder: RunFolder) -> SessionId | None:
    """The session that opencode named, as the journal's beginning tells."""
    try:
        with open_regular(folder.journal) as file:
            lines = file.read(_FIRST_WORDS).splitlines()
    except OSError:
        return None
    events = (entry.event for entry in map(line_of, lines) if entry is not None)
    return next((event.session_id for event in events if isinstance(event, SessionNamed)), None)


def note(folder: RunFolder, event: RunEvent) -> None:
    """One event of now, by whoever holds the run's lock. Raises `OSError`."""
    with Journal(folder) as journal:
        journal.write(Journalled(datetime.now(UTC), event))


def recorded_end(folder: RunFolder) -> RunEnd | None:
    """The run's last word on itself, where it came to say one. Raises `OSError`."""
    entry = last_word(folder)
    return entry.event.end if entry and isinstance(entry.event, Ended) else None
