"""End runs and everything they started."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import run_of, tracked_record
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import (
    BadReferenceError,
    EnvironmentUnfitError,
    KugetsuError,
    NotFoundError,
    UsageError,
    exit_code_of,
)
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.run import RunEnd, RunSeen
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.state import state_after
from kugetsu_tui.report.report import Report, Table


@frozen
class StopRequest:
    refs: tuple[str, ...] = ()
    is_all: bool = False
    only_queued: bool = False
    """Take out what waits, and let run what runs."""

    @property
    def nothing(self) -> str:
        """What is said where there was nothing to end."""
        return "nothing was waiting" if self.only_queued else "nothing was running"


@frozen
class StopResult:
    """What became of one issue's run."""

    issue_ref: str
    run_id: RunId | None = None
    end: RunEnd | None = None
    error: KugetsuError | None = None
    nothing: str = ""
    """What there was not, where there was no run to end."""
    cancelled: int = 0
    """Messages that waited for their turn, and are not sent."""
    goes_on: bool = False
    """Its run does: only what waits behind it was to be ended."""

    @property
    def is_stopped(self) -> bool:
        return self.end is not None and not self.goes_on

    @property
    def words(self) -> str:
        if self.error:
            return self.error.message
        if self.end is None:
            return self.nothing
        if self.goes_on:
            messages = f"{self.cancelled} queued message{'s' * (self.cancelled != 1)}"
            return f"{messages} cancelled; the run goes on"
        return f"{state_after(self.end)}"


@frozen
class Stopped:
    verb: ClassVar[str] = "stop"

    results: tuple[StopResult, ...]
    nothing: str
    """What there was not, where there are no results."""

    @property
    def failure(self) -> KugetsuError | None:
        """The one with the highest exit code."""
        errors = [result.error for result in self.results if result.error]
        return max(errors, key=exit_code_of, default=None)

    def report(self) -> Report:
        if not self.results:
            return Report(headline=self.nothing)
        rows = tuple((result.issue_ref, result.words) for result in self.results)
        return Report(table=Table(("ISSUE_REF", "RESULT"), rows))

    def data(self) -> JsonObject:
        return {
            "results": [
                {
                    "issue_ref": result.issue_ref,
                    "run_id": result.run_id,
                    "stopped": result.is_stopped,
                    "cancelled": result.cancelled,
                    "error": result.error.message if result.error else None,
                }
                for result in self.results
            ]
        }


@frozen
class StopRuns:
    store: Store
    runs: Runs
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, runs=world.runs, resolve=ResolveRef.of(world))

    def __call__(self, request: StopRequest) -> Stopped:
        """Stop the named issues' runs, or all; one result each, also where one cannot be stopped.

        Raises:
            UsageError: nothing was named, or all and some.
            NotFoundError: nobody tracks the only one that was named.
        """
        if not request.refs and not request.is_all:
            raise UsageError("stop: nothing was named", hint="kugetsu stop REF…, or --all")
        if request.refs and request.is_all:
            raise UsageError("stop: name issues or --all, not both")
        named = self._named(request.refs)
        waiting = self.runs.queue()
        keys = (
            self._concerned(request, waiting)
            if request.is_all
            else [key for key, refusal in named.items() if refusal is None]
        )
        # Those that wait first: otherwise the next would begin as soon as the one before ends.
        cancelled = [
            self._end(issue or run_id, run_id)
            for run_id, issue in waiting.items()
            if request.is_all or issue in keys
        ]
        results = [
            self._stop(key, request, cancelled) or _nothing(key, request, waiting) for key in keys
        ]
        strays = [result for result in cancelled if result.issue_ref not in keys]
        unknown = [StopResult(ref, error=refusal) for ref, refusal in named.items() if refusal]
        every = (*results, *strays, *unknown)
        for error in (result.error for result in every if result.error):
            error.changed = error.changed or any(result.end or result.cancelled for result in every)
        return Stopped(every, request.nothing)

    def _named(self, refs: Sequence[str]) -> Mapping[str, KugetsuError | None]:
        """Each by its key, or by what was typed and why that is none."""
        if len(refs) == 1:
            return {self.resolve.tracked(refs[0]): None}
        named = dict[str, KugetsuError | None]()
        for ref in refs:
            try:
                named[self.resolve.tracked(ref)] = None
            except (NotFoundError, BadReferenceError) as error:
                named[ref] = error
        return named

    def _concerned(
        self, request: StopRequest, waiting: Mapping[RunId, str | None]
    ) -> Sequence[str]:
        """The issues that have something to end."""
        records = self.store.records(self.store.index())
        return [
            key
            for key, record in records.items()
            if key in waiting.values()
            or (not request.only_queued and run_of(key, record, self.runs))
        ]

    def _at_work(self, key: str) -> RunSeen | None:
        return run_of(key, tracked_record(key, self.store), self.runs)

    def _stop(
        self, key: str, request: StopRequest, cancelled: Sequence[StopResult]
    ) -> StopResult | None:
        """One result for the issue, a failure before any other; nothing where nothing was ended."""
        results = [result for result in cancelled if result.issue_ref == key]
        count = sum(result.cancelled for result in results)
        try:
            run = self._at_work(key)
        except KugetsuError as error:  # untracked meanwhile, say: others were stopped even so
            run = None
            results.append(StopResult(key, error=error))
        if run and not request.only_queued:
            results.append(self._end(key, run.order.run_id, cancelled=0))
        failed = [result for result in results if result.error]
        last = next(reversed(failed or results), None)
        goes_on = run is not None and request.only_queued
        return last and replace(last, cancelled=count, goes_on=goes_on)

    def _end(self, key: str, run_id: RunId, *, cancelled: int = 1) -> StopResult:
        try:
            return StopResult(key, run_id, self.runs.stop(run_id), cancelled=cancelled)
        except KugetsuError as error:
            return StopResult(key, run_id, error=error)


def _illegible(waiting: Mapping[RunId, str | None]) -> Sequence[RunId]:
    """Those that do not tell whose they are."""
    return [run_id for run_id, issue in waiting.items() if issue is None]


def _nothing(key: str, request: StopRequest, waiting: Mapping[RunId, str | None]) -> StopResult:
    if not (illegible := _illegible(waiting)):
        return StopResult(key, nothing=request.nothing)
    error = EnvironmentUnfitError(
        f"stop: {key}: {request.nothing}, unless run {illegible[0]} is its own:"
        " it waits, and whose it is cannot be read",
        hint="kugetsu stop --all --queued takes that out too",
    )
    return StopResult(key, error=error)
