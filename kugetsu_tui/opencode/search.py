"""Words found inside transcripts, by a scan of what all messages consist of.

60,000 messages, 150,000 parts and 52 MB take 25 to 70 ms: an index of our own would have to be kept
up to date, and would hold everybody's transcripts a second time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping

from kugetsu_tui.domain.json_value import Json, JsonObject, object_of, text_of
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.parts import parse_object

_PARTS = """
SELECT part.session_id, part.data FROM part
CROSS JOIN message ON message.id = part.message_id
CROSS JOIN session ON session.id = part.session_id
WHERE part.data LIKE ? ESCAPE '!' AND part.data NOT LIKE '{"type":"step%'
AND message.time_created >= session.time_created
"""
"""A fork's copies of its base's messages, older than itself, are found in the base.

The joins are crossed so that only parts that may hold the words are looked up in other tables.
"""
_PARENTS = "SELECT id, parent_id FROM session WHERE parent_id IS NOT NULL"
_INSTRUCTIONS = 20_000
"""Of SQLite's machine, between two questions whether the search still matters: below 1 ms."""
_BEFORE, _WIDTH = 40, 240
"""Characters shown before what was found, and in all."""


def search(
    connection: sqlite3.Connection, needle: str, *, is_wanted: Callable[[], bool]
) -> Mapping[SessionId, str]:
    """Session → the first line of it that holds the words; case is ignored.

    A sub-agent's find is also that of the session it works for.

    Args:
        connection: to opencode's database.
        needle: what is sought, as it was typed.
        is_wanted: asked again and again; once it says no, what was found until then is returned.
    """
    sought = needle.casefold()
    found: dict[SessionId, str] = {}
    connection.set_progress_handler(lambda: not is_wanted(), _INSTRUCTIONS)
    try:
        for session_id, data in connection.execute(_PARTS, (_pattern(needle),)):
            if session_id not in found and (line := _line(parse_object(data), sought)):
                found[session_id] = line
        parents: Mapping[SessionId, SessionId] = dict(connection.execute(_PARENTS).fetchall())
    except sqlite3.OperationalError:
        if is_wanted():
            raise
        return found
    for session_id in tuple(found):
        _tell_parents(session_id, found, parents)
    return found


def _tell_parents(
    session_id: SessionId, found: dict[SessionId, str], parents: Mapping[SessionId, SessionId]
) -> None:
    line, told = found[session_id], {session_id}
    while (parent := parents.get(session_id)) is not None and parent not in told:
        found.setdefault(parent, line)
        told.add(session_id := parent)


def _pattern(needle: str) -> str:
    """For LIKE, which ignores the case of ASCII alone: another letter may be any character."""
    spelled = json.dumps(needle, ensure_ascii=False)[1:-1]
    return f"%{''.join(map(_character, spelled))}%"


def _character(character: str) -> str:
    if character in "%_!":
        return f"!{character}"
    is_cased = not character.isascii() and character.lower() != character.upper()
    return "_" if is_cased else character


def _line(part: JsonObject, sought: str) -> str:
    """The line of the part's words that holds what is sought; empty where none does."""
    for text in _texts(part):
        if sought in text.casefold():
            for line in text.splitlines():
                place = line.casefold().find(sought)
                if place >= 0:
                    start = max(place - _BEFORE, 0)
                    shown = line[start : start + _WIDTH].strip()
                    return clean_line(f"…{shown}" if start else shown)
            return clean_line(text[:_WIDTH])
    return ""


def _texts(part: JsonObject) -> Iterator[str]:
    """What people read of a part, not the JSON around it."""
    state = object_of(part.get("state"))
    for value in (part.get("text"), part.get("filename"), state.get("title")):
        if text := text_of(value):
            yield text
    yield from _strings(state.get("input"))
    for value in (state.get("output"), state.get("error")):
        if text := text_of(value):
            yield text


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
