"""Transcripts read from opencode's database page by page; nothing else is read for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from kugetsu_tui.domain.conversation import FilePatch
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import text_of
from kugetsu_tui.domain.moment import from_milliseconds
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Place, Turn
from kugetsu_tui.opencode import queries
from kugetsu_tui.opencode.database import Database, completed_at
from kugetsu_tui.opencode.parts import parse_object
from kugetsu_tui.opencode.transcript_entries import Part, entry_of, error_entry

_END = Place(created=2**62, message_id="")
_BEGINNING = Place(created=0, message_id="")


@frozen
class DatabaseTranscripts:
    """Every method asks afresh, and may be called from any thread.

    All raise `DatabaseUnreadableError` where the database is there and cannot be asked.
    """

    database: Database

    def before(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        """The turns before that place, or the last ones, in order."""
        place = place or _END
        asked = (session_id, place.created, place.message_id, limit)
        return self._turns(queries.TURNS_BEFORE, asked)[::-1]

    def since(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        """The turns from that place on, or the first ones, in order."""
        place = place or _BEGINNING
        asked = (session_id, place.created, place.message_id, limit)
        return self._turns(queries.TURNS_SINCE, asked)

    def patches(self, session_id: SessionId) -> Sequence[FilePatch]:
        """What each of the session's own turns changed in each file, in order."""
        with self.database.reading() as connection:
            rows = connection.execute(queries.PATCHES, (session_id,)).fetchall()
            rows = rows or connection.execute(queries.TOOL_PATCHES, (session_id,)).fetchall()
            return [FilePatch(path, patch) for path, patch in rows if path]
        return []

    def version(self) -> object:
        """A cheap value that differs whenever the database was written to."""
        return self.database.version()

    def _turns(self, query: str, asked: tuple[str | int, ...]) -> list[Turn]:
        with self.database.reading() as connection:
            messages = connection.execute(query, asked).fetchall()
            parts = _parts(connection, [message_id for message_id, _, _ in messages])
            return [
                _turn(message_id, created, data, parts.get(message_id, ()))
                for message_id, created, data in messages
            ]
        return []


_RawPart = tuple[str, int, str]


def _parts(connection: sqlite3.Connection, message_ids: Sequence[str]) -> dict[str, list[_RawPart]]:
    found: dict[str, list[_RawPart]] = {}
    named = json.dumps(message_ids)
    for message_id, *part in connection.execute(queries.PARTS_OF_TURNS, (named,)):
        found.setdefault(message_id, []).append(tuple(part))
    return found


def _turn(message_id: str, created: int, data: str, parts: Sequence[_RawPart]) -> Turn:
    message = parse_object(data)
    role = text_of(message.get("role")) or "unreadable"
    entries = [
        entry_of(Part(part_id, from_milliseconds(begun), role, parse_object(content)))
        for part_id, begun, content in parts
    ]
    entries.append(error_entry(message_id, from_milliseconds(created), message))
    is_over = role == "user" or bool(message.get("error")) or completed_at(message) is not None
    return Turn(
        place=Place(created=created, message_id=message_id),
        role=role,
        is_over=is_over,
        entries=tuple(entry for entry in entries if entry is not None),
    )
