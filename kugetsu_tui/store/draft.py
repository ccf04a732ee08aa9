"""Changes to the store, gathered while its lock is held and made when the block ends."""

from __future__ import annotations

from datetime import datetime
from shlex import quote

from kugetsu_tui.domain.errors import ConflictError, DamagedError, NoBaseError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import (
    BASE_FILE,
    RESERVED_FILES,
    DamagedRecord,
    Index,
    Record,
)
from kugetsu_tui.domain.record_file import record_file
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.store.index_format import with_map
from kugetsu_tui.store.layout import Layout, is_record_name
from kugetsu_tui.store.reading import SessionOf, base_of, owned, read_index, with_session
from kugetsu_tui.store.record_files import RecordFiles, spelled
from kugetsu_tui.store.regular_file import MissingFileError, UnreadableError
from kugetsu_tui.store.saving import Changes
from kugetsu_tui.store.trash import Discarded, read_discarded

_SOMEBODY = "\0"
"""Stands for the unknown owner of a file; no issue is called that."""


class StoreDraft:
    """The store as it is now, and what is to become of it."""

    def __init__(
        self, layout: Layout, now: datetime, session_of: SessionOf, *, anew: bool = False
    ) -> None:
        """Read the index, unless it is begun anew.

        Raises:
            DamagedError: it cannot be understood.
        """
        index, self._document = (Index(), {}) if anew else read_index(layout)
        self._layout = layout
        self._files = RecordFiles(layout, now)
        self._files.changes.anew_at = now if anew else None
        self._session_of = session_of
        self._base = index.base
        self._issues = dict(index.issues)
        self._extra = index.extra
        self._is_index_changed = False

    def changes(self) -> Changes:
        """What is to be written and deleted."""
        if self._is_index_changed:
            document = with_map(self._document, self.index)
            self._files.changes.index = spelled(document, self._layout.index.name)
        return self._files.changes

    @property
    def index(self) -> Index:
        return Index(self._base, self._issues, self._extra)

    def record(self, key: str) -> Record | DamagedRecord:
        """The record of an issue in the index.

        Raises:
            NotFoundError: the issue is not there.
        """
        file = self._file_of(key)
        record = owned(key, file, self._files.record(file), self.index)
        return with_session(record, self._session_of)

    def base(self) -> Record | DamagedRecord | None:
        return base_of(self.index, self._files.record(BASE_FILE))

    def put(self, key: str, record: Record) -> None:
        """Track the issue, or rewrite its record; what other programs keep there stays.

        Raises:
            DamagedError: something is in the record's place that cannot even be moved away.
        """
        file = self._issues.get(key)
        if file is None or not self._is_own(file):
            file = self._free_file(key)
            self._files.keep_copy(file)
            self._track(key, file)
        self._files.write(file, record if record.issue_ref else replace(record, issue_ref=key))

    def put_base(self, record: Record) -> None:
        """Make this the base, or rewrite its record; as `put`."""
        self._set_base(record.session_id)
        self._files.write(BASE_FILE, record)

    def remove(self, key: str) -> None:
        """Untrack the issue; its record goes to the trash.

        A file that cannot be read, or that is another issue's too, stays where it is.

        Raises:
            NotFoundError: the issue is not in the index.
        """
        file = self._file_of(key)
        content = self._files.take(file) if self._is_own(file) else None
        self._files.discard(Discarded(key=key, file=file, content=content))
        del self._issues[key]
        self._is_index_changed = True

    def remove_base(self) -> None:
        """Forget which session is the base; its record goes to the trash.

        Raises:
            NoBaseError: there is none.
        """
        if self._base is None:
            raise NoBaseError("there is no base session", hint="kugetsu init", remedy="init")
        content = self._files.take(BASE_FILE)
        self._files.discard(Discarded(key=None, file=BASE_FILE, base=self._base, content=content))
        self._set_base(None)

    def remove_orphan(self, file: str) -> None:
        """Move a record file that no index entry names to the trash.

        Raises:
            ConflictError: it is in use.
            NotFoundError: it is gone.
            DamagedError: it cannot be read, and stays where it is.
        """
        in_use = {name.casefold() for name in self._issues.values()} | RESERVED_FILES
        if not is_record_name(file) or file.casefold() in in_use:
            raise ConflictError(f"{file}: no orphaned record")
        content = self._files.content(file)
        if content is None:
            raise NotFoundError(f"{file}: gone already")
        self._files.give_up(file)
        self._files.discard(Discarded(key=None, file=file, content=content))

    def restore(self, removed: Removed) -> None:
        """Take something back from the trash, byte for byte.

        Raises:
            ConflictError: something else is in its place by now.
            NotFoundError: it is not in the trash.
            DamagedError: what lies there cannot be understood.
        """
        thing = self._discarded(removed.name)
        if thing.base is not None:
            self._restore_base(thing)
        elif thing.key is not None:
            self._restore_issue(thing.key, thing)
        elif thing.content is not None and not self._is_taken(thing.file):
            self._files.put_back(thing.file, thing.content)
        else:
            raise ConflictError(f"{thing.file}: there is such a record by now")
        self._files.changes.gone_trash.add(removed.name)

    def _restore_base(self, thing: Discarded) -> None:
        if self._base is not None:
            raise ConflictError(
                f"there is another base by now, {self._base}", hint="kugetsu destroy --base"
            )
        if thing.content is not None:
            self._files.put_back(BASE_FILE, thing.content)
        self._set_base(thing.base)

    def _restore_issue(self, key: str, thing: Discarded) -> None:
        if key in self._issues:
            raise ConflictError(
                f"{key}: tracked again", hint=f"kugetsu destroy {quote(key)}", remedy="destroy"
            )
        file = thing.file
        if thing.content is not None:
            file = self._free_file(key) if self._is_taken(file) else file
            self._files.put_back(file, thing.content)
        self._track(key, file)

    def _discarded(self, name: str) -> Discarded:
        path = self._layout.trash / name
        try:
            return read_discarded(path)
        except MissingFileError as error:
            raise NotFoundError(f"{name}: not in the trash", hint="kugetsu trash") from error
        except UnreadableError as error:
            raise DamagedError(f"{path}: {error}; it was left as it is") from error

    def _file_of(self, key: str) -> str:
        if key not in self._issues:
            raise NotFoundError(f"{key}: not tracked", hint="kugetsu list", remedy="start")
        return self._issues[key]

    def _is_own(self, file: str) -> bool:
        """Whether a file that the index names can be one issue's alone."""
        return is_record_name(file) and list(self._issues.values()).count(file) == 1

    def _is_taken(self, file: str) -> bool:
        return file in self._issues.values() or self._files.is_occupied(file)

    def _free_file(self, key: str) -> str:
        """A file for an issue that has none; a killed start of it may have left something there."""
        taken = {file.casefold(): owner for owner, file in self._issues.items() if owner != key}
        while True:
            file = record_file(key, taken)
            left = self._files.record(file) if self._files.is_occupied(file) else None
            if left is None or (isinstance(left, Record) and left.issue_ref == key):
                return file
            taken[file.casefold()] = _SOMEBODY

    def _track(self, key: str, file: str) -> None:
        self._issues[key] = file
        self._is_index_changed = True

    def _set_base(self, base: SessionId | None) -> None:
        self._is_index_changed |= base != self._base
        self._base = base
