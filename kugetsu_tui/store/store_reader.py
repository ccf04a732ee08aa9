"""The map from issue to session, kept in JSON files that earlier programs can share."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from kugetsu_tui.domain.errors import DamagedError
from kugetsu_tui.domain.record import BASE_FILE, DamagedRecord, Index, Record
from kugetsu_tui.store.layout import Layout
from kugetsu_tui.store.reading import (
    SessionOf,
    base_of,
    is_index,
    read_index,
    read_orphans,
    read_record,
    read_records,
    with_session,
)

_CLOCK_GRAIN = 20_000_000
"""Nanoseconds within which two changes may bear the same time stamp (Linux before 6.13: a tick)."""


class StoreReader:
    """What the store in one folder tells. Readers take no lock."""

    def __init__(self, folder: Path, *, session_of: SessionOf = lambda _: None) -> None:
        """Nothing is opened yet.

        Args:
            folder: which need not be there.
            session_of: asked where a record names a run and no session.
        """
        self._layout = Layout.of(folder)
        self._session_of = session_of

    def index(self) -> Index:
        """The map; empty where nothing was ever stored.

        Raises:
            DamagedError: it cannot be understood, or is missing although there are records.
        """
        return read_index(self._layout)[0]

    def record(self, file: str) -> Record | DamagedRecord:
        return with_session(read_record(self._layout, file), self._session_of)

    def records(self, index: Index) -> Mapping[str, Record | DamagedRecord]:
        """All records the index names, in its order; what is untracked meanwhile is left out."""
        records = read_records(self._layout, index)
        return {key: with_session(record, self._session_of) for key, record in records.items()}

    def base(self, index: Index | None = None) -> Record | DamagedRecord | None:
        """The base, as the index that was read has it; where none is given it is read."""
        return base_of(index or self.index(), self.record(BASE_FILE))

    def orphans(self) -> Sequence[tuple[str, datetime]]:
        """Record files that no index entry names, with when they were last written.

        Raises:
            DamagedError: the index cannot be understood, or is missing although there are records.
        """
        return read_orphans(self._layout, self.index())

    def version(self) -> object:
        """A cheap value that differs whenever the store has changed.

        A change so young that another could bear the same time stamp counts as a new one each time.
        """
        stamps = [_stamp(path) for path in self._layout.watched]
        now = time.time_ns()
        is_young = any(0 <= now - written_at < _CLOCK_GRAIN for written_at, *_ in stamps)
        return (*stamps, now if is_young else 0)

    def strays(self) -> Sequence[Record]:
        """Records that no index entry names; all, where the index cannot be understood."""
        try:
            index = self.index()
        except DamagedError:
            index = Index()
        found = (self.record(file) for file, _ in read_orphans(self._layout, index))
        return [record for record in found if isinstance(record, Record)]

    def has_last_index(self) -> bool:
        """Whether the index as it was last written here is kept, and whole."""
        return is_index(self._layout.last_index)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        about = path.stat()
    except OSError:
        return (0, 0, 0)
    return (about.st_mtime_ns, about.st_ino, about.st_size)
