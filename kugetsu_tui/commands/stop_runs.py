"""End runs and everything they started."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import run_at_work, tracked_record
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import KugetsuError, RunFailedError, UsageError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunEnd
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.state import state_after
from kugetsu_tui.report.report import Report, Table


@frozen
class StopRequest:
    refs: tuple[str, ...] = ()
    is_all: bool = False


@frozen
class StopResult:
    """What became of one issue's run."""

    issue_ref: str
    run_id: RunId | None = None
    end: RunEnd | None = None
    error: KugetsuError | None = None

    @property
    def words(self) -> str:
        if self.error:
            return self.error.message
        return f"{state_after(self.end)}" if self.end else "nothing was running"


@frozen
class Stopped:
    verb: ClassVar[str] = "stop"

    results: tuple[StopResult, ...]

    @property
    def failure(self) -> KugetsuError | None:
        errors = [result.error for result in self.results if result.error]
        if len(self.results) == 1 and errors:
            return errors[0]
        if errors:
            return RunFailedError(
                f"stop: {len(errors)} of {len(self.results)} could not be stopped", changed=True
            )
        return None

    def report(self) -> Report:
        if not self.results:
            return Report(headline="nothing was running")
        rows = tuple((result.issue_ref, result.words) for result in self.results)
        return Report(table=Table(("ISSUE_REF", "RESULT"), rows))

    def data(self) -> JsonObject:
        return {
            "results": [
                {
                    "issue_ref": result.issue_ref,
                    "run_id": result.run_id,
                    "stopped": result.end is not None,
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
            UsageError: nothing was named.
            NotFoundError: nobody tracks what was named; nothing was stopped.
        """
        if not request.refs and not request.is_all:
            raise UsageError("stop: nothing was named", hint="kugetsu stop REF…, or --all")
        named = (self.resolve.tracked(ref) for ref in request.refs)
        keys = self._at_work() if request.is_all else tuple(dict.fromkeys(named))
        return Stopped(tuple(self._stop(key) for key in keys))

    def _at_work(self) -> Sequence[str]:
        records = self.store.records(self.store.index())
        return [
            key
            for key, record in records.items()
            if isinstance(record, Record) and run_at_work(record, self.runs)
        ]

    def _stop(self, key: str) -> StopResult:
        record = tracked_record(key, self.store)
        run = run_at_work(record, self.runs) if isinstance(record, Record) else None
        if run is None:
            return StopResult(key)
        try:
            return StopResult(key, run.order.run_id, self.runs.stop(run.order.run_id))
        except KugetsuError as error:
            return StopResult(key, run.order.run_id, error=error)
