"""The store without files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from kugetsu_tui.domain.errors import (
    ConflictError,
    KugetsuError,
    NoBaseError,
    NotFoundError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import (
    BASE_FILE,
    RESERVED_FILES,
    DamagedRecord,
    Index,
    Record,
)
from kugetsu_tui.domain.record_file import record_file
from kugetsu_tui.domain.session import RunId, SessionId, SessionType
from kugetsu_tui.domain.trash import Removed
from tests.fakes.clock import FakeClock

_TRASH_NAMES = count()


@dataclass
class MemoryStore:
    """The store without files: `files` are the records by file name."""

    clock: FakeClock = field(default_factory=FakeClock)
    stored: Index = field(default_factory=Index)
    files: dict[str, Record | DamagedRecord] = field(default_factory=dict)
    written_at: dict[str, datetime] = field(default_factory=dict)
    removed: list[Removed] = field(default_factory=list)
    damage: KugetsuError | None = None
    """What every look at the index is refused with."""
    refusal: KugetsuError | None = None
    """What saving is refused with."""
    last: Index | None = None
    """The last good index, where one is kept."""
    saves: int = 0
    session_of: Callable[[RunId], SessionId | None] = lambda _: None

    def index(self) -> Index:
        if self.damage:
            raise self.damage
        return self.stored

    def record(self, file: str) -> Record | DamagedRecord:
        return _with_session(self.files, file, self.session_of)

    def records(self, index: Index) -> Mapping[str, Record | DamagedRecord]:
        return {key: self.record(file) for key, file in index.issues.items()}

    def base(self, index: Index | None = None) -> Record | DamagedRecord | None:
        return _base(index or self.index(), self.record(BASE_FILE))

    def orphans(self) -> Sequence[tuple[str, datetime]]:
        named = RESERVED_FILES | set(self.index().issues.values())
        return [(name, self.written_at[name]) for name in sorted(self.files) if name not in named]

    def trash(self) -> Sequence[Removed]:
        return self.removed[::-1]

    def strays(self) -> Sequence[Record]:
        index = Index() if self.damage else self.stored
        named = RESERVED_FILES | set(index.issues.values())
        found = [record for name, record in sorted(self.files.items()) if name not in named]
        return [record for record in found if isinstance(record, Record)]

    def has_last_index(self) -> bool:
        return self.last is not None

    def restore_index(self) -> str:
        if not self.damage:
            raise ConflictError("the index is whole: there is nothing to bring back")
        if self.last is None:
            raise NotFoundError("there is no good index to bring back")
        self.damage, self.stored = None, self.last
        return "index.json.damaged-1"

    @contextmanager
    def rebuild(self) -> Iterator[MemoryDraft]:
        if self.damage:
            self.damage, self.stored = None, Index()
        with self.edit() as draft:
            yield draft

    @contextmanager
    def edit(self) -> Iterator[MemoryDraft]:
        draft = MemoryDraft(
            self.index(), dict(self.files), list(self.removed), self.clock(), self.session_of
        )
        yield draft
        if self.refusal:
            raise self.refusal
        for file, record in draft.files.items():
            if self.files.get(file) != record:
                self.written_at[file] = self.clock()
        self.stored, self.files, self.removed = draft.index, draft.files, draft.removed
        self.saves += 1

    def version(self) -> object:
        return self.saves


@dataclass
class MemoryDraft:
    """Everything copied: nothing is changed before the block ends."""

    index: Index
    files: dict[str, Record | DamagedRecord]
    removed: list[Removed]
    now: datetime
    session_of: Callable[[RunId], SessionId | None]

    def record(self, key: str) -> Record | DamagedRecord:
        return _with_session(self.files, self._file_of(key), self.session_of)

    def base(self) -> Record | DamagedRecord | None:
        missing = DamagedRecord(BASE_FILE, "missing", is_missing=True)
        return _base(self.index, self.files.get(BASE_FILE, missing))

    def put(self, key: str, record: Record) -> None:
        taken = {file.casefold(): owner for owner, file in self.index.issues.items()}
        file = self.index.issues.get(key) or record_file(key, taken)
        self.index = replace(self.index, issues={**self.index.issues, key: file})
        self.files[file] = replace(record, issue_ref=record.issue_ref or key)

    def put_base(self, record: Record) -> None:
        self.index = replace(self.index, base=record.session_id)
        self.files[BASE_FILE] = record

    def remove(self, key: str) -> None:
        file = self._file_of(key)
        issues = {other: name for other, name in self.index.issues.items() if other != key}
        self.index = replace(self.index, issues=issues)
        self._discard(key, file)

    def remove_base(self) -> None:
        if self.index.base is None:
            raise NoBaseError("there is no base session")
        self.index = replace(self.index, base=None)
        self._discard(None, BASE_FILE)

    def remove_orphan(self, file: str) -> None:
        if file in RESERVED_FILES or file in self.index.issues.values():
            raise ConflictError(f"{file}: no orphaned record")
        if file not in self.files:
            raise NotFoundError(f"{file}: gone already")
        self._discard(None, file)

    def restore(self, removed: Removed) -> None:
        if removed not in self.removed:
            raise NotFoundError(f"{removed.name}: not in the trash")
        if removed.key in self.index.issues or (removed.is_base and self.index.base):
            raise ConflictError(f"{removed.key}: something is in its place by now")
        self.removed.remove(removed)
        if removed.record is not None:
            self.files[removed.file] = removed.record
        if removed.is_base:
            base = removed.record.session_id if removed.record else None
            self.index = replace(self.index, base=base)
        elif removed.key is not None:
            issues = {**self.index.issues, removed.key: removed.file}
            self.index = replace(self.index, issues=issues)

    def _file_of(self, key: str) -> str:
        if key not in self.index.issues:
            raise NotFoundError(f"{key}: not tracked")
        return self.index.issues[key]

    def _discard(self, key: str | None, file: str) -> None:
        record = self.files.pop(file, None)
        self.removed.append(
            Removed(
                name=f"{next(_TRASH_NAMES)}-{file}",
                key=key,
                file=file,
                removed_at=self.now,
                is_base=file == BASE_FILE,
                record=record if isinstance(record, Record) else None,
            )
        )


def _with_session(
    files: Mapping[str, Record | DamagedRecord],
    file: str,
    session_of: Callable[[RunId], SessionId | None],
) -> Record | DamagedRecord:
    record = files.get(file, DamagedRecord(file, "missing", is_missing=True))
    if isinstance(record, DamagedRecord) or record.session_id or record.run_id is None:
        return record
    return replace(record, session_id=session_of(record.run_id))


def _base(index: Index, record: Record | DamagedRecord) -> Record | DamagedRecord | None:
    if index.base is None:
        return None
    if isinstance(record, Record):
        return replace(record, session_id=index.base)
    return Record(type=SessionType.BASE, session_id=index.base) if record.is_missing else record
