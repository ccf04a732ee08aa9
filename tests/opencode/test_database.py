from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from kugetsu_tui.domain.conversation import (
    FileChange,
    FilePart,
    LastTurn,
    OtherPart,
    ReasoningPart,
    TextPart,
    Todo,
    ToolPart,
)
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.database import Database, database_path
from tests.opencode.sample_database import NOON, OLD, SampleDatabase, at, milliseconds

pytestmark = pytest.mark.fast

GONE = SessionId("ses_gone")


def test_the_database_is_where_opencode_keeps_it() -> None:
    home = Path("/home/me")
    assert database_path({}, home=home) == Path("/home/me/.local/share/opencode/opencode.db")
    moved = {"XDG_DATA_HOME": "/data"}
    assert database_path(moved, home=home) == Path("/data/opencode/opencode.db")
    named = {**moved, "OPENCODE_DB": "other.db"}
    assert database_path(named, home=home) == Path("/data/opencode/other.db")
    absolute = {**moved, "OPENCODE_DB": "/elsewhere/x.db"}
    assert database_path(absolute, home=home) == Path("/elsewhere/x.db")


def test_a_session_is_read_with_its_facts(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session(
        title="Fix the login",
        directory="/repo",
        created=1,
        updated=61.5,
        model=json.dumps({"id": "m", "providerID": "p", "variant": "default"}),
        agent="plan",
        cost=0.25,
        tokens_input=10,
        tokens_output=5,
        tokens_reasoning=3,
        tokens_cache_read=2,
        tokens_cache_write=1,
    )

    found = database.sessions([session_id])[session_id]

    assert (found.title, found.directory, found.agent) == ("Fix the login", "/repo", "plan")
    assert (found.created_at, found.updated_at) == (at(1), at(61.5))
    assert (found.model, found.tokens, found.cost) == ("p/m", 21, 0.25)
    assert found.parent_id is None
    assert not found.is_archived


def test_half_an_emoji_in_a_title_keeps_nobody_from_reading_the_others(
    sample: SampleDatabase, database: Database
) -> None:
    whole, cut = sample.session("one", title="whole"), sample.session("two", title="cut")
    sample.todo(cut, 0, "cut", "pending")
    for table, column in (("session", "title"), ("todo", "content")):
        half = (
            f"CAST(x'63757420EDA0BD' AS TEXT) WHERE {column} = 'cut'"  # as Bun spells "cut \ud83d"
        )
        sample.execute(f"UPDATE {table} SET {column} = {half}")

    found = database.sessions()

    assert found[whole].title == "whole"
    assert found[cut].title.startswith("cut \N{REPLACEMENT CHARACTER}")
    assert database.todos(cut)[0].content.startswith("cut ")


def test_only_named_sessions_are_read_and_a_missing_one_is_left_out(
    sample: SampleDatabase, database: Database
) -> None:
    one, two = sample.session("one"), sample.session("two")

    assert set(database.sessions([two, GONE])) == {two}
    assert set(database.sessions([])) == set()
    assert one in database.sessions()


def test_all_sessions_are_the_top_level_ones_newest_activity_first(
    sample: SampleDatabase, database: Database
) -> None:
    early = sample.session("early", updated=1)
    late = sample.session("late", updated=3)
    middle = sample.session("middle", updated=2, time_archived=1)
    child = sample.session("child", updated=4, parent_id=early)

    assert list(database.sessions()) == [late, middle, early]
    assert database.sessions()[middle].is_archived
    assert database.sessions([child])[child].parent_id == early


def test_an_older_opencode_has_fewer_columns(tmp_path: Path) -> None:
    sample = SampleDatabase(tmp_path / "opencode.db", OLD)
    session_id = sample.session(title="old")
    message = sample.message(session_id, "assistant", time={"completed": milliseconds(1)})
    sample.part(message, {"type": "text", "text": "hello"})
    database = Database(sample.path)

    found = database.sessions([session_id])[session_id]

    assert (found.title, found.model, found.agent) == ("old", "", "")
    assert (found.tokens, found.cost) == (0, 0.0)
    assert database.messages(session_id, limit=1)[0].parts == (TextPart("hello"),)
    assert database.last_activity(session_id) == NOON


def test_a_model_that_cannot_be_understood_is_no_model(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session(model="{torn")

    assert database.sessions([session_id])[session_id].model == ""


def test_messages_are_the_last_ones_in_order(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session()
    for second in range(4):
        message = sample.message(session_id, "user", begun=second)
        sample.part(message, {"type": "text", "text": f"message {second}"})

    found = database.messages(session_id, limit=2)

    assert [message.at for message in found] == [at(2), at(3)]
    assert [message.parts for message in found] == [
        (TextPart("message 2"),),
        (TextPart("message 3"),),
    ]


def test_parts_are_what_people_read(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session()
    message = sample.message(
        session_id, "assistant", finish="stop", time={"completed": milliseconds(2)}
    )
    called = {"command": "ls\n-l", "description": "Lists"}
    state = {"status": "completed", "input": called, "output": "a\nb\n", "title": "Lists"}
    for part in (
        {"type": "step-start"},
        {"type": "reasoning", "text": "hm"},
        {"type": "text", "text": ""},
        {"type": "text", "text": "contents of a file", "synthetic": True},
        {"type": "tool", "tool": "bash", "state": state},
        {"type": "tool", "tool": "webfetch", "state": {"status": "running", "input": {}}},
        {"type": "file", "filename": "README.md"},
        {"type": "compaction"},
        "{torn",
        {"type": "step-finish"},
    ):
        sample.part(message, part)

    (found,) = database.messages(session_id, limit=5)

    assert (found.role, found.finish, found.error) == ("assistant", "stop", "")
    assert found.completed_at == at(2)
    assert found.parts == (
        ReasoningPart("hm"),
        OtherPart("text added by opencode"),
        ToolPart(tool="bash", status="completed", title="ls -l", output="a\nb\n"),
        ToolPart(tool="webfetch", status="running", title="", output=""),
        FilePart("README.md"),
        OtherPart("compaction"),
        OtherPart("unreadable part"),
    )


def test_a_message_that_cannot_be_understood_hides_no_other(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session()
    sample.raw_message(session_id, "{torn", begun=1)
    sample.message(session_id, "user", begun=2)

    assert [m.role for m in database.messages(session_id, limit=9)] == ["unreadable", "user"]
    assert database.last_turn(session_id, since=NOON) is None


def test_the_last_turn_is_the_newest_answer_since_the_prompt(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session()
    sample.message(session_id, "assistant", begun=1, finish="stop")
    sample.message(session_id, "user", begun=5)
    sample.message(session_id, "assistant", begun=6, finish="tool-calls")
    sample.message(
        session_id, "assistant", begun=7, finish="stop", time={"completed": milliseconds(9)}
    )
    sample.message(session_id, "user", begun=10)

    assert database.last_turn(session_id, since=at(5)) == LastTurn(
        at=at(7), completed_at=at(9), finish="stop", error=""
    )
    assert database.last_turn(session_id, since=at(8)) is None


def test_an_aborted_turn_says_so(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session()
    error = {"name": "MessageAbortedError", "data": {"message": "Aborted"}}
    sample.message(session_id, "assistant", error=error)

    turn = database.last_turn(session_id, since=NOON)

    assert turn is not None
    assert turn.is_aborted
    assert turn.error == "it was aborted in opencode"


def test_todos_come_in_their_order(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session()
    sample.todo(session_id, 1, "then that", "pending")
    sample.todo(session_id, 0, "this", "in_progress")

    assert database.todos(session_id) == [Todo("this", "in_progress"), Todo("then that", "pending")]


def test_changes_are_summed_for_each_file(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session(created=10)

    def turn(begun: float, *diffs: tuple[str, int, int, str]) -> None:
        keys = ("file", "additions", "deletions", "status")
        summary = {"diffs": [dict(zip(keys, diff, strict=True)) for diff in diffs]}
        sample.message(session_id, "user", begun=begun, summary=summary)

    turn(5, ("of the base.py", 9, 9, "modified"))
    turn(11, ("new.py", 5, 0, "added"), ("old.py", 1, 2, "modified"))
    turn(12, ("new.py", 2, 1, "modified"), ("old.py", 0, 7, "deleted"))
    sample.message(session_id, "user", begun=13, summary=True)
    sample.message(session_id, "user", begun=14)

    assert database.changes(session_id) == [
        FileChange("new.py", 7, 1, "added"),
        FileChange("old.py", 1, 9, "deleted"),
    ]


def test_changes_that_a_later_opencode_spells_otherwise_are_told_as_far_as_they_go(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session()
    diffs = [
        {"path": "new.py", "additions": 1},
        {"file": ["new.py"]},
        "new.py",
        {"file": "old.py", "additions": "3", "deletions": {"lines": 1}, "status": 5},
        {"file": "old.py", "additions": 1.0},
    ]
    sample.message(session_id, "user", begun=1, summary={"diffs": diffs})

    assert database.changes(session_id) == [FileChange("old.py", 4, 0, "")]


def test_a_path_may_hold_what_means_something_in_a_uri(tmp_path: Path) -> None:
    sample = SampleDatabase(tmp_path / "a?b#c%20d é" / "opencode.db")
    session_id = sample.session()

    assert set(Database(sample.path).sessions()) == {session_id}


def test_a_writer_at_work_hinders_nobody(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session(title="before")
    with closing(sqlite3.connect(sample.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE session SET title = 'after'")
        assert database.sessions()[session_id].title == "before"
        writer.execute("COMMIT")
        assert database.sessions()[session_id].title == "after"


KILLED_WRITER = """
import os, signal, sqlite3, sys
writer = sqlite3.connect(sys.argv[1], isolation_level=None)
writer.execute("UPDATE session SET title = 'written last'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_last_words_of_a_killed_writer_are_read(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session()

    subprocess.run([sys.executable, "-c", KILLED_WRITER, sample.path], check=False)

    assert database.sessions()[session_id].title == "written last"


def test_a_write_changes_the_version_and_a_question_does_not(
    sample: SampleDatabase, database: Database, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(sample.path)) as opencode:
        opencode.execute("SELECT count(*) FROM session").fetchall()
        before = database.version()
        database.sessions()
        assert database.version() == before

        sample.session()
        assert database.version() != before
    assert Database(tmp_path / "nowhere").version() == Database(tmp_path / "nowhere").version()


def test_moments_keep_their_milliseconds(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session(updated=0.123)

    assert database.sessions()[session_id].updated_at == NOON + timedelta(milliseconds=123)


def test_what_sessions_are_for_is_told_where_opencode_keeps_it(
    sample: SampleDatabase, database: Database
) -> None:
    said = {"one": '{"kugetsu": {"issue_ref": "a/b/c#1"}}', "two": '{"kugetsu": 1}', "three": "{"}
    ids = [sample.session(name, metadata=text) for name, text in said.items()]
    sample.session("four", metadata='{"kugetsu": {"issue_ref": ["x"]}}')
    sample.session("sub", parent_id=ids[0], metadata=said["one"])

    assert database.issue_refs() == {ids[0]: "a/b/c#1"}


def test_an_opencode_without_metadata_tells_nothing_of_that(tmp_path: Path) -> None:
    sample = SampleDatabase(tmp_path / "old.db", OLD)
    sample.session("one")

    assert Database(sample.path).issue_refs() == {}
