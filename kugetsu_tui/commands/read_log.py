"""A run's own output: what it said and did, and what opencode wrote beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kugetsu_tui.commands.ports import Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import require_record
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.domain.run import (
    Ended,
    ErrorReported,
    Journalled,
    PermissionRejected,
    Retrying,
    RunEvent,
    Said,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId


@dataclass(frozen=True, slots=True)
class ReadLog:
    store: Store
    runs: Runs
    resolve: ResolveRef

    def run_of(self, ref: str) -> RunId:
        """The latest run of a tracked issue.

        Raises:
            NotFoundError: nobody tracks it, or it has had no run here.
        """
        key = self.resolve.tracked(ref)
        record = require_record(key, self.store.record(self.store.index().issues[key]))
        if record.run_id is None or self.runs.seen(record.run_id) is None:
            raise NotFoundError(
                f"{key}: no run of it is kept here", hint=f"kugetsu show '{key}'", remedy="continue"
            )
        return record.run_id

    def __call__(self, run_id: RunId, *, follow: bool = False) -> Iterator[Journalled]:
        """The run's events; following goes on until it has ended."""
        for journalled in self.runs.journal(run_id, follow=follow):
            if journalled is not None:
                yield journalled

    def errors(self, run_id: RunId) -> str:
        """The end of what opencode wrote on stderr."""
        return self.runs.log(run_id)


def event_words(event: RunEvent) -> str:
    """An event in words; text as it was said."""
    match event:
        case Said(text=text):
            return text
        case SessionNamed(session_id=session_id):
            return f"· session {session_id}"
        case ToolUsed(tool=tool, title=title, is_error=True, output=output):
            return f"✗ {tool} {title}: {output}"
        case ToolUsed(tool=tool, title=title):
            return f"· {tool} {title}"
        case StepFinished(finish=finish, tokens=tokens):
            return f"· step ended: {finish}, {tokens:,} tokens"
        case Retrying(reason=reason):
            return f"· the provider refused, opencode tries again: {reason}"
        case PermissionRejected(request=request):
            return f"✗ permission rejected, nobody was there: {request}"
        case ErrorReported(message=message):
            return f"✗ {message}"
        case Ended(end=end):
            return f"■ {end.outcome}" + (f": {end.reason}" if end.reason else "")
