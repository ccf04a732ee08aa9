"""A task's message on its way: to the session of its issue, or to one that is begun for it."""

from __future__ import annotations

from typing import Self

from kugetsu_tui.commands.continue_session import ContinueRequest, ContinueSession
from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.ports import Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.run_options import RunOptions
from kugetsu_tui.commands.start_issue import StartIssue, StartRequest
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import ConflictError, EnvironmentUnfitError, NotFoundError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.run import RunOutcome, RunSeen, RunVerb
from kugetsu_tui.domain.session import session_id_of
from kugetsu_tui.domain.task_file import Task


@frozen
class PlaceTask:
    store: Store
    runs: Runs
    resolve: ResolveRef
    start: StartIssue
    proceed: ContinueSession

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            resolve=ResolveRef.of(world),
            start=StartIssue.of(world),
            proceed=ContinueSession.of(world),
        )

    def key_of(self, task: Task) -> str:
        """The issue that the task is for.

        Raises:
            UsageError: its reference cannot be.
            NotFoundError: it names a session that nobody tracks.
        """
        try:
            return self.resolve.tracked(task.ref)
        except NotFoundError:
            if session_id_of(task.ref):
                raise
            return self.resolve.new(task.ref)

    def is_start(self, key: str) -> bool:
        """The issue has no session yet."""
        return key not in self.store.index().issues

    def require_base(self) -> None:
        """Raises what a start without a base, or without opencode, does."""
        self.start.base()

    def __call__(self, task: Task, key: str, options: RunOptions) -> Launched:
        """Launch the task's run, or queue it; behind a run in progress in any case.

        Raises:
            KugetsuError: nothing was launched, and why.
        """
        options = _options_of(task, options)
        begin = StartRequest(ref=key, message=task.message, options=options)
        if self.is_start(key):
            return self.start(begin)
        try:
            return self.proceed(
                ContinueRequest(ref=key, message=task.message, options=options, queue=True)
            )
        except ConflictError:  # opencode never named a session for it
            return self.start(begin)

    def run_before(self, task: Task, key: str) -> RunSeen | None:
        """The latest run of this very message that has answered, or is on its way still.

        Raises:
            EnvironmentUnfitError: it cannot be told whether there is one.
        """
        if self.is_start(key):
            return None  # what an issue that was destroyed did is past
        runs, illegible = self.runs.survey(key)
        counting = (run for run in runs if run.is_at_work or _has_answered(run))
        same = (run for run in counting if self.runs.message(run.order.run_id) == task.message)
        if (found := next(same, None)) is None and illegible:
            raise EnvironmentUnfitError(
                f"run: {key}: run {illegible[0]} may have told it this, and whose it is cannot be"
                " read",
                hint="it is a folder in runs/: look at what is in it, and delete it",
            )
        return found


def taken_up(key: str, run: RunSeen) -> Launched:
    """A run that was launched before, to be followed."""
    return Launched(
        verb=run.order.verb,
        issue_ref=key,
        run_id=run.order.run_id,
        directory=run.order.directory,
        session_id=None if run.order.verb is RunVerb.START else run.order.session_id,
    )


def _has_answered(run: RunSeen) -> bool:
    return run.end is not None and run.end.outcome is RunOutcome.ANSWERED


def _options_of(task: Task, options: RunOptions) -> RunOptions:
    return replace(
        options,
        model=task.model or options.model,
        agent=task.agent or options.agent,
        engine=task.engine or options.engine,
        timeout=task.timeout or options.timeout,
        is_auto=options.is_auto if task.is_auto is None else task.is_auto,
    )
