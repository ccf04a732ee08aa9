"""The map from issue to session, changed under a lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kugetsu_tui.domain.errors import BusyError, ConflictError, DamagedError
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.store.atomic_write import make_private_folder, sweep
from kugetsu_tui.store.damage import require_none_better, restore_last
from kugetsu_tui.store.draft import StoreDraft
from kugetsu_tui.store.lock import DEADLINE, HeldLock, locked
from kugetsu_tui.store.reading import SessionOf
from kugetsu_tui.store.refusal import cannot_save
from kugetsu_tui.store.regular_file import UnreadableError
from kugetsu_tui.store.saving import Warn, save
from kugetsu_tui.store.store_reader import StoreReader
from kugetsu_tui.store.trash import read_removed, trash_files


class JsonStore(StoreReader):
    """The store in one folder. Threads and processes may share it."""

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
        super().__init__(folder, session_of=session_of)
        self._clock = clock
        self._warn = warn
        self._holder = holder
        self._deadline = deadline

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
