"""A run, watched until it has ended, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from shlex import quote
from typing import Self

from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.ports import Conversations, Runs
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import TextPart
from kugetsu_tui.domain.errors import (
    DatabaseUnreadableError,
    EnvironmentUnfitError,
    KugetsuError,
    NotFoundError,
    RunFailedError,
    RunTimedOutError,
)
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.run import RunEnd, RunOutcome, RunVerb
from kugetsu_tui.domain.run_event import (
    Asked,
    Ended,
    Journalled,
    Queued,
    RunEvent,
    Said,
    Saying,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.domain.state import state_after
from kugetsu_tui.domain.verdict import ANSWER
from kugetsu_tui.report.report import Report

_LAST_MESSAGES = 20
"""Far more steps than end a turn without a word."""


@frozen(kw_only=True)
class Answered:
    """What came of a run, or what is known of it so far."""

    launched: Launched
    session_id: SessionId | None
    answer: str
    """The text of the last step."""
    end: RunEnd | None
    """None while the run goes on by itself."""
    has_begun: bool = True
    """The model was heard: what it did would be lost with another start."""
    is_told: bool = False
    """The answer was read along."""
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
        if self.launched.is_queued and not self.session_id:
            return SessionState.QUEUED
        return SessionState.RUNNING if self.session_id else SessionState.PENDING

    @property
    def failure(self) -> KugetsuError | None:
        name, end = self.launched.issue_ref, self.end
        if self.is_lost:
            return RunFailedError(
                f"{name}: the run's supervisor died",
                hint=f"kugetsu log {quote(name)} --debug",
                changed=True,
            )
        if end is None or end.outcome is RunOutcome.ANSWERED:
            return None
        kind = RunTimedOutError if end.outcome is RunOutcome.TIMED_OUT else RunFailedError
        verb = "start" if self._may_start_again else "continue"
        return kind(
            f"{name}: {end.reason or end.outcome}",
            hint=f"kugetsu log {quote(name)}, then kugetsu {verb} {quote(name)} MESSAGE",
            remedy=verb,
            changed=True,
        )

    @property
    def _may_start_again(self) -> bool:
        """A failed start may; its session still holds what it was asked for, a bad model too."""
        is_start = self.launched.verb == RunVerb.START
        return self.session_id is None or (is_start and not self.has_begun)

    def report(self) -> Report:
        return Report(
            headline=f"{self.launched.issue_ref} is {self.state}"
            + (f", session {self.session_id}" if self.session_id else ""),
            body="" if self.is_told else self.answer,
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


@dataclass(slots=True)
class _Heard:
    """The journal so far."""

    session_id: SessionId | None
    step: list[str] = field(default_factory=list)
    """The text of the step that is going on."""
    earlier: list[str] = field(default_factory=list)
    """The text of the last step before it that had any."""
    has_begun: bool = False
    is_whole: bool = False
    """The answer came to its end."""
    end: RunEnd | None = None

    def note(self, event: RunEvent) -> None:
        match event:
            case SessionNamed(session_id=named):
                self.session_id = named
            case Said(text=text):
                self.has_begun = True
                self.step.append(text)
            case Saying() | Asked() | ToolUsed():
                self.has_begun = True
            case StepFinished(finish=finish):
                self.has_begun = True
                self.earlier, self.step = self.step or self.earlier, []
                self.is_whole = finish == ANSWER
            case Ended(end=end):
                self.end = end
            case _:
                pass

    @property
    def answer(self) -> str:
        return "\n".join(self.step or self.earlier)

    @property
    def has_lost_the_answer(self) -> bool:
        """A full pipe is not waited for when opencode (1.18) exits."""
        return (
            self.end is not None and self.end.outcome is RunOutcome.ANSWERED and not self.is_whole
        )


@frozen
class FollowRun:
    runs: Runs
    conversations: Conversations

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(runs=world.runs, conversations=world.conversations)

    def __call__(
        self,
        launched: Launched,
        *,
        show: Callable[[Journalled], None],
        meanwhile: Callable[[], object] = lambda: None,
        until_named: bool = False,
    ) -> Answered:
        """Watch the run to its end, showing each event; ending the watch does not end the run.

        Args:
            launched: the run.
            show: told of every event as it comes.
            meanwhile: called while there is nothing new; what it raises ends the watch.
            until_named: stop watching once opencode has named the session.

        Raises:
            RunFailedError: what it says cannot be read; it goes on even so.
        """
        heard = _Heard(launched.session_id)
        for journalled in self._journal(launched):
            if journalled is None:
                meanwhile()
                continue
            show(journalled)
            heard.note(journalled.event)
            if until_named and isinstance(journalled.event, SessionNamed | Queued):
                break
        is_queued = launched.is_queued
        kept = self._kept(heard.session_id) if heard.has_lost_the_answer else ""
        return Answered(
            launched=launched,
            session_id=heard.session_id,
            answer=kept or heard.answer,
            end=heard.end,
            has_begun=heard.has_begun,
            is_lost=heard.end is None and not (until_named and (heard.session_id or is_queued)),
        )

    def _journal(self, launched: Launched) -> Iterator[Journalled | None]:
        try:
            yield from self.runs.journal(launched.run_id, follow=True)
        except (NotFoundError, EnvironmentUnfitError) as error:
            raise RunFailedError(
                f"{launched.issue_ref}: cannot be watched: {error.message}; it goes on even so",
                hint="kugetsu list",
                changed=True,
            ) from error

    def _kept(self, session_id: SessionId | None) -> str:
        """The answer in opencode's database; empty where that cannot be asked."""
        if session_id is None:
            return ""
        try:
            messages = self.conversations.messages(session_id, limit=_LAST_MESSAGES)
        except DatabaseUnreadableError:
            return ""  # what was heard has to do
        turn = takewhile(lambda message: message.role != "user", reversed(messages))
        texts = (
            "\n".join(part.text for part in message.parts if isinstance(part, TextPart))
            for message in turn
        )
        return next(filter(None, texts), "")
