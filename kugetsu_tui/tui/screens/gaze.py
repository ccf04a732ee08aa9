"""What somebody looks at: the row that has rested under the cursor for a moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.timer import Timer
from textual.widget import Widget

from kugetsu_tui.domain.board import Row

_MOMENT = 1.0
"""Seconds after which a row has been looked at: who only passes by, sees nothing."""


class Gaze:
    """One row at a time, and only while somebody is there."""

    def __init__(self, pane: Widget, looked: Callable[[Row], None]) -> None:
        self._pane = pane
        self._looked = looked
        self._timer: Timer | None = None

    def rest(self, row: Row | None) -> None:
        """The cursor is on this row now, or the row says something else."""
        if self._timer is not None:
            self._timer.stop()
        if row is not None:
            self._timer = self._pane.set_timer(_MOMENT, partial(self._look, row))

    def _look(self, row: Row) -> None:
        if self._pane.app.app_focus and self._pane.screen.is_current:
            self._looked(row)
        else:
            self.rest(row)
