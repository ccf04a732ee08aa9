"""The store as its files tell it; no lock is taken, and nothing is written.

Earlier programs write in place: what cannot be understood may be half a file that is whole a
moment later, so it is read again for a while before it is called damaged.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TypeAlias

from kugetsu_tui.domain.errors import DamagedError, EnvironmentUnfitError, KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.record import BASE_FILE, RESERVED_FILES, DamagedRecord, Index, Record
from kugetsu_tui.domain.session import RunId, SessionId, SessionType, session_id_of
from kugetsu_tui.store.index_format import has_map, index_of
from kugetsu_tui.store.json_text import parse_object
from kugetsu_tui.store.layout import RECORD_SUFFIX, Layout, is_record_name
from kugetsu_tui.store.record_format import record_of
from kugetsu_tui.store.regular_file import (
    MissingFileError,
    UnreadableError,
    is_there,
    read_regular,
)

PATIENCE = 0.3
"""Seconds for which what cannot be understood is read again, however long this process is held up
within a look: only one that began after that is the last.
"""
_PAUSE = 0.01

SessionOf: TypeAlias = Callable[[RunId], SessionId | None]
"""The session that opencode named for a run, as far as that is known."""


def read_index(layout: Layout) -> tuple[Index, dict[str, Json]]:
    """The index, and all that its file holds; both empty where nothing was ever stored.

    Raises:
        DamagedError: it cannot be understood, or is missing although there are records.
        EnvironmentUnfitError: the store's folder is no folder.
    """
    until = time.monotonic() + PATIENCE
    while True:
        is_last_look = time.monotonic() >= until
        try:
            return _index(layout)
        except UnreadableError as error:
            if is_last_look:
                raise _damaged(layout, error) from error
        time.sleep(_PAUSE)


def _index(layout: Layout) -> tuple[Index, dict[str, Json]]:
    try:
        document = parse_object(read_regular(str(layout.index), follow=True))
    except MissingFileError:
        if _is_there(layout.index):
            raise UnreadableError("a symbolic link to a file that does not exist") from None
        document = {}
    if not has_map(document) and next(_record_files(layout), None) is not None:
        what = "has no map of issues" if document else "missing"
        raise UnreadableError(f"{what}, although {layout.sessions} holds records")
    return index_of(document), document


def _is_there(path: Path) -> bool:
    try:
        return is_there(path)
    except OSError as error:
        raise UnreadableError(f"unreadable: {error.strerror}") from error


def _damaged(layout: Layout, error: UnreadableError) -> KugetsuError:
    if _is_no_folder(layout.root):
        return EnvironmentUnfitError(
            f"{layout.root}: not a folder", hint="KUGETSU_DIR names the folder of the store"
        )
    index, last = quote(str(layout.index)), quote(str(layout.last_index))
    is_mendable = is_index(layout.last_index)
    hint = f"cp {last} {index}" if is_mendable else "kugetsu doctor --rebuild, or mend it by hand"
    return DamagedError(f"{layout.index}: {error}; it was left as it is", hint=hint)


def _is_no_folder(path: Path) -> bool:
    """Something else is in its place; where that cannot be told, it is not said."""
    try:
        return is_there(path) and not path.is_dir()
    except OSError:
        return False


def is_index(path: Path) -> bool:
    """Whether the file can be understood as one."""
    try:
        index_of(parse_object(read_regular(str(path))))
    except UnreadableError:
        return False
    return True


def read_record(layout: Layout, file: str, *, until: float | None = None) -> Record | DamagedRecord:
    """What a record's file tells.

    Args:
        layout: the store.
        file: the record's name in `sessions/`, from wherever.
        until: when patience with half-written files ends, on the monotonic clock.
    """
    if not is_record_name(file):
        return DamagedRecord(file, "its name leads out of the sessions folder")
    path = f"{layout.sessions}/{file}"  # no Path: ten thousand of them would take 50 ms
    until = time.monotonic() + PATIENCE if until is None else until
    while True:
        is_last_look = time.monotonic() >= until
        try:
            return record_of(parse_object(read_regular(path)))
        except UnreadableError as error:
            if is_last_look or not _was_just_written(path):
                return DamagedRecord(file, str(error), isinstance(error, MissingFileError))
        time.sleep(_PAUSE)


def _was_just_written(path: str) -> bool:
    try:
        written_at = Path(path).lstat().st_mtime
    except OSError:
        return False
    return 0 <= time.time() - written_at < PATIENCE


def read_records(layout: Layout, index: Index) -> dict[str, Record | DamagedRecord]:
    """The records of all issues in the index, in its order.

    An issue that is untracked while this reads is left out.
    """
    until = time.monotonic() + PATIENCE
    records = {
        key: owned(key, file, read_record(layout, file, until=until), index)
        for key, file in index.issues.items()
    }
    damaged = [key for key, record in records.items() if isinstance(record, DamagedRecord)]
    now = read_index(layout)[0] if damaged else index
    for key in damaged:
        if key not in now.issues:
            del records[key]
        elif (file := now.issues[key]) != index.issues[key]:
            records[key] = owned(key, file, read_record(layout, file, until=until), now)
    return records


def with_session(record: Record | DamagedRecord, session_of: SessionOf) -> Record | DamagedRecord:
    """The record with the session of its run, where it does not name one itself.

    A supervisor that was killed may have heard opencode name it, and never have come to settle it.
    """
    if isinstance(record, DamagedRecord) or record.session_id or record.run_id is None:
        return record
    return replace(record, session_id=session_of(record.run_id))


def owned(
    key: str, file: str, record: Record | DamagedRecord, index: Index
) -> Record | DamagedRecord:
    """The record, unless its file is another issue's.

    Earlier programs gave `h/a-b/c#1` and `h/a/b-c#1` one file; it tells of the one that wrote last.
    """
    owner = record.issue_ref if isinstance(record, Record) else None
    if owner is not None and owner != key and index.issues.get(owner) == file:
        return DamagedRecord(file, f"its file has been overwritten by {owner}")
    return record


def base_of(index: Index, record: Record | DamagedRecord) -> Record | DamagedRecord | None:
    """What is known of the base; the index has the last word on which session it is."""
    if index.base is None:
        return None
    if session_id_of(index.base) is None:
        return DamagedRecord(BASE_FILE, f"the index calls the base {index.base!r}: no session id")
    if isinstance(record, Record):
        is_the_same = record.session_id == index.base
        return record if is_the_same else replace(record, session_id=index.base)
    return Record(type=SessionType.BASE, session_id=index.base) if record.is_missing else record


def read_orphans(layout: Layout, index: Index) -> list[tuple[str, datetime]]:
    """Record files that nothing names, with when they were last written, by name.

    Raises:
        DamagedError: the sessions folder cannot be read.
    """
    named = {file.casefold() for file in index.issues.values()} | RESERVED_FILES
    try:
        names = sorted(
            entry.name
            for entry in _record_files(layout)
            if entry.name.casefold() not in named
            and is_record_name(entry.name)
            and entry.is_file(follow_symlinks=False)
        )
    except UnreadableError as error:
        raise DamagedError(f"{layout.sessions}: {error}") from error
    orphans = []
    for name in names:
        try:
            written_at = (layout.sessions / name).lstat().st_mtime
        except FileNotFoundError:
            continue  # gone since it was listed
        except OSError as error:
            raise DamagedError(f"{layout.sessions / name}: {error.strerror}") from error
        orphans.append((name, datetime.fromtimestamp(written_at, UTC)))
    return orphans


def _record_files(layout: Layout) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(layout.sessions) as entries:
            yield from (entry for entry in entries if entry.name.endswith(RECORD_SUFFIX))
    except FileNotFoundError:
        return
    except OSError as error:
        raise UnreadableError(f"its records cannot be listed: {error.strerror}") from error
