"""Whether a run succeeded: what opencode says is weighed, not believed."""

from __future__ import annotations

from functools import reduce

import pytest

from kugetsu_tui.domain.conversation import LastTurn
from kugetsu_tui.domain.run import RunOutcome
from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    ErrorReported,
    PermissionRejected,
    Retrying,
    RunEvent,
    Said,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.verdict import Evidence, judge
from tests.fakes import NOW

pytestmark = pytest.mark.fast

ANSWERED, FAILED, INTERRUPTED = RunOutcome.ANSWERED, RunOutcome.FAILED, RunOutcome.INTERRUPTED

STOP = LastTurn(at=NOW, completed_at=NOW, finish="stop", error="")
TOOLS = LastTurn(at=NOW, completed_at=NOW, finish="tool-calls", error="")
CUT = LastTurn(at=NOW, completed_at=None, finish="", error="")
STOP_UNFINISHED = LastTurn(at=NOW, completed_at=None, finish="stop", error="")
REFUSED = LastTurn(at=NOW, completed_at=NOW, finish="stop", error="401: no such key")


def step(finish: str) -> StepFinished:
    return StepFinished(finish=finish, tokens=1, cost=0.0)


@pytest.mark.parametrize(
    ("turn", "evidence", "exit_status", "signal", "outcome", "reason"),
    [
        # The database has an answer.
        (STOP, Evidence(finish="stop"), 0, None, ANSWERED, ""),
        (STOP, Evidence(), 0, None, ANSWERED, ""),
        (STOP, Evidence(), 1, None, ANSWERED, "answered; opencode then ended with exit code 1"),
        (STOP, Evidence(), None, 15, ANSWERED, "answered; opencode was then ended by signal 15"),
        (
            STOP,
            Evidence(rejections=("bash (rm)",)),
            0,
            None,
            ANSWERED,
            "answered, but was refused: bash (rm)",
        ),
        (
            STOP,
            Evidence(finish="stop", error="no title"),
            0,
            None,
            ANSWERED,
            "answered; opencode then reported: no title",
        ),
        # The database has something else, whatever the exit code.
        (
            TOOLS,
            Evidence(),
            0,
            None,
            FAILED,
            "it ended in the middle of its work, after a tool call",
        ),
        (
            TOOLS,
            Evidence(finish="tool-calls", rejections=("bash (rm)", "edit (x)")),
            0,
            None,
            FAILED,
            "permission rejected, nobody was there to allow it: bash (rm), edit (x)",
        ),
        (REFUSED, Evidence(), 0, None, FAILED, "401: no such key"),
        (CUT, Evidence(error="500"), 0, None, FAILED, "500"),
        (CUT, Evidence(), 0, None, FAILED, "opencode ended without an answer"),
        (STOP_UNFINISHED, Evidence(), 0, None, FAILED, "opencode ended without an answer"),
        (
            CUT,
            Evidence(),
            3,
            None,
            FAILED,
            "opencode ended with exit code 3 and without an answer",
        ),
        # A killed opencode.
        (
            CUT,
            Evidence(),
            None,
            15,
            INTERRUPTED,
            "opencode was ended by signal 15 before it answered",
        ),
        (
            None,
            Evidence(finish="tool-calls"),
            None,
            9,
            INTERRUPTED,
            "opencode was ended by signal 9 (out of memory, or killed) before it answered",
        ),
        (CUT, Evidence(error="429"), None, 15, FAILED, "429"),
        # The database has nothing, or could not be asked: the stream has to do.
        (None, Evidence(finish="stop"), 0, None, ANSWERED, ""),
        (None, Evidence(finish="stop", error="late"), 0, None, FAILED, "late"),
        (None, Evidence(), 0, None, FAILED, "opencode ended without an answer"),
        (
            None,
            Evidence(last_words="Error: Session not found"),
            1,
            None,
            FAILED,
            "Error: Session not found",
        ),
        (
            None,
            Evidence(finish="length"),
            0,
            None,
            FAILED,
            "the answer was cut: the model's output limit was reached",
        ),
        (
            None,
            Evidence(finish="content-filter"),
            0,
            None,
            FAILED,
            "the provider's content filter withheld the answer",
        ),
        (
            None,
            Evidence(finish="unknown"),
            0,
            None,
            FAILED,
            "the model ended with 'unknown', which is no answer",
        ),
    ],
)
def test_an_answer_is_a_completed_last_message_that_stopped_by_itself(
    turn: LastTurn | None,
    evidence: Evidence,
    exit_status: int | None,
    signal: int | None,
    outcome: RunOutcome,
    reason: str,
) -> None:
    end = judge(evidence, turn, at=NOW, exit_status=exit_status, signal=signal)

    assert (end.outcome, end.reason) == (outcome, reason)
    assert (end.at, end.exit_status, end.signal) == (NOW, exit_status, signal)


@pytest.mark.parametrize(
    ("events", "evidence"),
    [
        ([], Evidence()),
        ([SessionNamed(SessionId("ses_a")), Said("hello"), Retrying("429")], Evidence()),
        ([step("tool-calls"), step("stop")], Evidence(finish="stop")),
        ([ErrorReported("500")], Evidence(error="500")),
        ([ErrorReported("500"), step("stop")], Evidence(finish="stop")),
        ([step("stop"), ErrorReported("500")], Evidence(finish="stop", error="500")),
        (
            [PermissionRejected("bash (rm)"), step("tool-calls"), PermissionRejected("edit (x)")],
            Evidence(finish="tool-calls", rejections=("bash (rm)", "edit (x)")),
        ),
        ([ToolUsed(tool="bash", title="ls", output="no", is_error=True)], Evidence()),
        (
            [AgentReplaced("plam"), step("stop")],
            Evidence(finish="stop", replaced_agent="plam"),
        ),
    ],
)
def test_events_add_up_to_evidence(events: list[RunEvent], evidence: Evidence) -> None:
    assert reduce(Evidence.with_event, events, Evidence()) == evidence
