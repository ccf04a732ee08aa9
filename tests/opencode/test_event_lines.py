from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.run_event import (
    ErrorReported,
    RunEvent,
    Said,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.event_lines import events_of_line
from tests.opencode import captured

pytestmark = pytest.mark.fast

ADDS_ONE = "opencode auth login adds one; kugetsu-tui --demo needs none"
REFUSAL = "the demo model refuses, as it was asked to"
OURS, ANOTHER = SessionId("ses_ours"), SessionId("ses_another")

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def line(kind: str, part: Json = None, **more: Json) -> bytes:
    fields: dict[str, Json] = {"type": kind, "sessionID": OURS, "part": part, **more}
    return json.dumps(fields).encode() + b"\n"


def events_of(scene: str) -> list[RunEvent]:
    """What a run would be told: the session is known once it was named."""
    events: list[RunEvent] = []
    session_id: SessionId | None = None
    for each in captured.output(scene):
        for event in events_of_line(each, session_id):
            events.append(event)
            session_id = event.session_id if isinstance(event, SessionNamed) else session_id
    return events


def test_an_answer_names_the_session_once_then_speaks_then_stops() -> None:
    named, said, finished = events_of("answered")

    assert isinstance(named, SessionNamed)
    assert said == Said("hello there")
    assert isinstance(finished, StepFinished)
    assert finished.finish == "stop"
    assert finished.tokens > 0


def test_a_tool_says_what_it_was_called_with_and_what_it_printed() -> None:
    (used,) = (event for event in events_of("bash") if isinstance(event, ToolUsed))

    assert used == ToolUsed(
        tool="bash",
        title="echo hello; echo oops >&2",
        output="hello\noops\n",
        is_error=False,
    )


def test_the_end_of_each_step_is_told() -> None:
    finishes = [e.finish for e in events_of("bash") if isinstance(e, StepFinished)]

    assert finishes == ["tool-calls", "stop"]


@pytest.mark.parametrize("scene", ["tool_failed", "unknown_tool", "permission_rejected"])
def test_a_tool_that_failed_is_an_error_with_its_words(scene: str) -> None:
    (used,) = (event for event in events_of(scene) if isinstance(event, ToolUsed))

    assert used.is_error
    assert used.output
    assert used.title


def test_a_cut_answer_is_told_as_the_model_worded_it() -> None:
    assert [e.finish for e in events_of("length") if isinstance(e, StepFinished)] == ["length"]


def test_what_a_sub_agent_did_is_one_tool_of_ours() -> None:
    (used,) = (event for event in events_of("subagent") if isinstance(event, ToolUsed))

    assert used.tool == "task"
    assert used.title == "a part of it"


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("error_400", f"the provider refused: 400 {REFUSAL}"),
        ("error_401", f"the provider refused: 401 {REFUSAL} (opencode auth login)"),
        ("error_500", f"the provider failed: 500 {REFUSAL}"),
        ("drop", "the provider failed: Connection reset by server"),
    ],
)
def test_a_providers_refusal_is_told_in_plain_words(scene: str, words: str) -> None:
    assert events_of(scene)[1:] == [ErrorReported(words)]


def test_an_error_that_is_only_in_the_log_is_left_to_the_log() -> None:
    assert [type(event) for event in events_of("unknown_model")] == [SessionNamed]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            {"name": "ProviderAuthError", "data": {"message": "key is missing"}},
            "the provider wants a login: key is missing (opencode auth login)",
        ),
        (
            {"name": "ContextOverflowError", "data": {"message": "too long"}},
            "the conversation no longer fits the model: too long",
        ),
        ({"name": "MessageAbortedError"}, "it was aborted in opencode"),
        ({"name": "UnknownError", "data": {"message": "two\nlines\x1b[2J"}}, "two lines␛[2J"),
        (
            {
                "name": "UnknownError",
                "data": {
                    "message": "NoProvidersError: No providers are available\n"
                    "    at <anonymous> (/$bunfs/root/chunk.js:439:97)\n    at prompt (/x.js:4:1)"
                },
            },
            f"No providers are available ({ADDS_ONE})",
        ),
        ({"name": "NewError"}, "NewError"),
        ({}, "opencode reported an error without words"),
        ("torn", "opencode reported an error without words"),
    ],
)
def test_every_error_has_words(error: Json, words: str) -> None:
    assert events_of_line(line("error", error=error), OURS) == (ErrorReported(words),)


def test_a_long_output_is_kept_at_its_end() -> None:
    state: Json = {"status": "completed", "output": "x" * 20_000 + "the end"}
    (used,) = events_of_line(line("tool_use", {"tool": "bash", "state": state}), OURS)

    assert isinstance(used, ToolUsed)
    assert len(used.output) == 8193
    assert used.output.endswith("xthe end")


def test_nothing_in_a_title_breaks_its_line() -> None:
    state: Json = {"status": "completed", "input": {"command": "a\nb\x1b[2J" + "c" * 9000}}
    (used,) = events_of_line(line("tool_use", {"tool": "bash", "state": state}), OURS)

    assert isinstance(used, ToolUsed)
    assert used.title.startswith("a b␛[2J")
    assert used.title.isprintable()
    assert len(used.title) <= 500


def test_another_sessions_line_is_not_ours() -> None:
    assert events_of_line(line("text", {"text": "hello"}), ANOTHER) == ()


def test_a_line_without_a_session_tells_nothing() -> None:
    assert events_of_line(line("text", {"text": "hello"}, sessionID="--fork")) == ()


@pytest.mark.parametrize("part", [{"text": ""}, {"text": 5}, {}])
def test_no_words_are_no_event(part: Mapping[str, Json]) -> None:
    assert events_of_line(line("text", part), OURS) == ()


@pytest.mark.parametrize("amount", ["1e400", "-1e400", "NaN", "1" + "0" * 400, '"five"', "true"])
def test_an_absurd_amount_counts_as_nothing(amount: str) -> None:
    part = f'{{"reason":"stop","cost":{amount},"tokens":{{"input":{amount}}}}}'
    text = f'{{"type":"step_finish","sessionID":"{OURS}","part":{part}}}'

    assert events_of_line(text.encode(), OURS) == (StepFinished(finish="stop", tokens=0, cost=0.0),)


@pytest.mark.parametrize(
    "torn",
    [
        b"",
        b"\n",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe\x00",
        b"Performing one time database migration",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"timestamp":' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_event_tells_nothing(torn: bytes) -> None:
    assert events_of_line(torn) == ()


@given(st.binary())
def test_no_bytes_break_it(noise: bytes) -> None:
    events_of_line(noise)


@given(kind=st.sampled_from(["text", "tool_use", "step_finish", "error"]), part=ANYTHING)
def test_no_shape_breaks_it(kind: str, part: Json) -> None:
    for event in events_of_line(line(kind, part=part, error=part), OURS):
        assert isinstance(event, Said | ToolUsed | StepFinished | ErrorReported)


@given(scene=st.sampled_from(captured.SCENES), data=st.data())
def test_a_line_split_anywhere_tells_nothing_false(scene: str, data: st.DataObject) -> None:
    lines = captured.output(scene)
    if not lines:
        return
    whole = data.draw(st.sampled_from(lines)).strip()
    cut = data.draw(st.integers(min_value=1, max_value=len(whole) - 1))

    assert events_of_line(whole[:cut]) == ()
    assert events_of_line(whole[cut:]) == ()
