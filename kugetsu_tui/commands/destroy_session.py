"""Untrack issues, and on request delete their conversations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Draft, Opencode, Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import (
    busy,
    require_none_waiting,
    run_of,
    tracked_records,
    waiting_for,
)
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.errors import DamagedError, KugetsuError, NoBaseError, UsageError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.run import RunSeen
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.report.report import Report


@frozen(kw_only=True)
class DestroyRequest:
    refs: tuple[str, ...] = ()
    is_base: bool = False
    purge: bool = False
    """Also delete the conversation in opencode: that cannot be taken back."""
    force: bool = False
    """Stop what is running first, and what waits to be."""


@frozen(kw_only=True)
class Doomed:
    """What destroying one thing takes away, and what it leaves."""

    key: str | None
    """None for the base."""
    session_id: SessionId | None
    is_running: bool
    """A run is at work on it, or waits for its turn."""
    error: KugetsuError | None = None
    """Why its conversation could not be deleted although it was untracked."""

    @property
    def label(self) -> str:
        return self.key if self.key is not None else BASE_LABEL


@frozen(kw_only=True)
class Destroyed:
    verb: ClassVar[str] = "destroy"

    gone: tuple[Doomed, ...]
    purged: bool

    @property
    def failure(self) -> KugetsuError | None:
        return next((doomed.error for doomed in self.gone if doomed.error), None)

    def report(self) -> Report:
        return Report(headline="\n".join(self._words(doomed) for doomed in self.gone))

    def _words(self, doomed: Doomed) -> str:
        undo = f"kugetsu undo {quote(doomed.key)}" if doomed.key else "kugetsu undo"
        if doomed.session_id is None:
            return f"{doomed.label} is no longer tracked; {undo} takes it back"
        if self._is_purged(doomed):
            return f"{doomed.label} is gone, and {doomed.session_id} is deleted in opencode"
        return (
            f"{doomed.label} is no longer tracked; {doomed.session_id} stays in opencode;"
            f" {undo} takes it back"
        )

    def data(self) -> JsonObject:
        return {
            "destroyed": [
                {
                    "issue_ref": doomed.key,
                    "session_id": doomed.session_id,
                    "purged": self._is_purged(doomed),
                }
                for doomed in self.gone
            ]
        }

    def _is_purged(self, doomed: Doomed) -> bool:
        return self.purged and doomed.session_id is not None and doomed.error is None


@frozen
class DestroySession:
    store: Store
    runs: Runs
    opencode: Opencode
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            opencode=world.opencode,
            resolve=ResolveRef.of(world),
        )

    def plan(self, request: DestroyRequest) -> tuple[Doomed, ...]:
        """What would go, for the question that comes before.

        Raises:
            UsageError: nothing, or both an issue and the base, were named.
            NotFoundError: nobody tracks it.
            DamagedError: a conversation is to be deleted, and which one cannot be read.
        """
        if request.is_base and request.refs:
            raise UsageError("destroy: name issues or --base, not both")
        if request.is_base:
            return (self._doomed_base(),)
        if not request.refs:
            raise UsageError("destroy: nothing was named", hint="kugetsu destroy REF, or --base")
        keys = self.resolve.all_tracked(request.refs)
        waiting = self.runs.queue()
        return tuple(
            self._doomed(key, record, waiting, is_purge=request.purge)
            for key, record in tracked_records(keys, self.store).items()
        )

    def __call__(self, request: DestroyRequest) -> Destroyed:
        """Untrack, all or nothing; each record goes to the trash.

        Raises:
            BusyError: one is running, or a message waits for it, and `force` was not asked for;
                nothing was changed.
        """
        doomed = self.plan(request)
        if request.purge:
            self.opencode.program()
        stopped: list[Doomed] = []
        try:
            if request.force:
                self._stop(doomed, stopped)
            self._untrack(doomed)
        except KugetsuError as error:
            if stopped:
                error.changed, error.message = True, f"destroy: stopped, but then: {error.message}"
            raise
        purged = [self._purged(one) if request.purge else one for one in doomed]
        return Destroyed(gone=tuple(purged), purged=request.purge)

    def _doomed_base(self) -> Doomed:
        base_id = self.store.index().base
        if base_id is None:
            raise NoBaseError("destroy: there is no base session", hint="kugetsu init")
        run = self._at_work(None, self.store.base())
        return Doomed(key=None, session_id=base_id, is_running=run is not None)

    def _doomed(
        self,
        key: str,
        record: Record | DamagedRecord,
        waiting: Mapping[RunId, str | None],
        *,
        is_purge: bool,
    ) -> Doomed:
        if is_purge and isinstance(record, DamagedRecord):
            raise DamagedError(
                f"destroy: {key}: which conversation to delete is not known: {record.why}",
                hint=f"kugetsu destroy {quote(key)} without --purge, or kugetsu doctor",
            )
        session_id = record.session_id if isinstance(record, Record) else None
        is_running = bool(self._at_work(key, record) or waiting_for(key, waiting))
        return Doomed(key=key, session_id=session_id, is_running=is_running)

    def _at_work(self, key: str | None, record: Record | DamagedRecord | None) -> RunSeen | None:
        return None if record is None else run_of(key, record, self.runs)

    def _untrack(self, doomed: Sequence[Doomed]) -> None:
        with self.store.edit() as draft:
            waiting = self.runs.queue()
            for one in doomed:
                self._require_quiet(one, draft, waiting)
            for one in doomed:
                if one.key is None:
                    draft.remove_base()
                else:
                    draft.remove(one.key)

    def _stop(self, doomed: Sequence[Doomed], stopped: list[Doomed]) -> None:
        """Stop those that wait, or the next would begin; then those at work. Note each that was."""
        waiting = self.runs.queue()
        for one in doomed:
            for run_id in waiting_for(one.key, waiting) if one.key is not None else ():
                self.runs.stop(run_id)
                stopped.append(one)
        keys = [one.key for one in doomed if one.key is not None]
        records = tracked_records(keys, self.store)
        for one in doomed:
            key = one.key
            record = self.store.base() if key is None else records[key]
            if (run := self._at_work(key, record)) is not None:
                self.runs.stop(run.order.run_id)
                stopped.append(one)

    def _require_quiet(
        self, doomed: Doomed, draft: Draft, waiting: Mapping[RunId, str | None]
    ) -> None:
        key = doomed.key
        record = draft.base() if key is None else draft.record(key)
        if (run := self._at_work(key, record)) is not None:
            raise busy(doomed.label, run)
        if key is not None:
            require_none_waiting(key, waiting)

    def _purged(self, doomed: Doomed) -> Doomed:
        if doomed.session_id is None:
            return doomed
        try:
            self.opencode.delete(doomed.session_id)
        except KugetsuError as error:
            error.changed = True
            return Doomed(
                key=doomed.key, session_id=doomed.session_id, is_running=False, error=error
            )
        return doomed
