"""Every run of a session, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from kugetsu_tui.commands.ports import Runs
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.run import RunSeen


@frozen
class ReadRuns:
    runs: Runs

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(runs=world.runs)

    def __call__(self, row: Row) -> Sequence[RunSeen]:
        """The runs that are kept here of a row of the board; only what is tracked has any.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        is_tracked = row.kind in {RowKind.BASE, RowKind.ISSUE}
        return self.runs.history(row.issue_ref) if is_tracked else ()
