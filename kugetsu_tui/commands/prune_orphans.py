"""Record files that no index entry names."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Clock, Runs, Store
from kugetsu_tui.commands.tracked_session import run_at_work
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import DamagedError, KugetsuError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.record import Record
from kugetsu_tui.report.report import Report, Table

GRACE = timedelta(seconds=60)
"""Younger files may belong to a start that has not written the index yet."""


@frozen
class Pruned:
    verb: ClassVar[str] = "prune"

    files: tuple[str, ...]
    """Orphaned record files, in `sessions/`."""
    is_done: bool
    """They are in the trash; else this is only the plan."""
    kept: tuple[DamagedError, ...] = ()
    """Why others could not be moved there."""

    @property
    def failure(self) -> KugetsuError | None:
        if not self.kept:
            return None
        more = f" (and {len(self.kept) - 1} more)" if self.kept[1:] else ""
        return DamagedError(
            f"prune: {self.kept[0].message}{more}",
            hint="look at it in sessions/, and move it away",
            changed=bool(self.files),
        )

    def report(self) -> Report:
        if not self.files:
            return Report(headline="" if self.kept else "no orphaned session files")
        count = f"{len(self.files)} orphaned session file{'s' if len(self.files) > 1 else ''}"
        return Report(
            headline=f"{count} moved to the trash; kugetsu undo takes them back"
            if self.is_done
            else f"{count} would be removed; kugetsu prune --force does it",
            table=Table(("FILE",), tuple((file,) for file in self.files)),
        )

    def data(self) -> JsonObject:
        kept = [why.message for why in self.kept]
        return {"files": self.files, "removed": self.is_done, "kept": kept}


@frozen
class PruneOrphans:
    store: Store
    runs: Runs
    clock: Clock

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, runs=world.runs, clock=world.clock)

    def __call__(self, *, force: bool) -> Pruned:
        """Name the orphans, and with `force` move them to the trash, as far as they can be read.

        Raises:
            DamagedError: the index is damaged, or missing beside records; nothing was removed.
        """
        if not force:
            return Pruned(self._orphans(), is_done=False)
        files, kept = list[str](), list[DamagedError]()
        with self.store.edit() as draft:
            for file in self._orphans():
                try:
                    draft.remove_orphan(file)
                except DamagedError as error:
                    kept.append(error)
                else:
                    files.append(file)
        return Pruned(tuple(files), is_done=True, kept=tuple(kept))

    def _orphans(self) -> tuple[str, ...]:
        before = self.clock() - GRACE
        return tuple(
            file
            for file, written_at in self.store.orphans()
            if written_at < before and not self._is_at_work(file)
        )

    def _is_at_work(self, file: str) -> bool:
        record = self.store.record(file)
        return isinstance(record, Record) and run_at_work(record, self.runs) is not None
