"""The map issue ↔ session, as the verbs need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from kugetsu_tui.domain.record import DamagedRecord, Index, Record
from kugetsu_tui.domain.trash import Removed


class Draft(Protocol):
    """The store as it is now, ours to change until the block ends."""

    @property
    def index(self) -> Index: ...

    def record(self, key: str) -> Record | DamagedRecord:
        """The record of an issue in the index."""
        ...

    def base(self) -> Record | DamagedRecord | None: ...

    def put(self, key: str, record: Record) -> None:
        """Track the issue, or rewrite its record."""
        ...

    def put_base(self, record: Record) -> None: ...

    def remove(self, key: str) -> None:
        """Untrack the issue; its record goes to the trash."""
        ...

    def remove_base(self) -> None: ...

    def remove_orphan(self, file: str) -> None:
        """Move a record file that no index entry names to the trash."""
        ...

    def restore(self, removed: Removed) -> None:
        """Take something back from the trash."""
        ...


class Store(Protocol):
    """The map issue ↔ session. Readers take no lock."""

    def index(self) -> Index:
        """Raises `DamagedError` where the index cannot be understood."""
        ...

    def record(self, file: str) -> Record | DamagedRecord: ...

    def records(self, index: Index) -> Mapping[str, Record | DamagedRecord]:
        """All records the index names, in its order."""
        ...

    def base(self, index: Index | None = None) -> Record | DamagedRecord | None:
        """The base, as the index that was read has it; where none is given it is read."""
        ...

    def orphans(self) -> Sequence[tuple[str, datetime]]:
        """Record files that no index entry names, with when they were last written."""
        ...

    def trash(self) -> Sequence[Removed]:
        """What can be taken back, the newest first."""
        ...

    def edit(self) -> AbstractContextManager[Draft]:
        """Read afresh under the lock, change, save. An exception in the block changes nothing."""
        ...

    def strays(self) -> Sequence[Record]:
        """Records that no index entry names; all, where the index cannot be understood."""
        ...

    def rebuild(self) -> AbstractContextManager[Draft]:
        """As `edit`, and an index that cannot be understood is kept aside and begun anew."""
        ...

    def has_last_index(self) -> bool:
        """Whether the index as it was last written here is kept, and whole."""
        ...

    def restore_index(self) -> str:
        """Put the last good index in the place of one that cannot be understood.

        Returns where the damaged one is kept; nothing where there was none.

        Raises:
            ConflictError: the index can be understood.
            NotFoundError: no good one is kept.
        """
        ...

    def version(self) -> object:
        """A cheap value that differs whenever the store has changed."""
        ...
