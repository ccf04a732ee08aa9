"""Mend what does not fit together, as far as it can be taken back and nothing has to be guessed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar, Self

from kugetsu_tui.commands.examine_health import ExamineHealth, words_of
from kugetsu_tui.commands.ports import Clock, Draft, Runs, Server, Store
from kugetsu_tui.commands.tracked_session import busy, run_at_work, unsettled_run
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.errors import ConflictError, KugetsuError
from kugetsu_tui.domain.finding import Finding, FindingKind
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.record import BASE_FILE, Record
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import SessionType
from kugetsu_tui.report.report import Report


@frozen(kw_only=True)
class Mended:
    verb: ClassVar[str] = "doctor"

    done: tuple[Finding, ...]
    refused: tuple[tuple[Finding, KugetsuError], ...]
    left: tuple[Finding, ...] = ()
    """What is found by now."""
    unseen: KugetsuError | None = None
    """Why that could not be looked at any more."""

    @property
    def _problems(self) -> int:
        return sum(finding.is_problem for finding in self.left)

    @property
    def failure(self) -> KugetsuError | None:
        if self.unseen:
            words = f"what is left cannot be told: {self.unseen.message}"
        elif self._problems:
            words = f"{self._problems} problem{'s' * (self._problems > 1)} left"
        else:
            return None
        return KugetsuError(f"doctor: {words}", changed=bool(self.done))

    def report(self) -> Report:
        mended = [f"mended: {finding.what}: {finding.mend}" for finding in self.done]
        refused = [f"not mended: {finding.what}: {why.message}" for finding, why in self.refused]
        count = len(self.done) or "nothing"
        return Report(
            headline=f"{count} mended",
            body="\n".join([*mended, *refused, *map(words_of, self.left)]),
        )

    def data(self) -> JsonObject:
        return {
            "mended": [{"kind": one.kind, "what": one.what, "mend": one.mend} for one in self.done],
            "refused": [
                {"kind": one.kind, "what": one.what, "why": why.message}
                for one, why in self.refused
            ],
            "problems": None if self.unseen else self._problems,
        }


@frozen
class MendHealth:
    store: Store
    runs: Runs
    clock: Clock
    server: Callable[[], Server]
    examine: ExamineHealth

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            clock=world.clock,
            server=world.server,
            examine=ExamineHealth.of(world),
        )

    def plan(self) -> tuple[Finding, ...]:
        """What can be mended here, each with how."""
        return tuple(finding for finding in self.examine().findings if finding.mend)

    def __call__(self, chosen: Collection[Finding]) -> Mended:
        """Mend these, as far as they are still found; one that fails does not keep the others."""
        done, refused = [], []
        for finding in [each for each in self.plan() if each in chosen]:
            try:
                self._mend(finding)
            except KugetsuError as error:
                refused.append((finding, error))
            else:
                done.append(finding)
        mended = Mended(done=tuple(done), refused=tuple(refused))
        try:
            return replace(mended, left=self.examine().findings)
        except KugetsuError as error:
            return replace(mended, unseen=error)

    def _mend(self, finding: Finding) -> None:
        if finding.kind is FindingKind.INDEX_DAMAGED:
            self.store.restore_index()
        elif finding.kind is FindingKind.RUN_LEFTOVER:
            self.runs.discard(finding.what)
        elif finding.kind is FindingKind.SERVER_UNKEPT:
            self.server().stop(force=False)
        else:
            with self.store.edit() as draft:
                self._edit(finding, draft)

    def _edit(self, finding: Finding, draft: Draft) -> None:
        what, is_base = finding.what, finding.what == BASE_LABEL
        match finding.kind:
            case FindingKind.RECORD_ORPHANED:
                draft.remove_orphan(what)
            case FindingKind.RECORD_DAMAGED | FindingKind.RECORD_DISAGREES if is_base:
                self._write_base(draft)
            case FindingKind.RECORD_DISAGREES:
                draft.put(what, replace(self._quiet(what, draft), issue_ref=what))
            case FindingKind.RUN_INTERRUPTED | FindingKind.RUN_UNSETTLED:
                self._settle(what, draft, finding.words)
            case _:
                if isinstance(record := draft.record(what), Record):
                    self._require_over(what, record)
                draft.remove(what)

    def _write_base(self, draft: Draft) -> None:
        """The index has the last word on which session it is."""
        base, kept = draft.index.base, self.store.record(BASE_FILE)
        known = kept if isinstance(kept, Record) else Record(type=SessionType.BASE)
        draft.put_base(replace(known, session_id=base))

    def _settle(self, key: str, draft: Draft, why: str) -> None:
        record = self._quiet(key, draft)
        if (run := unsettled_run(record, self.runs)) is None:
            raise ConflictError(f"{key}: its run is settled by now")
        end = run.end or RunEnd(outcome=RunOutcome.INTERRUPTED, at=run.last_sign, reason=why)
        draft.put(key, replace(record, run_end=end))

    def _quiet(self, key: str, draft: Draft) -> Record:
        record = draft.record(key)
        if not isinstance(record, Record):
            raise ConflictError(f"{key}: its record is damaged by now")
        self._require_over(key, record)
        return record

    def _require_over(self, key: str, record: Record) -> None:
        if (run := run_at_work(record, self.runs)) is not None:
            raise busy(key, run)
