"""A run's own output: what it said and did, and what opencode wrote beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from shlex import quote
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import record_of
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.ask import ask_words
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    Asked,
    Begun,
    Cut,
    Ended,
    EngineReplaced,
    ErrorReported,
    Journalled,
    PermissionRejected,
    PromptAccepted,
    Queued,
    Replied,
    Retrying,
    RunEvent,
    Said,
    Saying,
    ServerAwaited,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success


@frozen
class ReadLog:
    store: Store
    runs: Runs
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, runs=world.runs, resolve=ResolveRef.of(world))

    def run_of(self, ref: str, run_id: str | None = None) -> RunId:
        """The run of that name, or else the latest of a tracked issue, or of the base.

        Raises:
            NotFoundError: nobody tracks it, or it has had no such run here.
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        key = self.resolve.tracked_or_base(ref)
        label, name = key or BASE_LABEL, quote(key or "base")
        if run_id is not None:
            known = [run.order.run_id for run in self.runs.history(key)]
            if run_id not in known:
                raise NotFoundError(
                    f"{label}: run {clean_line(run_id)}: nothing is kept of it",
                    hint=f"kugetsu show {name} names its runs",
                )
            return RunId(run_id)
        record = record_of(key, self.store)
        if record.run_id is None or self.runs.seen(record.run_id) is None:
            raise NotFoundError(
                f"{label}: no run of it is kept here",
                hint=f"kugetsu show {name}",
                remedy="continue",
            )
        return record.run_id

    def __call__(
        self, run_id: RunId, *, follow: bool = False, is_wanted: Callable[[], bool] | None = None
    ) -> Iterator[Journalled]:
        """The run's events; following goes on until it has ended.

        Args:
            run_id: the run.
            follow: wait for more.
            is_wanted: asked while there is nothing new; false ends the following.
        """
        for journalled in self.runs.journal(run_id, follow=follow):
            if journalled is not None:
                yield journalled
            elif is_wanted is not None and not is_wanted():
                return

    def prompt(self, run_id: RunId) -> str:
        """What the run was asked; empty where that is not kept."""
        return self.runs.message(run_id)

    def errors(self, run_id: RunId) -> str:
        """The end of what opencode wrote on stderr."""
        return self.runs.log(run_id)


@frozen(kw_only=True)
class LogShown(Success):
    verb: ClassVar[str] = "log"

    run_id: RunId
    events: tuple[Journalled, ...]
    errors: str
    """What opencode wrote on stderr, where that was asked for."""

    def report(self) -> Report:
        words = [event_words(journalled.event) for journalled in self.events]
        return Report(body="\n".join([*words, *([self.errors] if self.errors else [])]))

    def data(self) -> JsonObject:
        return {
            "run_id": self.run_id,
            "events": [spell_event(journalled) for journalled in self.events],
            "errors": self.errors,
        }


def spell_event(journalled: Journalled) -> JsonObject:
    """An event as data: when, its type, and its words."""
    kind = type(journalled.event).__name__
    return {
        "at": spell_moment(journalled.at),
        "type": "".join(f"_{c.lower()}" if c.isupper() else c for c in kind).lstrip("_"),
        "text": event_words(journalled.event),
    }


def event_words(event: RunEvent) -> str:
    """An event in words; text as it was said."""
    match event:
        case Said(text=text) | Saying(text=text):
            return text
        case (
            Queued()
            | Begun()
            | EngineReplaced()
            | ServerAwaited()
            | SessionNamed()
            | PromptAccepted()
            | StepFinished()
        ):
            return f"· {_milestone_words(event)}"
        case ToolUsed():
            return _tool_words(event)
        case Asked(ask=ask):
            return f"? {ask_words(ask)}"
        case Replied(what=what, by=by):
            return f"· {what}, by {by}"
        case Retrying(reason=reason, next_at=next_at):
            when = f" at {next_at.astimezone():%H:%M:%S}" if next_at else ""
            return f"· the provider refused, opencode may try again{when}: {reason}"
        case PermissionRejected() | AgentReplaced() | ErrorReported():
            return f"✗ {_trouble_words(event)}"
        case Cut():
            return "✂ the journal is full: the rest is in opencode's transcript alone"
        case Ended(end=end):
            return f"■ {end.outcome}" + (f": {end.reason}" if end.reason else "")


def _milestone_words(
    event: Queued
    | Begun
    | EngineReplaced
    | ServerAwaited
    | SessionNamed
    | PromptAccepted
    | StepFinished,
) -> str:
    match event:
        case Queued():
            return "waits for its turn"
        case Begun():
            return "its turn has come"
        case EngineReplaced(reason=reason):
            return f"no server, it goes through `opencode run`: {reason}"
        case ServerAwaited(reason=reason):
            return reason
        case SessionNamed(session_id=session_id):
            return f"session {session_id}"
        case PromptAccepted():
            return "opencode has the message"
        case StepFinished(finish=finish, tokens=tokens):
            return f"step ended: {finish}, {tokens:,} tokens"


def _trouble_words(event: PermissionRejected | AgentReplaced | ErrorReported) -> str:
    match event:
        case PermissionRejected(request=request):
            return f"permission rejected, nobody was there: {request}"
        case AgentReplaced(agent=agent):
            return f"opencode runs no agent {agent!r} and goes on as its default one"
        case ErrorReported(message=message):
            return message


def _tool_words(used: ToolUsed) -> str:
    called = f"{used.tool} {used.title}"
    return f"✗ {called}: {used.output}" if used.is_error else f"· {called}"
