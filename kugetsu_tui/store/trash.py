"""What was removed, each in a file of its own that holds all it takes to bring it back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, text_of
from kugetsu_tui.domain.moment import parse_moment
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.store.json_text import parse_object, spell_object
from kugetsu_tui.store.record_format import record_of
from kugetsu_tui.store.regular_file import LARGEST, UnreadableError, read_regular

_SUFFIX = ".json"
LARGEST_CONTENT = LARGEST // 8
"""Bytes of a file that is taken in: as JSON, a byte may take six."""


@frozen(kw_only=True)
class Discarded:
    """One thing on its way into the trash, or back."""

    key: str | None
    """The issue it belonged to; none for the base and for orphaned files."""
    file: str
    base: SessionId | None = None
    """For the base: which session the index said it was."""
    content: bytes | None
    """The record's file as it was; none where it could not be read and was left in place."""


def trash_name(at: datetime) -> str:
    """A file name that is new, and sorts by time."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{os.urandom(4).hex()}{_SUFFIX}"


def spell_discarded(thing: Discarded, at: datetime) -> bytes:
    """What its file in the trash holds; any bytes survive the way there and back (PEP 383)."""
    text = None if thing.content is None else thing.content.decode(errors="surrogateescape")
    return spell_object(
        {
            "key": thing.key,
            "file": thing.file,
            "removed_at": at.isoformat(),
            "is_base": thing.base is not None,
            "base": thing.base,
            "content": text,
        }
    )


def read_discarded(path: Path) -> Discarded:
    """What lies in the trash under that name.

    Raises:
        UnreadableError: nothing that could be taken back.
    """
    return _discarded(parse_object(read_regular(str(path))))


def read_removed(path: Path) -> Removed:
    """The same, as it is shown.

    Raises:
        UnreadableError: nothing that could be taken back.
    """
    document = parse_object(read_regular(str(path)))
    thing = _discarded(document)
    removed_at = parse_moment(text_of(document.get("removed_at")) or "")
    if removed_at is None:
        raise UnreadableError("removed_at is no time")
    return Removed(
        name=path.name,
        key=thing.key,
        file=thing.file,
        removed_at=removed_at,
        is_base=thing.base is not None,
        record=_record(thing.content),
    )


def trash_files(folder: Path) -> Iterator[Path]:
    """The files in the trash, the newest first.

    Raises:
        OSError: the folder cannot be read.
    """
    names = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208
    return (folder / name for name in sorted(names, reverse=True) if name.endswith(_SUFFIX))


def _discarded(document: dict[str, Json]) -> Discarded:
    key, file, content = (document.get(name) for name in ("key", "file", "content"))
    base = text_of(document.get("base"))
    if not isinstance(file, str) or not isinstance(content, str | None):
        raise UnreadableError("nothing that was removed from this store")
    try:
        data = None if content is None else content.encode(errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise UnreadableError("its content is no file's") from error
    return Discarded(
        key=key if isinstance(key, str) else None,
        file=file,
        base=SessionId(base) if base else None,
        content=data,
    )


def _record(content: bytes | None) -> Record | None:
    try:
        return None if content is None else record_of(parse_object(content))
    except UnreadableError:
        return None
