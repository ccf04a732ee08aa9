"""A run watched to its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kugetsu_tui.commands.follow_run import Answered, FollowRun
from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.domain.conversation import Message, TextPart
from kugetsu_tui.domain.errors import (
    EnvironmentUnfitError,
    KugetsuError,
    NotFoundError,
    RunFailedError,
    exit_code_of,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import (
    Asked,
    Ended,
    Journalled,
    RunEvent,
    Said,
    Saying,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId
from tests.asks import permission
from tests.commands import FORK, ISSUE
from tests.fakes import NOW, Stage

pytestmark = pytest.mark.fast

RUN = RunId("run-1")
NAMED = SessionNamed(FORK)
TOOL = ToolUsed(tool="bash", title="ls", output="", is_error=False)
ANSWERED = Ended(RunEnd(outcome=RunOutcome.ANSWERED, at=NOW))
LAUNCHED = Launched(verb="start", issue_ref=ISSUE, run_id=RUN, directory="/work")


def step(finish: str) -> StepFinished:
    return StepFinished(finish=finish, tokens=10, cost=0.0)


def follow(stage: Stage, *events: RunEvent | None, until_named: bool = False) -> Answered:
    journal = [Journalled(NOW, event) if event else None for event in events]
    stage.runs.journals[RUN] = journal
    shown: list[Journalled] = []

    answered = FollowRun.of(stage.world)(LAUNCHED, show=shown.append, until_named=until_named)

    assert shown == [entry for entry in journal if entry][: len(shown)]
    return answered


def test_the_answer_is_what_the_last_step_said(stage: Stage) -> None:
    answered = follow(
        stage,
        None,
        NAMED,
        Said("I look around."),
        TOOL,
        step("tool-calls"),
        None,
        Said("It was"),
        Said("a typo."),
        step("stop"),
        ANSWERED,
    )

    assert answered.answer == "It was\na typo."
    assert answered.failure is None
    assert answered.data() == {
        "issue_ref": ISSUE,
        "run_id": RUN,
        "directory": "/work",
        "warnings": (),
        "session_id": FORK,
        "state": "idle",
        "answer": "It was\na typo.",
        "reason": "",
    }


def test_an_answer_that_the_journal_lacks_is_the_databases(stage: Stage) -> None:
    def message(role: str, *texts: str) -> Message:
        parts = tuple(TextPart(text) for text in texts)
        return Message(role=role, at=NOW, completed_at=NOW, finish="", error="", parts=parts)

    stage.conversations.said[FORK] = [
        message("assistant", "long ago"),
        message("user", "say it all"),
        message("assistant", "it", "all"),
        message("assistant"),
    ]
    cut = (NAMED, Said("I look around."), step("tool-calls"), ANSWERED)

    assert follow(stage, *cut).answer == "it\nall"
    stage.conversations.is_readable = False
    assert follow(stage, *cut).answer == "I look around."


def test_a_last_step_without_words_leaves_the_ones_before(stage: Stage) -> None:
    answered = follow(stage, NAMED, Said("Done."), step("tool-calls"), step("stop"), ANSWERED)

    assert answered.answer == "Done."


@pytest.mark.parametrize(
    ("outcome", "state", "exit_code"),
    [
        (RunOutcome.FAILED, "failed", 1),
        (RunOutcome.INTERRUPTED, "interrupted", 1),
        (RunOutcome.STOPPED, "stopped", 1),
        (RunOutcome.TIMED_OUT, "failed", 124),
    ],
)
def test_a_run_without_an_answer_is_a_failure_that_says_why(
    stage: Stage, outcome: RunOutcome, state: str, exit_code: int
) -> None:
    end = RunEnd(outcome=outcome, at=NOW, reason="the provider hung")

    answered = follow(stage, NAMED, Ended(end))

    assert answered.state == state
    assert answered.failure is not None
    assert answered.failure.message == f"{ISSUE}: the provider hung"
    assert exit_code_of(answered.failure) == exit_code
    assert answered.failure.changed


@pytest.mark.parametrize(
    ("named", "remedy"),
    [
        ((NAMED, Said("Let me look.")), "continue"),
        ((NAMED, Saying("Let me")), "continue"),
        ((NAMED, Asked(permission())), "continue"),
        ((NAMED,), "start"),
        ((), "start"),
    ],
)
def test_what_helps_depends_on_whether_the_model_was_heard(
    stage: Stage, named: tuple[RunEvent, ...], remedy: str
) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW)

    failure = follow(stage, *named, Ended(end)).failure

    assert failure is not None
    assert failure.remedy == remedy
    assert f"kugetsu {remedy}" in failure.hint


def test_what_deserves_a_word_although_there_is_an_answer_is_a_warning(stage: Stage) -> None:
    end = replace(ANSWERED.end, reason="answered, but was refused: bash")

    assert follow(stage, NAMED, Said("ok"), Ended(end)).report().warnings == (end.reason,)


def test_an_empty_answer_is_a_warning_and_leaves_stdout_empty(stage: Stage) -> None:
    report = follow(stage, NAMED, ANSWERED).report()

    assert (report.is_answer, report.body) == (True, "")
    assert report.warnings == ("the model answered without a word",)


def test_detached_it_returns_once_the_session_is_named(stage: Stage) -> None:
    answered = follow(stage, None, NAMED, Said("never read"), ANSWERED, until_named=True)

    assert (answered.session_id, answered.state, answered.answer) == (FORK, "running", "")
    assert answered.failure is None


def test_detached_it_tells_of_a_run_that_failed_before(stage: Stage) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="unknown model")

    answered = follow(stage, Ended(end), until_named=True)

    assert answered.failure is not None
    assert answered.failure.message == f"{ISSUE}: unknown model"


@pytest.mark.parametrize("until_named", [False, True])
def test_a_supervisor_that_died_leaves_the_state_unknown(
    stage: Stage, *, until_named: bool
) -> None:
    answered = follow(stage, Said("I look"), until_named=until_named)

    assert answered.state == "unknown"
    assert answered.failure is not None
    assert "supervisor died" in answered.failure.message


@pytest.mark.parametrize("kind", [NotFoundError, EnvironmentUnfitError])
def test_a_run_that_cannot_be_watched_is_not_said_to_be_none(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: type[KugetsuError]
) -> None:
    def journal(run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        yield Journalled(NOW, NAMED)
        raise kind("its journal: Input/output error")

    monkeypatch.setattr(stage.runs, "journal", journal)

    with pytest.raises(RunFailedError, match=r"Input/output error; it goes on") as refusal:
        FollowRun.of(stage.world)(LAUNCHED, show=lambda _: None)

    assert refusal.value.changed
