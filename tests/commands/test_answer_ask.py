"""Answering what a session asks, headless."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.ask import Ask
from kugetsu_tui.domain.errors import ExitCode
from tests.asks import permission, question, questions
from tests.batch.calling import call
from tests.commands import FORK, ISSUE
from tests.fakes import Stage, run_seen

pytestmark = pytest.mark.fast

_SEVERAL = question("Red", "Green", "Blue, pale", is_multiple=True)
_ONE = question("Left", "Right", is_custom=False)


def answered(stage: Stage, asked: Ask, *choices: str) -> object:
    """What the run is told; else why it is told nothing."""
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen("run-7", session_id=FORK, asks=(asked,)))
    words = [word for choice in choices for word in ("--choice", choice)]
    exit_code, _, err = call(stage, "answer", ISSUE, *words)
    if exit_code:
        assert (exit_code, stage.runs.answered) == (ExitCode.USAGE, [])
        return err
    ((_, decision, _),) = stage.runs.answered
    return decision.answers


@pytest.mark.parametrize(
    ("asked", "choices", "answers"),
    [
        (_SEVERAL, ["red", "Green"], (("Red", "Green"),)),
        (_SEVERAL, ["red, green"], (("Red", "Green"),)),
        (_SEVERAL, ["blue, pale"], (("Blue, pale",),)),
        (_SEVERAL, ["red, or none"], (("red, or none",),)),
        (questions(_SEVERAL, _ONE), ["Red,Green", "left"], (("Red", "Green"), ("Left",))),
    ],
    ids=["repeated", "with a comma", "a label with a comma", "other words", "to two questions"],
)
def test_choices_go_to_the_question_they_belong_to(
    stage: Stage, asked: Ask, choices: list[str], answers: object
) -> None:
    assert answered(stage, asked, *choices) == answers


@pytest.mark.parametrize(
    ("asked", "choices", "why"),
    [
        (_ONE, ["Left", "Right"], "takes one answer"),
        (_ONE, ["Left,Right"], "is not offered"),
        (questions(_SEVERAL, _ONE), ["Red", "Green", "Left"], "2 question(s), 3 answer(s)"),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_is_sent(
    stage: Stage, asked: Ask, choices: list[str], why: str
) -> None:
    assert why in str(answered(stage, asked, *choices))


def test_what_is_asked_says_how_it_is_answered(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    asked = questions(_SEVERAL, _ONE)
    stage.have_run(ISSUE, run_seen("run-7", session_id=FORK, asks=(asked,)))

    assert "--choice TEXT --choice TEXT" in call(stage, "answer", ISSUE)[1]


@pytest.mark.parametrize(
    "words",
    [
        ("reject", "--choice", "Left"),
        ("once", "--choice", "Left"),
        ("--message", "not that folder"),
        ("--message", "not that folder", "--choice", "Left"),
    ],
)
@pytest.mark.parametrize("asked", [_ONE, permission("rm -r x")], ids=["question", "permission"])
def test_an_answer_that_contradicts_itself_is_refused_and_nothing_is_sent(
    stage: Stage, asked: Ask, words: tuple[str, ...]
) -> None:
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen("run-7", session_id=FORK, asks=(asked,)))

    code, out, _ = call(stage, "answer", ISSUE, *words)

    assert (code, out, stage.runs.answered) == (ExitCode.USAGE, "", [])


def test_one_of_several_is_shown_alone_where_it_is_named(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    asks = (permission("rm -r x"), permission("make it so", ask_id="per_2"))
    stage.have_run(ISSUE, run_seen("run-7", session_id=FORK, asks=asks))

    _, out, _ = call(stage, "answer", ISSUE, "--ask", "per_2")

    assert "make it so" in out
    assert "rm -r x" not in out
    assert call(stage, "answer", ISSUE, "--ask", "per_9")[0] == ExitCode.CONFLICT
