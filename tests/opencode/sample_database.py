"""A database as opencode makes it, filled by hand."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kugetsu_tui.domain.session import SessionId

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEW, OLD = "1.18.33", "1.3.2"
"""The opencodes whose tables are at hand; the old one keeps neither model nor cost nor tokens."""

Data = Mapping[str, object]


def at(seconds: float) -> datetime:
    """So many seconds after noon, which is when everything in a sample begins."""
    return NOON + timedelta(seconds=seconds)


def milliseconds(seconds: float) -> int:
    return int(at(seconds).timestamp() * 1000)


class SampleDatabase:
    """Every method commits; times are seconds after noon."""

    def __init__(self, path: Path, schema: str = NEW) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        tables = Path(__file__).parent / "schemas" / f"opencode-{schema}.sql"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(tables.read_text())

    def session(
        self, name: str = "one", *, created: float = 0, updated: float = 0, **more: object
    ) -> SessionId:
        session_id = SessionId(f"ses_{name}")
        self._insert(
            "session",
            id=session_id,
            project_id="project",
            slug=name,
            directory=more.pop("directory", "/repo"),
            title=more.pop("title", f"Session {name}"),
            version="1",
            time_created=milliseconds(created),
            time_updated=milliseconds(updated),
            **more,
        )
        return session_id

    def message(
        self,
        session_id: SessionId,
        role: str,
        *,
        begun: float = 0,
        updated: float = 0,
        **data: object,
    ) -> str:
        return self.raw_message(
            session_id, json.dumps({"role": role, **data}), begun=begun, updated=updated
        )

    def raw_message(
        self, session_id: SessionId, data: str, *, begun: float = 0, updated: float = 0
    ) -> str:
        message_id = self._next("message", "msg")
        self._insert(
            "message",
            id=message_id,
            session_id=session_id,
            time_created=milliseconds(begun),
            time_updated=milliseconds(updated or begun),
            data=data,
        )
        return message_id

    def part(self, message_id: str, data: Data | str, *, updated: float = 0) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            (session_id,) = connection.execute(
                "SELECT session_id FROM message WHERE id = ?", (message_id,)
            ).fetchone()
        self._insert(
            "part",
            id=self._next("part", "prt"),
            message_id=message_id,
            session_id=session_id,
            time_created=milliseconds(updated),
            time_updated=milliseconds(updated),
            data=data if isinstance(data, str) else json.dumps(data),
        )

    def todo(self, session_id: SessionId, position: int, content: str, status: str) -> None:
        self._insert(
            "todo",
            session_id=session_id,
            content=content,
            status=status,
            priority="high",
            position=position,
            time_created=0,
            time_updated=0,
        )

    def execute(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(statement)

    def _next(self, table: str, prefix: str) -> str:
        with closing(sqlite3.connect(self.path)) as connection:
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return f"{prefix}_{count:06}"

    def _insert(self, table: str, **values: object) -> None:
        marks = ", ".join("?" * len(values))
        with closing(sqlite3.connect(self.path)) as connection, connection:
            connection.execute(
                f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})",
                tuple(values.values()),
            )
