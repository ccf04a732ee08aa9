"""A run, watched until it has ended, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.ports import Runs
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import KugetsuError, RunFailedError, RunTimedOutError
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.run import (
    Ended,
    Journalled,
    RunEnd,
    RunOutcome,
    Said,
    SessionNamed,
    StepFinished,
)
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.domain.state import state_after
from kugetsu_tui.report.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a run, or what is known of it so far."""

    launched: Launched
    session_id: SessionId | None
    answer: str
    """The text of the last step."""
    end: RunEnd | None
    """None while the run goes on by itself."""
    is_lost: bool = False
    """Its supervisor died; what opencode still does is not known here."""

    @property
    def verb(self) -> str:
        return self.launched.verb

    @property
    def state(self) -> SessionState:
        if self.end is not None:
            return state_after(self.end)
        if self.is_lost:
            return SessionState.UNKNOWN
        return SessionState.RUNNING if self.session_id else SessionState.PENDING

    @property
    def failure(self) -> KugetsuError | None:
        name, end = self.launched.issue_ref, self.end
        if self.is_lost:
            return RunFailedError(
                f"{name}: the run's supervisor died",
                hint=f"kugetsu show '{name}'",
                changed=True,
            )
        if end is None or end.outcome is RunOutcome.ANSWERED:
            return None
        kind = RunTimedOutError if end.outcome is RunOutcome.TIMED_OUT else RunFailedError
        verb = "continue" if self.session_id else "start"
        return kind(
            f"{name}: {end.reason or end.outcome}",
            hint=f"kugetsu log '{name}', then kugetsu {verb} '{name}' MESSAGE",
            remedy="continue" if self.session_id else "start",
            changed=True,
        )

    def report(self) -> Report:
        return Report(
            headline=f"{self.launched.issue_ref} is {self.state}"
            + (f", session {self.session_id}" if self.session_id else ""),
            body=self.answer,
            is_answer=self.end is not None or self.is_lost,
            warnings=self._notes,
        )

    @property
    def _notes(self) -> tuple[str, ...]:
        """What is to be minded although it answered."""
        if self.end is None or self.failure:
            return ()
        silence = "" if self.answer else "the model answered without a word"
        return tuple(filter(None, (self.end.reason, silence)))

    def data(self) -> JsonObject:
        return {
            **self.launched.data(),
            "session_id": self.session_id,
            "state": self.state,
            "answer": self.answer,
            "reason": self.end.reason if self.end else "",
        }


@dataclass(frozen=True, eq=False, repr=False)
class FollowRun:
    runs: Runs

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(runs=world.runs)

    def __call__(
        self,
        launched: Launched,
        *,
        show: Callable[[Journalled], None],
        until_named: bool = False,
    ) -> Answered:
        """Watch the run to its end, showing each event; ending the watch does not end the run.

        Args:
            launched: the run.
            show: told of every event as it comes.
            until_named: stop watching once opencode has named the session.
        """
        step: list[str] = []
        answer: list[str] = []
        session_id = launched.session_id
        end: RunEnd | None = None
        for journalled in self.runs.journal(launched.run_id, follow=True):
            if journalled is None:
                continue
            show(journalled)
            match journalled.event:
                case SessionNamed(session_id=named):
                    session_id = named
                    if until_named:
                        break
                case Said(text=text):
                    step.append(text)
                case StepFinished():
                    answer, step = step or answer, []
                case Ended(end=last):
                    end = last
                case _:
                    pass
        return Answered(
            launched=launched,
            session_id=session_id,
            answer="\n".join(step or answer),
            end=end,
            is_lost=end is None and not (until_named and session_id),
        )
