"""The map from issue to session, kept in JSON files that earlier programs can share."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kugetsu_tui.domain.errors import BusyError, ConflictError, DamagedError
from kugetsu_tui.domain.record import BASE_FILE, DamagedRecord, Index, Record
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.store.atomic_write import make_private_folder, sweep
from kugetsu_tui.store.damage import require_none_better, restore_last
from kugetsu_tui.store.draft import StoreDraft
from kugetsu_tui.store.layout import Layout
from kugetsu_tui.store.lock import DEADLINE, HeldLock, locked
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
from kugetsu_tui.store.refusal import cannot_save
from kugetsu_tui.store.regular_file import UnreadableError
from kugetsu_tui.store.saving import Warn, save
from kugetsu_tui.store.trash import read_removed, trash_files

_CLOCK_GRAIN = 20_000_000
"""Nanoseconds within which two changes may bear the same time stamp (Linux before 6.13: a tick)."""


class JsonStore:
    """The store in one folder. Readers take no lock; threads and processes may share it."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        warn: Warn,
        session_of: SessionOf = lambda _: None,
        holder: str = "kugetsu",
        deadline: float = DEADLINE,
    ) -> None:
        """Nothing is opened or made yet.

        Args:
            folder: made by the first edit where it is missing.
            clock: now, with a zone.
            warn: told, in a line, what went wrong that stops nobody.
            session_of: asked where a record names a run and no session.
            holder: who this is, in a few words, for others that wait for the lock.
            deadline: seconds to wait for the lock.
        """
        self._layout = Layout.of(folder)
        self._clock = clock
        self._warn = warn
        self._session_of = session_of
        self._holder = holder
        self._deadline = deadline

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

    def base(self) -> Record | DamagedRecord | None:
        return base_of(self.index(), self.record(BASE_FILE))

    def orphans(self) -> Sequence[tuple[str, datetime]]:
        """Record files that no index entry names, with when they were last written.

        Raises:
            DamagedError: the index cannot be understood, or is missing although there are records.
        """
        return read_orphans(self._layout, self.index())

    def trash(self) -> Sequence[Removed]:
        """What can be taken back, the newest first.

        Raises:
            DamagedError: the folder cannot be read.
        """
        try:
            return [
                removed
                for path in trash_files(self._layout.trash)
                for removed in self._removed(path)
            ]
        except OSError as error:
            raise DamagedError(f"{self._layout.trash}: {error.strerror}") from error

    def _removed(self, path: Path) -> Sequence[Removed]:
        try:
            return (read_removed(path),)
        except UnreadableError as error:
            self._warn(f"{path}: {error}: it cannot be taken back")
            return ()

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

    @contextmanager
    def edit(self) -> Iterator[StoreDraft]:
        """Read afresh under the lock, change, save. An exception in the block changes nothing.

        Raises:
            BusyError: somebody else holds the lock.
            CannotSaveError: the system refuses to write.
            DamagedError: the index cannot be understood.
        """
        with self._editing(self._draft) as draft:
            yield draft

    @contextmanager
    def rebuild(self) -> Iterator[StoreDraft]:
        """As `edit`, and an index that cannot be understood is begun anew.

        What was there is kept beside it, as `index.json.damaged-` and when that was.

        Raises:
            BusyError: somebody else holds the lock.
            CannotSaveError: the system refuses to write.
            ConflictError: the last good index is there, and is better than a guess.
        """
        with self._editing(self._draft_of_damaged) as draft:
            yield draft

    def has_last_index(self) -> bool:
        """Whether the index as it was last written here is kept, and whole."""
        return is_index(self._layout.last_index)

    def restore_index(self) -> str:
        """Put the last good index in the place of one that cannot be understood.

        Returns:
            Where the damaged one is kept; empty where there was none.

        Raises:
            BusyError: somebody else holds the lock.
            CannotSaveError: the system refuses to write.
            ConflictError: the index can be understood.
            NotFoundError: no good one is kept.
        """
        with self._locked():
            try:
                self.index()
            except DamagedError:
                return restore_last(self._layout, self._clock())
            raise ConflictError("the index is whole: there is nothing to bring back")

    def _draft(self) -> StoreDraft:
        return StoreDraft(self._layout, self._clock(), self._session_of)

    def _draft_of_damaged(self) -> StoreDraft:
        try:
            return self._draft()
        except DamagedError:
            require_none_better(self._layout)
            return StoreDraft(self._layout, self._clock(), self._session_of, anew=True)

    @contextmanager
    def _editing(self, begin: Callable[[], StoreDraft]) -> Iterator[StoreDraft]:
        with self._locked() as lock:
            draft = begin()
            yield draft
            changes = draft.changes()
            if changes and not lock.is_valid():
                raise BusyError(f"{lock.path}: deleted by somebody: nothing was changed")
            if changes:
                save(self._layout, changes, self._warn)

    @contextmanager
    def _locked(self) -> Iterator[HeldLock]:
        try:
            make_private_folder(self._layout.root)
        except OSError as error:
            raise cannot_save(self._layout.root, error) from error
        with locked(self._layout.lock, holder=self._holder, deadline=self._deadline) as lock:
            if lock.is_after_crash:
                self._sweep()
            yield lock

    def _sweep(self) -> None:
        layout = self._layout
        link = Path(os.path.realpath(layout.index)).parent
        try:
            for folder in {layout.root, layout.sessions, layout.trash, link}:
                sweep(folder)
        except OSError as error:
            self._warn(f"{layout.root}: temporary files are left: {error}")


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        about = path.stat()
    except OSError:
        return (0, 0, 0)
    return (about.st_mtime_ns, about.st_ino, about.st_size)
