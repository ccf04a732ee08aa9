from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    ErrorReported,
    PermissionRejected,
    Retrying,
    RunEvent,
    SessionNamed,
)
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.event_lines import events_of_line
from kugetsu_tui.opencode.log_lines import events_of_log_line, last_words_of
from tests.opencode import captured

pytestmark = pytest.mark.fast

OURS = SessionId("ses_ours")
STAMP = b"timestamp=2026-11-21T03:05:52.586Z level=INFO run=f200a37c "
REFUSAL = "the demo model refuses, as it was asked to"

OLD_FORK = (
    b"INFO  2026-11-21T03:17:48 +3ms service=session id=ses_e03e3cee6ffeZBazGTiWgKrqNp"
    b" slug=gentle-wolf version=1.3.2 projectID=bdb8121062261fd14099cdfd7e3b592d70d4d637"
    b" directory=/repo title=Hello from stub. (fork #1)"
    b' time={"created":1795231068441,"updated":1795231068441} created\n'
)
OLD_CHILD = (
    b"INFO  2026-11-21T03:17:48 +1ms service=session id=ses_e03e3ce3dffeRSpEqNhF3yVdyZ"
    b" slug=shiny-sailor version=1.3.2 projectID=bdb8121062261fd14099cdfd7e3b592d70d4d637"
    b" directory=/repo parentID=ses_e03e3cee6ffeZBazGTiWgKrqNp title=sub job (@general subagent)"
    b' permission=[{"permission":"task","pattern":"*","action":"deny"}]'
    b' time={"created":1795231068610,"updated":1795231068610} created\n'
)
OLD_RETRY = (
    b"ERROR 2026-11-21T03:17:43 +2ms service=session.processor error=stub error 500"
    b' stack="AI_APICallError: stub error 500\\n    at <anonymous> (index.js:108058:30)" process\n'
)


def events_of(scene: str) -> list[RunEvent]:
    return [event for line in captured.log(scene) for event in events_of_log_line(line)]


@pytest.mark.parametrize("scene", ["answered", "bash", "subagent", "error_401", "unknown_model"])
def test_the_session_is_named_once_and_is_the_one_that_answers(scene: str) -> None:
    named = [event for event in events_of(scene) if isinstance(event, SessionNamed)]
    answering = events_of_line(captured.output(scene)[0])[:1]

    assert tuple(named) == answering


def test_a_known_session_is_never_named_again() -> None:
    assert not any(events_of_log_line(line, OURS) for line in captured.log("answered"))


@pytest.mark.parametrize("scene", ["unknown_session", "no_message"])
def test_without_a_session_none_is_named(scene: str) -> None:
    assert events_of(scene) == []


@pytest.mark.parametrize(
    ("scene", "times"), [("answered", 0), ("error_429_once", 1), ("error_500_twice", 2)]
)
def test_each_refusal_of_the_provider_is_a_retry(scene: str, times: int) -> None:
    retries = [event for event in events_of(scene) if isinstance(event, Retrying)]

    assert retries == [Retrying(REFUSAL)] * times


def test_a_title_that_fails_is_no_retry_of_the_run() -> None:
    line = STAMP + b'message="stream error" small=true agent=title error.error="AI_APICallError: x"'

    assert events_of_log_line(line) == ()


def test_a_rejected_permission_tells_what_was_asked() -> None:
    rejected = [e for e in events_of("permission_rejected") if isinstance(e, PermissionRejected)]

    assert rejected == [PermissionRejected("external_directory (/etc/*)")]


def test_a_permission_of_many_lines_is_told_by_its_first() -> None:
    line = b"! permission requested: bash (cat <<E\n"

    assert events_of_log_line(line) == (PermissionRejected("bash (cat <<E …"),)


def test_the_log_tells_the_error_that_the_output_only_refers_to() -> None:
    errors = [event for event in events_of("unknown_model") if isinstance(event, ErrorReported)]

    (error,) = errors
    assert error.message.startswith("Model not found: demo/nope. (opencode models lists them")


@pytest.mark.parametrize(
    ("line", "agent"),
    [
        (
            b'\x1b[93m\x1b[1m! \x1b[0m agent "nope" not found. Falling back to default agent\n',
            "nope",
        ),
        (
            b'! agent "general" is a subagent, not a primary agent. Falling back to default agent',
            "general",
        ),
    ],
)
def test_an_agent_that_opencode_does_not_run_is_named(line: bytes, agent: str) -> None:
    """The first as opencode 1.18.33 wrote it, the second as its source has it."""
    assert events_of_log_line(line) == (AgentReplaced(agent),)


def test_a_title_forges_no_session() -> None:
    title = rb'title="message=created id=ses_forged parentID=undefined \" parentID=undefined"'
    child = STAMP + b"message=created id=ses_child parentID=ses_parent " + title
    ours = STAMP + b"message=created id=ses_ours slug=x " + title + b" parentID=undefined"

    assert events_of_log_line(child) == ()
    assert events_of_log_line(ours) == (SessionNamed(OURS),)


def test_something_else_that_was_created_is_no_session() -> None:
    line = STAMP + b"message=created id=prj_1 parentID=undefined"

    assert events_of_log_line(line) == ()


def test_the_log_of_an_older_opencode_is_read_as_well() -> None:
    named = SessionNamed(SessionId("ses_e03e3cee6ffeZBazGTiWgKrqNp"))

    assert events_of_log_line(OLD_FORK) == (named,)
    assert events_of_log_line(OLD_FORK, OURS) == ()
    assert events_of_log_line(OLD_CHILD) == ()
    assert events_of_log_line(OLD_RETRY) == (Retrying("stub error 500"),)


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("unknown_session", "Session not found"),
        ("no_message", "You must provide a message or a command"),
        ("answered", ""),
    ],
)
def test_the_last_words_are_what_opencode_says_beside_its_log(scene: str, words: str) -> None:
    said = [last_words_of(line) for line in captured.log(scene)]

    assert next(filter(None, reversed(said)), "") == words


@pytest.mark.parametrize("line", [OLD_FORK, OLD_RETRY, b"", b"  \n", b"\x1b[0m\n"])
def test_a_line_of_the_log_holds_no_last_words(line: bytes) -> None:
    assert last_words_of(line) == ""


def test_last_words_are_clean() -> None:
    assert last_words_of(b"\x1b[91mError: \x1b[0mno\x1b]0;x\x07\tway\n") == "no␛]0;x␇ way"


@pytest.mark.parametrize(
    "line",
    [
        STAMP + b'message="stream error" error.error="' + b"a" * 500_000 + b'"',
        b'! agent "' + b'" ' * 250_000,
        b"! permission requested: " + b"; auto-rejecting " * 30_000,
    ],
    ids=["a provider's answer", "an agent", "a permission"],
)
def test_half_a_megabyte_of_what_others_say_holds_nobody_up(line: bytes) -> None:
    """Where each character is looked at again and again, that takes minutes."""
    events_of_log_line(line)
    last_words_of(line)


@given(st.binary())
def test_no_bytes_break_it(noise: bytes) -> None:
    for line in (noise, STAMP + noise, b"ERROR 2026 +1ms service=session.processor " + noise):
        events_of_log_line(line)
        last_words_of(line)


@given(scene=st.sampled_from(captured.SCENES), data=st.data())
def test_a_torn_line_names_no_wrong_session(scene: str, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(captured.log(scene)))
    cut = data.draw(st.integers(min_value=0, max_value=len(line)))
    whole = set(events_of_log_line(line))

    for half in (line[:cut], line[cut:]):
        named = {event for event in events_of_log_line(half) if isinstance(event, SessionNamed)}
        assert named <= whole
