from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import ConflictError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunOrder, RunVerb
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.opencode.run_command import run_command
from kugetsu_tui.opencode.screen import screen_command

pytestmark = pytest.mark.fast

OPENCODE = Path("/bin/opencode")
START = RunOrder(
    run_id=RunId("run-1"),
    verb=RunVerb.START,
    issue_ref="github.com/u/r#1",
    session_id=SessionId("ses_base"),
    directory="/repo",
    placed_at=datetime(2026, 11, 21, tzinfo=UTC),
)
JSON_AND_LOG = ("run", "--format", "json", "--print-logs", "--log-level", "INFO", "--dir", "/repo")


def environment_of(**ours: str) -> Mapping[str, str]:
    return run_command(OPENCODE, START, ours).environment


def permissions_of(chosen: str) -> list[tuple[str, object]]:
    rules = environment_of(OPENCODE_PERMISSION=chosen)["OPENCODE_PERMISSION"]
    return list(json.loads(rules).items())


def test_a_start_forks_the_base_in_its_directory() -> None:
    command = run_command(OPENCODE, START, {})

    assert command.argv == ("/bin/opencode", *JSON_AND_LOG, "--session", "ses_base", "--fork")
    assert command.directory == Path("/repo")


def test_a_continuation_goes_on_in_the_session_itself() -> None:
    order = replace(START, verb=RunVerb.CONTINUE, session_id=SessionId("ses_fork"))

    assert run_command(OPENCODE, order, {}).argv[-2:] == ("--session", "ses_fork")


@pytest.mark.parametrize("verb", [RunVerb.START, RunVerb.CONTINUE])
def test_without_a_session_opencode_is_not_called_it_would_make_a_new_one(verb: RunVerb) -> None:
    with pytest.raises(ConflictError, match="run-1: its order names no session"):
        run_command(OPENCODE, replace(START, verb=verb, session_id=None), {})


def test_model_and_agent_are_passed_on() -> None:
    order = replace(START, model="p/m", agent="plan")

    assert run_command(OPENCODE, order, {}).argv[-4:] == ("--model", "p/m", "--agent", "plan")


def test_opencode_is_told_its_directory_twice_and_its_run() -> None:
    environment = environment_of(PWD="/elsewhere", HOME="/home/me")

    assert environment["PWD"] == "/repo"
    assert environment["HOME"] == "/home/me"
    assert environment["KUGETSU_RUN_ID"] == "run-1"


def test_what_steers_our_own_processes_stays_with_us() -> None:
    environment = environment_of(
        KUGETSU_DIR="/store", KUGETSU_OPENCODE="/bin/opencode", KUGETSU_SUPERVISOR="7"
    )

    assert environment["KUGETSU_DIR"] == "/store"
    assert environment["KUGETSU_OPENCODE"] == "/bin/opencode"
    assert "KUGETSU_SUPERVISOR" not in environment


def test_nobody_is_there_to_be_asked() -> None:
    environment = environment_of(OPENCODE_CLIENT="cli", OPENCODE_ENABLE_QUESTION_TOOL="1")

    assert environment["OPENCODE_CLIENT"] == "acp"
    assert "OPENCODE_ENABLE_QUESTION_TOOL" not in environment


@pytest.mark.parametrize("chosen", ["", "{torn", '"allow"', "[]", "null"])
def test_rules_that_opencode_does_not_obey_are_left_out(chosen: str) -> None:
    assert permissions_of(chosen) == [("question", "deny")]


def test_the_users_rules_are_kept_in_order_and_no_questions_comes_last() -> None:
    chosen = '{"question": "allow", "*": "ask", "bash": {"git *": "allow"}}'

    assert permissions_of(chosen) == [
        ("*", "ask"),
        ("bash", {"git *": "allow"}),
        ("question", "deny"),
    ]


def test_the_screen_opens_a_session_or_none() -> None:
    ours = {"PWD": "/elsewhere", "KUGETSU_RUN_ID": "run-1", "TERM": "xterm"}
    session_id = SessionId("ses_fork")

    resumed = screen_command(OPENCODE, session_id, directory=Path("/repo"), environment=ours)
    fresh = screen_command(OPENCODE, None, directory=Path("/repo"), environment=ours)

    assert resumed.argv == ("/bin/opencode", "--session", "ses_fork")
    assert resumed.environment == {"PWD": "/repo", "TERM": "xterm"}
    assert resumed.directory == Path("/repo")
    assert fresh.argv == ("/bin/opencode",)
