"""Compare index, records, opencode and processes, and name each mismatch with its repair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Machine, Opencode, Runs, Server, SettingsFile, Store
from kugetsu_tui.commands.prune_orphans import PruneOrphans
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.commands.tracked_session import unsettled_run
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL, Board
from kugetsu_tui.domain.errors import DamagedError, EnvironmentUnfitError, KugetsuError
from kugetsu_tui.domain.finding import Finding, FindingKind
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.health import disagreeing, examine, examine_surroundings, left_over, unkept
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.record import BASE_FILE, DamagedRecord, Record
from kugetsu_tui.domain.run import Liveness
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.report.report import Report


@frozen
class Examined:
    verb: ClassVar[str] = "doctor"

    findings: tuple[Finding, ...]
    opencode_version: str | None
    """None where it cannot be used; a finding says why."""

    @property
    def problems(self) -> int:
        return sum(finding.is_problem for finding in self.findings)

    @property
    def failure(self) -> KugetsuError | None:
        if not self.problems:
            return None
        return KugetsuError(f"doctor: {self.problems} problem{'s' * (self.problems > 1)} found")

    def report(self) -> Report:
        return Report(
            headline="" if self.problems else f"nothing is wrong; opencode {self.opencode_version}",
            body="\n".join(words_of(finding) for finding in self.findings),
        )

    def data(self) -> JsonObject:
        return {
            "problems": self.problems,
            "opencode_version": self.opencode_version,
            "findings": [
                {
                    "kind": finding.kind,
                    "what": finding.what,
                    "words": finding.words,
                    "repair": finding.repair,
                    "problem": finding.is_problem,
                    "mend": finding.mend,
                }
                for finding in self.findings
            ],
        }


@frozen
class ExamineHealth:
    store: Store
    runs: Runs
    opencode: Opencode
    settings_file: SettingsFile
    machine: Machine
    server: Callable[[], Server]
    read_board: ReadBoard
    prune: PruneOrphans

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            opencode=world.opencode,
            settings_file=world.settings_file,
            machine=world.machine,
            server=world.server,
            read_board=ReadBoard.of(world),
            prune=PruneOrphans.of(world),
        )

    def __call__(self) -> Examined:
        """Look at everything and change nothing; what cannot be read is a finding, no refusal."""
        rest = (
            *self._of_store(),
            *self._of_server(),
            *self._of_settings(),
            *examine_surroundings(self.machine.surroundings()),
        )
        try:
            version = self.opencode.version()
        except EnvironmentUnfitError as error:
            unfit = _finding(FindingKind.OPENCODE_UNFIT, "opencode", error)
            return Examined((unfit, *rest), opencode_version=None)
        return Examined(rest, opencode_version=version)

    def _of_store(self) -> Iterator[Finding]:
        try:
            board = self.read_board(untracked=True)
            orphans = self.prune(force=False).files
            damaged, kept = self._damaged(), self._kept()
        except DamagedError as error:
            yield self._of_index(error)
            return
        for warning in board.warnings:
            yield Finding(
                kind=FindingKind.DATABASE_UNREADABLE,
                what="opencode's database",
                words=warning,
                repair="no state can be told until it can be read",
            )
        yield from examine(
            board,
            damaged=damaged,
            orphans=orphans,
            unwatched=self._unwatched(board),
            unsettled=self._unsettled(board, kept),
        )
        yield from disagreeing(self.store.index(), kept)
        yield from left_over(self.runs.leftovers())

    def _of_index(self, error: DamagedError) -> Finding:
        finding = _finding(FindingKind.INDEX_DAMAGED, "index", error)
        if not self.store.has_last_index():
            return finding
        mend = "bring back the last good one; the damaged one is kept beside it"
        return replace(finding, repair="kugetsu doctor --restore", mend=mend)

    def _damaged(self) -> Mapping[str, DamagedRecord]:
        index = self.store.index()
        found = {BASE_LABEL: self.store.base(index)} if index.base else {}
        found = {**found, **self.store.records(index)}
        return {
            label: record for label, record in found.items() if isinstance(record, DamagedRecord)
        }

    def _kept(self) -> Mapping[str, Record]:
        """Each record as its file tells, whatever the index makes of it."""
        index = self.store.index()
        found = {BASE_LABEL: self.store.record(BASE_FILE)} if index.base else {}
        found = {**found, **self.store.records(index)}
        return {label: record for label, record in found.items() if isinstance(record, Record)}

    def _unsettled(self, board: Board, kept: Mapping[str, Record]) -> frozenset[str]:
        """Where the database tells that a run answered, its end is no riddle: it is left out."""
        cut = {row.label for row in board if row.state is SessionState.INTERRUPTED}
        runs = {
            label: unsettled_run(record, self.runs)
            for label, record in kept.items()
            if label != BASE_LABEL
        }
        return frozenset(label for label, run in runs.items() if run and (run.end or label in cut))

    def _unwatched(self, board: Board) -> frozenset[str]:
        runs = ((row.label, self.runs.seen(row.run_id)) for row in board if row.run_id)
        return frozenset(
            label
            for label, run in runs
            if run and run.end is None and run.liveness is Liveness.UNWATCHED
        )

    def _of_server(self) -> Iterator[Finding]:
        try:
            seen = self.server().seen()
        except EnvironmentUnfitError:  # where processes cannot be looked at, none is accused
            return
        yield from unkept(seen)

    def _of_settings(self) -> Iterator[Finding]:
        for warning in self.settings_file.warnings():
            yield Finding(
                kind=FindingKind.SETTING_NOT_UNDERSTOOD,
                what="settings",
                words=warning,
                repair="kugetsu settings",
            )


def words_of(finding: Finding) -> str:
    """Lines, not a row: what a terminal would cut off is what helps."""
    weight = "problem" if finding.is_problem else "note"
    mend = f"\n  doctor --fix: {finding.mend}" if finding.mend else ""
    return f"{weight}: {finding.what}: {finding.words}\n  repair: {finding.repair}{mend}"


def _finding(kind: FindingKind, what: str, error: KugetsuError) -> Finding:
    words = error.message.removeprefix(f"{what}: ")
    return Finding(kind=kind, what=what, words=words, repair=error.hint)
