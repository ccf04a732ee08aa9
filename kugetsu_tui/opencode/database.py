"""opencode's database, read as an uninvited guest: one question, then gone."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from kugetsu_tui.domain.conversation import (
    Conversation,
    FileChange,
    LastTurn,
    Message,
    Part,
    Todo,
)
from kugetsu_tui.domain.errors import DatabaseUnreadableError
from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.json_value import JsonObject, object_of, text_of
from kugetsu_tui.domain.moment import from_milliseconds
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode import queries
from kugetsu_tui.opencode.figures import figures_of
from kugetsu_tui.opencode.parts import ABORTED, amount_of, explain_error, parse_object, part_of
from kugetsu_tui.opencode.search import search

_PATIENCE = 0.5
"""Seconds to wait for a writer; in WAL mode, opencode's, readers wait for nobody."""


def database_path(environment: Mapping[str, str], *, home: Path) -> Path:
    """Where opencode keeps its database; it makes `OPENCODE_DB` relative to its data folder."""
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return data / "opencode" / (environment.get("OPENCODE_DB") or "opencode.db")


class Database:
    """Every method asks afresh, on a connection of its own, and may be called from any thread.

    Where opencode never ran there are no sessions. All methods but `version` raise
    `DatabaseUnreadableError` where the database is there and cannot be asked: then nothing is
    known, and nothing is gone. So does `sessions` where it is not there and some are asked for by
    name: whoever named them had them from one that is elsewhere.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def sessions(
        self, ids: Collection[SessionId] | None = None
    ) -> Mapping[SessionId, Conversation]:
        """Those sessions, in any order, or all top-level ones, the newest activity first."""
        named = () if ids is None else (json.dumps(list(ids)),)
        if ids and self._owner() is None:
            raise DatabaseUnreadableError(
                f"opencode's database {clean_line(str(self.path))} is not there",
                hint="XDG_DATA_HOME and OPENCODE_DB say where it is",
            )
        with self.reading() as connection:
            present = {name for (name,) in connection.execute(queries.SESSION_COLUMNS)}
            query = queries.sessions(present, some=ids is not None)
            rows = connection.execute(query, named).fetchall()
            return {row[0]: _conversation(*row) for row in rows}
        return {}

    def children(self) -> Mapping[SessionId, Conversation]:
        """All sessions of sub-agents, the newest activity first."""
        with self.reading() as connection:
            present = {name for (name,) in connection.execute(queries.SESSION_COLUMNS)}
            query = queries.sessions(present, some=False, children=True)
            return {row[0]: _conversation(*row) for row in connection.execute(query).fetchall()}
        return {}

    def figures(self, ids: Collection[SessionId]) -> Mapping[SessionId, Figures]:
        """What each of them has come to by itself; one without messages is not among them."""
        with self.reading() as connection:
            return figures_of(connection, ids)
        return {}

    def search(self, needle: str, *, is_wanted: Callable[[], bool]) -> Mapping[SessionId, str]:
        """Session → a line of its own messages that holds the words; case is ignored."""
        with self.reading() as connection:
            return search(connection, needle, is_wanted=is_wanted)
        return {}

    def issue_refs(self) -> Mapping[SessionId, str]:
        """What sessions are for, where opencode was told and keeps it; by whoever told it."""
        with self.reading() as connection:
            present = {name for (name,) in connection.execute(queries.SESSION_COLUMNS)}
            return dict(connection.execute(queries.issue_refs(present)).fetchall())
        return {}

    def messages(self, session_id: SessionId, *, limit: int) -> Sequence[Message]:
        """The last messages, in order."""
        with self.reading() as connection:
            last = connection.execute(queries.LAST_MESSAGES, (session_id, limit)).fetchall()
            parts: dict[str, list[Part]] = {message_id: [] for message_id, _, _ in last}
            named = json.dumps(list(parts))
            for message_id, data in connection.execute(queries.PARTS, (named,)).fetchall():
                if (part := part_of(parse_object(data))) is not None:
                    parts[message_id].append(part)
            return [_message(at, data, parts[message_id]) for message_id, at, data in last[::-1]]
        return []

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None:
        """The newest assistant message of those begun since then."""
        with self.reading() as connection:
            asked = (session_id, _milliseconds(since))
            row = connection.execute(queries.LAST_TURN, asked).fetchone()
            return _turn(*row) if row else None
        return None

    def todos(self, session_id: SessionId) -> Sequence[Todo]:
        with self.reading() as connection:
            rows = connection.execute(queries.TODOS, (session_id,)).fetchall()
            return [Todo(content, status) for content, status in rows]
        return []

    def changes(self, session_id: SessionId) -> Sequence[FileChange]:
        """The files the session itself changed, each with the sum of its turns' lines."""
        found: dict[str, FileChange] = {}
        with self.reading() as connection:
            rows = connection.execute(queries.CHANGES, (session_id,)).fetchall()
            for path, additions, deletions, status in rows:
                before = found.get(path, FileChange(path, 0, 0, ""))
                is_still_new = before.status == "added" and status == "modified"
                found[path] = FileChange(
                    path=path,
                    additions=before.additions + additions,
                    deletions=before.deletions + deletions,
                    status="added" if is_still_new else status,
                )
        return list(found.values())

    def last_activity(self, session_id: SessionId) -> datetime | None:
        """When the session or one of its sub-agents last wrote anything; nothing if it is gone."""
        with self.reading() as connection:
            (newest,) = connection.execute(queries.LAST_ACTIVITY, (session_id,)).fetchone()
            return from_milliseconds(newest) if newest else None
        return None

    def has_running_tool(self, session_id: SessionId, *, since: datetime) -> bool:
        """Whether a tool of the session or of a sub-agent is at work, in a message begun since.

        A run that was killed leaves its tools `running` for ever: `since` is when this one began.
        """
        with self.reading() as connection:
            asked = (session_id, _milliseconds(since))
            (count,) = connection.execute(queries.RUNNING_TOOLS, asked).fetchone()
            return bool(count)
        return False

    def version(self) -> object:
        """A cheap value that differs whenever the database was written to."""
        return _stamp(self.path), _stamp(self.path.with_name(f"{self.path.name}-wal"))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one question. A question for a table not yet there ends the block.

        On its very first start opencode makes the file before the tables.
        """
        try:
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA query_only = 1")
                connection.text_factory = _text
                yield connection
        except sqlite3.Error as error:
            if not str(error).startswith("no such table"):
                raise self._unreadable(str(error)) from error
        except (ValueError, OverflowError, TypeError) as error:  # SQLite enforces no column's type
            raise self._unreadable(f"a value out of range: {error}") from error

    def _connect(self) -> sqlite3.Connection:
        """Read-only, though SQLite may leave an empty `-wal` and `-shm` that belong to the reader.

        Never `immutable`: that reader would miss what is still in the `-wal`.
        """
        if (owner := self._owner()) is None:
            return sqlite3.connect(":memory:")
        if os.geteuid() not in {0, owner}:
            raise self._unreadable("another user's: reading it could lock its owner out")
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        return sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)

    def _owner(self) -> int | None:
        """Whose the file is; nobody's where there is none."""
        try:
            return self.path.stat().st_uid
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(error.strerror or "cannot be looked at") from error

    def _unreadable(self, why: str) -> DatabaseUnreadableError:
        if not os.access(self.path.parent, os.W_OK):  # sqlite.org/wal.html, "Read-Only Databases"
            why += "; its folder cannot be written, which SQLite has to, even to read"
        return DatabaseUnreadableError(
            f"opencode's database {clean_line(str(self.path))}: {clean_line(why)}",
            hint="kugetsu doctor",
        )


def _text(stored: bytes) -> str:
    """Half an emoji, where a title was cut or a model gave one, is stored as no UTF-8 (Bun 1.3).

    By default, one such text would keep everybody from reading any.
    """
    return stored.decode("utf-8", "replace")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None  # asking a question tells why
    return seen.st_ino, seen.st_mtime_ns, seen.st_size


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _conversation(
    session_id: SessionId,
    title: str,
    directory: str,
    created: int,
    updated: int,
    parent_id: SessionId | None,
    model: str,
    agent: str,
    cost: float,
    archived: int | None,
    tokens: int,
) -> Conversation:
    return Conversation(
        session_id=session_id,
        title=title,
        directory=directory,
        created_at=from_milliseconds(created),
        updated_at=from_milliseconds(updated),
        parent_id=parent_id,
        model=_model(model),
        agent=agent,
        tokens=tokens,
        cost=cost,
        is_archived=archived is not None,
    )


@lru_cache(maxsize=256)
def _model(text: str) -> str:
    """`provider/model` of `{"id": "model", "providerID": "provider", "variant": …}`."""
    fields = parse_object(text)
    names = (text_of(fields.get("providerID")), text_of(fields.get("id")))
    return "/".join(filter(None, names))


def _message(created: int, data: str, parts: Sequence[Part]) -> Message:
    fields = parse_object(data)
    return Message(
        role=text_of(fields.get("role")) or "unreadable",
        at=from_milliseconds(created),
        completed_at=completed_at(fields),
        finish=text_of(fields.get("finish")) or "",
        error=explain_error(fields.get("error")),
        parts=tuple(parts),
    )


def _turn(created: int, data: str) -> LastTurn:
    fields = parse_object(data)
    error = fields.get("error")
    return LastTurn(
        at=from_milliseconds(created),
        completed_at=completed_at(fields),
        finish=text_of(fields.get("finish")) or "",
        error=explain_error(error),
        is_aborted=object_of(error).get("name") == ABORTED,
    )


def completed_at(fields: JsonObject) -> datetime | None:
    completed = amount_of(object_of(fields.get("time")).get("completed"))
    return from_milliseconds(completed) if completed else None
