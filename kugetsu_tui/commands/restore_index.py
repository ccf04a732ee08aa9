"""Bring back the index as it was last written here."""

from __future__ import annotations

from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Store
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.report.report import Report, Success


@frozen
class Restored(Success):
    verb: ClassVar[str] = "doctor"

    issues: int | None
    """None: it is back, but could not be looked at."""
    damaged: str
    """Where the damaged index is now; empty where there was none."""

    def report(self) -> Report:
        kept = f"; the damaged one is kept as {self.damaged}" if self.damaged else ""
        count = f", with {self.issues} issue{'s' * (self.issues != 1)}"
        known = count if self.issues is not None else ""
        return Report(headline=f"the last good index is back{known}{kept}")

    def data(self) -> JsonObject:
        return {"restored": True, "issues": self.issues, "damaged": self.damaged or None}


@frozen
class RestoreIndex:
    store: Store

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store)

    def __call__(self) -> Restored:
        """Put it in the place of one that cannot be understood.

        Raises:
            ConflictError: the index can be understood.
            NotFoundError: no good one is kept.
        """
        damaged = self.store.restore_index()
        try:
            return Restored(len(self.store.index().issues), damaged)
        except KugetsuError:
            # It was good when it was put there; to refuse now would say that nothing was changed.
            return Restored(None, damaged)
