"""What holds for every question to the database."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import DatabaseUnreadableError, ExitCode
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode import queries
from kugetsu_tui.opencode.database import Database
from tests.opencode.sample_database import NEW, NOON, OLD, SampleDatabase

pytestmark = pytest.mark.fast

GONE = SessionId("ses_gone")


def questions(database: Database) -> dict[str, Callable[[], object]]:
    return {
        "sessions": database.sessions,
        "what sessions are for": database.issue_refs,
        "named sessions": lambda: database.sessions([GONE]),
        "messages": lambda: database.messages(GONE, limit=3),
        "last turn": lambda: database.last_turn(GONE, since=NOON),
        "todos": lambda: database.todos(GONE),
        "changes": lambda: database.changes(GONE),
        "last activity": lambda: database.last_activity(GONE),
        "running tool": lambda: database.has_running_tool(GONE, since=NOON),
    }


EVERY_QUESTION = pytest.mark.parametrize("question", list(questions(Database(Path("/")))))


@EVERY_QUESTION
def test_where_opencode_never_ran_there_is_nothing(tmp_path: Path, question: str) -> None:
    database = Database(tmp_path / "opencode.db")
    if question != "named sessions":
        assert not questions(database)[question]()
    assert not database.path.exists()

    database.path.touch()
    assert not questions(database)[question]()


def test_sessions_that_somebody_names_are_not_gone_where_there_is_no_database(
    tmp_path: Path,
) -> None:
    database = Database(tmp_path / "elsewhere" / "opencode.db")
    with pytest.raises(DatabaseUnreadableError, match=r"elsewhere/opencode\.db is not there"):
        database.sessions([GONE])
    assert not database.sessions([])


@EVERY_QUESTION
def test_a_place_that_cannot_be_looked_at_is_an_unreadable_database(
    tmp_path: Path, question: str
) -> None:
    database = Database(tmp_path / ("folder" * 50) / "opencode.db")
    with pytest.raises(DatabaseUnreadableError, match="File name too long"):
        questions(database)[question]()


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database, and long enough to be looked at as if it were one" * 200)


def a_folder(path: Path) -> None:
    path.mkdir()


def foreign_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table in ("session", "message", "part", "todo"):
            connection.execute(f"CREATE TABLE {table} (unheard_of)")


def torn(path: Path) -> None:
    sample = SampleDatabase(path)
    for count in range(200):
        sample.session(f"s{count}", title="x" * 500)
    sample.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)


@EVERY_QUESTION
@pytest.mark.parametrize("damage", [garbage, a_folder, foreign_tables, torn])
def test_what_cannot_be_asked_is_never_nothing(
    tmp_path: Path, damage: Callable[[Path], None], question: str
) -> None:
    path = tmp_path / "opencode.db"
    damage(path)

    with pytest.raises(DatabaseUnreadableError, match=r"opencode\.db") as refusal:
        questions(Database(path))[question]()

    assert refusal.value.exit_code == ExitCode.ENVIRONMENT


def test_a_locked_database_is_unreadable_after_a_moment(
    sample: SampleDatabase, database: Database
) -> None:
    sample.execute("PRAGMA journal_mode = DELETE")
    with closing(sqlite3.connect(sample.path, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseUnreadableError, match="locked"):
            database.sessions()


@pytest.mark.parametrize("value", ["time_updated = 9223372036854775807", "time_updated = 'x'"])
def test_a_value_out_of_range_is_no_crash(
    sample: SampleDatabase, database: Database, value: str
) -> None:
    sample.session()
    sample.execute(f"UPDATE session SET {value}")

    with pytest.raises(DatabaseUnreadableError, match="out of range"):
        database.sessions()


def test_another_users_database_is_not_opened(
    sample: SampleDatabase, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: sample.path.stat().st_uid + 1)

    with pytest.raises(DatabaseUnreadableError, match="another user"):
        database.sessions()


def test_no_question_leaves_the_database_open(database: Database) -> None:
    for question in questions(database).values():
        question()

    links = Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").exists() else ()
    opened = [str(link.readlink()) for link in links if link.exists()]
    assert not [path for path in opened if "opencode.db" in path]


def test_nobody_but_sqlite_opens_the_database(sample: SampleDatabase, database: Database) -> None:
    """Who closes a descriptor of it drops all its locks (sqlite.org/howtocorrupt.html, 2.2)."""
    sample.session()
    opened: list[str] = []
    is_watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if is_watching and event == "open" and "opencode.db" in str(arguments[0]):
            opened.append(str(arguments[0]))

    sys.addaudithook(watch)
    for question in questions(database).values():
        question()
    database.version()
    is_watching = False

    assert opened == []


@pytest.mark.parametrize("schema", [NEW, OLD])
@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        (queries.sessions({"id"}, some=True), ("[]",)),
        (queries.LAST_MESSAGES, ("s", 3)),
        (queries.PARTS, ("[]",)),
        (queries.LAST_TURN, ("s", 1)),
        (queries.TODOS, ("s",)),
        (queries.CHANGES, ("s",)),
        (queries.LAST_ACTIVITY, ("s",)),
        (queries.RUNNING_TOOLS, ("s", 1)),
    ],
)
def test_a_question_about_a_session_never_reads_all_of_them(
    tmp_path: Path, schema: str, query: str, parameters: tuple[str | int, ...]
) -> None:
    path = SampleDatabase(tmp_path / "opencode.db", schema).path
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", parameters)]

    scanned = [step for step in plan if step.startswith("SCAN") and "VIRTUAL" not in step]
    assert [step for step in scanned if step not in {"SCAN family", "SCAN CONSTANT ROW"}] == []
