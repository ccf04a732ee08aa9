"""The real opencode, called and read as a run does it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.conversation import FileChange, TextPart, ToolPart
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.run import RunOrder, RunVerb
from kugetsu_tui.domain.run_event import (
    ErrorReported,
    PermissionRejected,
    Retrying,
    RunEvent,
    Said,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.opencode.command import Command
from kugetsu_tui.opencode.database import Database, database_path
from kugetsu_tui.opencode.event_lines import events_of_line
from kugetsu_tui.opencode.log_lines import events_of_log_line, last_words_of
from kugetsu_tui.opencode.run_command import run_command
from kugetsu_tui.opencode.sessions import delete_session, import_session
from kugetsu_tui.opencode.version import opencode_version
from tests.opencode_home import VERSION, World

pytestmark = pytest.mark.opencode

PATIENCE = 60.0
"""Seconds for opencode on a slow machine."""


@dataclass(frozen=True)
class Told:
    """A run that ended, as its two streams told it."""

    exit_status: int
    events: tuple[RunEvent, ...]
    log_events: tuple[RunEvent, ...]
    last_words: str

    @property
    def session_id(self) -> SessionId:
        (named,) = (event for event in self.log_events if isinstance(event, SessionNamed))
        return named.session_id


def order_of(
    world: World,
    verb: RunVerb = RunVerb.START,
    session_id: str = "",
    *,
    model: str | None = None,
) -> RunOrder:
    return RunOrder(
        run_id=RunId("run-1"),
        verb=verb,
        issue_ref=None,
        session_id=SessionId(session_id or world.base),
        directory=str(world.repo),
        placed_at=datetime.now(UTC),
        model=model,
    )


def command_of(world: World, order: RunOrder, **more: str) -> Command:
    return run_command(world.program, order, {**world.environment, **more})


def carried_out(command: Command, message: str) -> Told:
    done = subprocess.run(
        command.argv,
        cwd="/",
        env=command.environment,
        input=message.encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    log = done.stderr.splitlines(keepends=True)
    words = [last_words_of(line) for line in log]
    return Told(
        exit_status=done.returncode,
        events=tuple(e for line in done.stdout.splitlines() for e in events_of_line(line)),
        log_events=tuple(event for line in log for event in events_of_log_line(line)),
        last_words=next(filter(None, reversed(words)), ""),
    )


@contextmanager
def at_work(command: Command, message: str) -> Iterator[None]:
    """The run for the length of the block; then it is killed, with all that it left in the way."""
    with subprocess.Popen(
        command.argv,
        env=command.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        assert running.stdin is not None
        running.stdin.write(message.encode())
        running.stdin.close()
        try:
            yield
        finally:
            running.kill()


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not (seen := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


@pytest.fixture
def database(world: World) -> Database:
    path = database_path(world.environment, home=world.home)
    assert path == world.database
    return Database(path)


def test_a_fork_answers_and_the_database_has_it(world: World, database: Database) -> None:
    order = order_of(world)
    message = '#model: say two "words"\n--help\n'

    told = carried_out(command_of(world, order), message)

    assert told.exit_status == 0
    assert told.events[0] == SessionNamed(told.session_id)
    assert Said('two "words"') in told.events
    conversation = database.sessions()[told.session_id]
    assert conversation.directory == str(world.repo)
    assert (conversation.model, conversation.agent) == ("demo/demo", "build")
    assert conversation.tokens > 0
    asked, answer = database.messages(told.session_id, limit=5)
    assert asked.parts == (TextPart(message),)
    assert (answer.finish, answer.parts) == ("stop", (TextPart('two "words"'),))
    turn = database.last_turn(told.session_id, since=order.placed_at)
    assert turn is not None
    assert turn.completed_at is not None
    assert (turn.finish, turn.error) == ("stop", "")
    last = database.last_activity(told.session_id)
    assert last is not None
    assert last >= turn.at


def test_a_continuation_changes_a_file_and_a_list_of_todos(
    world: World, database: Database
) -> None:
    session_id = carried_out(command_of(world, order_of(world)), "#model: say hello").session_id
    todos = {"todos": [{"content": "look", "status": "pending", "priority": "low"}]}
    message = f"#model: bash echo new > new.txt\n#model: call todowrite {json.dumps(todos)}"
    order = order_of(world, RunVerb.CONTINUE, session_id)

    told = carried_out(command_of(world, order), message)

    assert not [event for event in told.log_events if isinstance(event, SessionNamed)]
    assert database.changes(session_id) == [FileChange("new.txt", 1, 0, "added")]
    assert [todo.content for todo in database.todos(session_id)] == ["look"]
    parts = [part for each in database.messages(session_id, limit=9) for part in each.parts]
    called = [(part.tool, part.title) for part in parts if isinstance(part, ToolPart)]
    assert called == [("bash", "echo new > new.txt"), ("todowrite", "1 todos")]


def test_a_fork_is_never_asked_a_question_whatever_the_user_allows(world: World) -> None:
    config = json.loads(world.environment["OPENCODE_CONFIG_CONTENT"])
    config["agent"] = {"build": {"permission": {"question": "allow"}}}

    told = carried_out(
        command_of(world, order_of(world), OPENCODE_CONFIG_CONTENT=json.dumps(config)),
        "#model: question Go on?\n#model: say after",
    )

    (used,) = (event for event in told.events if isinstance(event, ToolUsed))
    assert used.is_error
    assert used.title == "question"
    assert Said("after") in told.events


def test_the_users_own_permissions_hold(world: World) -> None:
    told = carried_out(
        command_of(world, order_of(world), OPENCODE_PERMISSION='{"bash": "ask"}'),
        "#model: bash echo a; echo b",
    )

    assert PermissionRejected("bash (echo a, echo b)") in told.log_events
    assert [e.finish for e in told.events if isinstance(e, StepFinished)] == ["tool-calls"]


def test_a_provider_that_refuses_once_is_tried_again(world: World) -> None:
    told = carried_out(command_of(world, order_of(world)), "#model: error 429 1\n#model: say yes")

    assert [type(event) for event in told.log_events] == [SessionNamed, Retrying]
    assert Said("yes") in told.events


def test_an_unknown_model_is_told_by_the_log(world: World) -> None:
    told = carried_out(command_of(world, order_of(world, model="demo/nope")), "hello")

    (error,) = (each for each in told.log_events if isinstance(each, ErrorReported))
    assert error.message.startswith("Model not found: demo/nope. (opencode models lists them")
    assert not [event for event in told.events if isinstance(event, ErrorReported)]


def test_an_unknown_session_is_told_by_the_last_words(world: World) -> None:
    told = carried_out(command_of(world, order_of(world, session_id="ses_nope")), "hello")

    assert (told.events, told.log_events) == ((), ())
    assert told.last_words == "Session not found"


def newest(database: Database, world: World) -> SessionId | None:
    return next((each for each in database.sessions() if each != world.base), None)


def test_a_silent_tool_is_life_and_what_it_left_behind_is_not(
    world: World, database: Database
) -> None:
    order = order_of(world)
    with at_work(command_of(world, order), "#model: bash sleep 300"):
        assert eventually(lambda: newest(database, world) is not None)
        session_id = newest(database, world)
        assert session_id is not None
        assert eventually(lambda: database.has_running_tool(session_id, since=order.placed_at))

    assert database.has_running_tool(session_id, since=order.placed_at)
    later = order_of(world, RunVerb.CONTINUE, session_id)
    with at_work(command_of(world, later), "#model: hang"):
        assert eventually(lambda: database.last_turn(session_id, since=later.placed_at) is not None)
        assert not database.has_running_tool(session_id, since=later.placed_at)


def test_a_sub_agents_tool_is_life_of_its_parent(world: World, database: Database) -> None:
    order = order_of(world)
    with at_work(command_of(world, order), "#model: task #model: bash sleep 300"):
        assert eventually(lambda: newest(database, world) is not None)
        session_id = newest(database, world)
        assert session_id is not None
        assert eventually(lambda: database.has_running_tool(session_id, since=order.placed_at))


def is_sub_agent_waiting(database: Database) -> bool:
    """Whether it was asked and has begun to answer."""
    query = """
    SELECT count(*) FROM message WHERE session_id IN (SELECT id FROM session WHERE parent_id > '')
    """
    with closing(sqlite3.connect(f"file:{database.path}?mode=ro", uri=True)) as connection:
        (messages,) = connection.execute(query).fetchone()
    return bool(messages == 2)


def test_a_sub_agent_whose_provider_hangs_is_none(world: World, database: Database) -> None:
    order = order_of(world)
    with at_work(command_of(world, order), "#model: task #model: hang"):
        assert eventually(lambda: newest(database, world) is not None)
        session_id = newest(database, world)
        assert session_id is not None
        assert eventually(lambda: is_sub_agent_waiting(database))
        assert not database.has_running_tool(session_id, since=order.placed_at)


def test_a_conversation_is_imported_and_deleted(
    world: World, database: Database, tmp_path: Path
) -> None:
    exported = tmp_path / "exported.json"
    exported.write_text(world.opencode("export", world.base).stdout.replace(world.base, "ses_copy"))

    imported = import_session(
        world.program, exported, directory=world.repo, environment=world.environment
    )
    assert database.sessions()[imported].directory == str(world.repo)

    delete_session(world.program, imported, database=database, environment=world.environment)
    assert imported not in database.sessions()
    delete_session(world.program, imported, database=database, environment=world.environment)

    with pytest.raises(KugetsuError, match="Invalid JSON"):
        exported.write_text("{")
        import_session(world.program, exported, directory=world.repo, environment=world.environment)


def test_it_says_which_version_it_is(world: World) -> None:
    assert opencode_version(world.program, environment=world.environment) == VERSION


def test_a_forks_figures_are_its_own(world: World) -> None:
    carried_out(
        command_of(world, order_of(world, RunVerb.CONTINUE)), "#model: bash echo old > old.txt"
    )
    said = "#model: bash echo new > new.txt\n#model: say something peculiar"
    fork = carried_out(command_of(world, order_of(world)), said).session_id
    database = Database(world.database)
    base = SessionId(world.base)

    sessions = database.sessions([base, fork])
    figures = database.figures([base, fork])

    assert figures[fork].copied_tokens == sessions[base].tokens > 0
    assert figures[fork].messages == figures[base].messages == 3
    assert eventually(lambda: database.figures([fork])[fork].changed_files == 1)
    assert list(database.search("peculiar", is_wanted=lambda: True)) == [fork]
    assert list(database.search("old.txt", is_wanted=lambda: True)) == [base]
