"""Did the run succeed? What opencode's stream, its exit and its database say, weighed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from kugetsu_tui.domain.conversation import LastTurn
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    ErrorReported,
    PermissionRejected,
    RunEvent,
    StepFinished,
)

ANSWER = "stop"
"""The one `finish` that is an answer (AI SDK finish reasons)."""

_TOLD = 5
"""Rejections that are named."""
_UNFINISHED = {
    "tool-calls": "it ended in the middle of its work, after a tool call",
    "length": "the answer was cut: the model's output limit was reached",
    "content-filter": "the provider's content filter withheld the answer",
}


@frozen
class Evidence:
    """What the stream told, folded event by event."""

    finish: str = ""
    error: str = ""
    rejections: tuple[str, ...] = ()
    replaced_agent: str = ""
    """The agent that was asked for and that opencode does not run."""
    last_words: str = ""
    """The last line on opencode's stderr that is not its log."""

    def with_event(self, event: RunEvent) -> Evidence:
        """The evidence after one more event; an error is forgotten once a step finishes."""
        match event:
            case StepFinished(finish=finish):
                return replace(self, finish=finish, error="")
            case ErrorReported(message=message):
                return replace(self, error=message)
            case PermissionRejected(request=request):
                return replace(self, rejections=(*self.rejections, request))
            case AgentReplaced(agent=agent):
                return replace(self, replaced_agent=agent)
            case _:
                return self


def judge(
    evidence: Evidence,
    last_turn: LastTurn | None,
    *,
    at: datetime,
    exit_status: int | None = None,
    signal: int | None = None,
) -> RunEnd:
    """How a run ended that nobody stopped and no time-out cut.

    The exit code proves nothing (opencode ends with 0 after a rejected permission, and may end
    with another after an answer): an answer is a last assistant message that is completed with
    `finish: stop`.

    Args:
        evidence: what the run's own stream told.
        last_turn: the newest assistant message since the prompt, as the database has it; none where
            it has none or could not be asked.
        at: now.
        exit_status: of opencode, where it exited.
        signal: that ended opencode, where one did.
    """
    finish = last_turn.finish if last_turn else evidence.finish
    is_answer = is_answered(last_turn) if last_turn else finish == ANSWER and not evidence.error
    error = (last_turn.error if last_turn else "") or evidence.error
    reason = (
        _mind(exit_status, signal, evidence)
        if is_answer
        else _why(finish, error, evidence, exit_status, signal)
    )
    was_cut = signal is not None and not is_answer and not error
    outcome = RunOutcome.ANSWERED if is_answer else RunOutcome.FAILED
    return RunEnd(
        outcome=RunOutcome.INTERRUPTED if was_cut else outcome,
        at=at,
        reason=reason,
        exit_status=exit_status,
        signal=signal,
    )


def is_answered(turn: LastTurn) -> bool:
    """The message is an answer: complete, ended by the model's own will, without an error."""
    return turn.finish == ANSWER and turn.completed_at is not None and not turn.error


def _mind(exit_status: int | None, signal: int | None, evidence: Evidence) -> str:
    """What deserves a word although there is an answer."""
    if evidence.rejections:
        return f"answered, but was refused: {_told(evidence.rejections)}"
    if evidence.replaced_agent:
        return (
            f"answered by opencode's default agent: it runs no agent {evidence.replaced_agent!r} "
            "(opencode agent list)"
        )
    if evidence.error:
        return f"answered; opencode then reported: {evidence.error}"
    if signal is not None:
        return f"answered; opencode was then ended by signal {signal}"
    if exit_status:
        return f"answered; opencode then ended with exit code {exit_status}"
    return ""


def _told(rejections: Sequence[str]) -> str:
    """In a reason that stays short: opencode may be set up to go on after each (1.18)."""
    more = len(rejections) - _TOLD
    return ", ".join([*rejections[:_TOLD], *([f"and {more} more"] if more > 0 else [])])


def _why(
    finish: str, error: str, evidence: Evidence, exit_status: int | None, signal: int | None
) -> str:
    if evidence.rejections:
        return f"permission rejected, nobody was there to allow it: {_told(evidence.rejections)}"
    if error:
        return error
    if signal is not None:
        killed = " (out of memory, or killed)" if signal == 9 else ""  # noqa: PLR2004 - SIGKILL
        return f"opencode was ended by signal {signal}{killed} before it answered"
    if finish and finish != ANSWER:
        return _UNFINISHED.get(finish, f"the model ended with {finish!r}, which is no answer")
    if evidence.last_words:
        return evidence.last_words
    if exit_status:
        return f"opencode ended with exit code {exit_status} and without an answer"
    return "opencode ended without an answer"
