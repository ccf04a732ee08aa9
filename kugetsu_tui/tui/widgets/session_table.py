"""The sessions as a table that draws only the rows in sight: thousands cost what a screen costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.moment import Dates
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.keys.key import Context
from kugetsu_tui.tui.voice import sign
from kugetsu_tui.tui.widgets.cells import fitted
from kugetsu_tui.tui.widgets.columns import GAP, Column, age_of, cell, columns_for, heading
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.notes import Notes
from kugetsu_tui.tui.widgets.row_lines import RowLines, row_lines
from kugetsu_tui.tui.widgets.toned import Toned

_HEAD = 1
"""Lines over the rows."""
_CURSOR = "▌"
_EDGE = 3
"""Columns for the cursor, and for a row's sign."""
_AUTO = "AUTO "
"""Before the title of a run that gets every permission it asks for."""


class SessionTable(Toned):
    """Rows, one of them selected; the selection holds on to its session, not to its place."""

    context = Context.BOARD
    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading", "cursor"}
    cursor: reactive[int] = reactive(0, repaint=False, always_update=True)

    @dataclass
    class Selected(Message):
        """The selected row is another one, or says something else now."""

        row: Row | None

        def can_replace(self, message: Message) -> bool:
            """Only the newest selection matters."""
            return isinstance(message, SessionTable.Selected)

    @dataclass
    class Opened(Message):
        """The selected row was asked for once more."""

    def __init__(self, clock: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock
        self.rows: Sequence[Row] = ()
        self._label_width = 0
        self._sorted_by = ""
        self._lines = RowLines()
        self._notes = Notes()
        self._columns: Sequence[Column] = ()
        self._chosen: Sequence[str] = ()
        self._dates = Dates.RELATIVE
        self._ages: dict[int, str] = {}

    @property
    def selected(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def show(
        self,
        rows: Sequence[Row],
        *,
        label_width: int,
        headings: Mapping[int, str] | None = None,
        notes: Notes | None = None,
        sorted_by: str = "",
    ) -> None:
        """Show these rows; the cursor stays on its session, or near where that was.

        Args:
            rows: in the order they are drawn.
            label_width: columns of the widest reference.
            headings: place of a row → what is written over it.
            notes: what is written beside them.
            sorted_by: the figure they are in the order of.
        """
        before, selected, lines = self.rows, self.selected, row_lines(len(rows), headings or {})
        layout = (label_width, sorted_by, lines)
        self.rows = rows
        if layout != (self._label_width, self._sorted_by, self._lines):
            self._label_width, self._sorted_by, self._lines = layout
            self._fit()
        elif notes != self._notes and notes is not None:
            self.refresh()
        else:
            self._refresh_changed(before)
        self._notes = notes or Notes()
        if selected is not self.selected or selected is None:
            self.cursor = self._place_of(selected)

    def choose(self, columns: Sequence[str], dates: Dates) -> None:
        """Show only these columns, in that order; none: what fits. And ages or dates."""
        if (columns, dates) != (self._chosen, self._dates):
            self._chosen, self._dates = columns, dates
            self._fit()

    def select(self, key: str) -> None:
        """Put the cursor on the row of that key, where there is one."""
        self.cursor = next((i for i, row in enumerate(self.rows) if row.key == key), self.cursor)

    def _place_of(self, row: Row | None) -> int:
        nearest = min(self.cursor, max(len(self.rows) - 1, 0))
        if row is None:
            return nearest
        if self.rows and self.rows[nearest].key == row.key:
            return nearest
        return next((i for i, other in enumerate(self.rows) if other.key == row.key), nearest)

    def _refresh_changed(self, before: Sequence[Row]) -> None:
        top = self.scroll_offset.y
        for line in range(top, top + self.size.height):
            place = self._lines.at(line)
            if isinstance(place, int) and self.rows[place] is not before[place]:
                self._refresh_row(place)

    def _fit(self) -> None:
        width = self.scrollable_content_region.width
        self._columns = columns_for(
            width - _EDGE - 1,
            self._label_width,
            chosen=self._chosen,
            sorted_by=self._sorted_by,
            in_groups=bool(self._lines.headings),
            dates=self._dates,
        )
        self.virtual_size = Size(width, self._lines.height + _HEAD)
        self.refresh()

    def on_mount(self) -> None:
        self.set_interval(1.0, self._age)

    def on_resize(self, _event: events.Resize) -> None:
        self._fit()
        self._follow()

    def _age(self) -> None:
        now = self._clock()
        for place, drawn in tuple(self._ages.items()):
            if place < len(self.rows) and self._age_of(place, now) != drawn:
                self._refresh_row(place)

    def watch_cursor(self, before: int, cursor: int) -> None:
        if cursor != before:
            self._refresh_row(before)
            self._refresh_row(cursor)
        self._follow()
        self.post_message(self.Selected(self.selected))

    def _refresh_row(self, place: int) -> None:
        width = self.scrollable_content_region.width
        line = self._lines.line_of(place) - self.scroll_offset.y + _HEAD
        self.refresh(Region(0, line, width, 1))

    def _follow(self) -> None:
        """Scroll just as far as the cursor needs."""
        top, height = self.scroll_offset.y, self.size.height - _HEAD
        line = self._lines.line_of(self.cursor)
        first = line - 1 if self.cursor in self._lines.headings else line
        if first < top:
            self.go_to(first)
        elif line >= top + height > top:
            self.go_to(line - height + 1)

    def action_move(self, by: int) -> None:
        if self.rows:
            self.cursor = min(max(self.cursor + by, 0), len(self.rows) - 1)

    def action_page(self, by: int) -> None:
        self.action_move(by * max(self.size.height - _HEAD - 1, 1))

    def action_first(self) -> None:
        self.action_move(-len(self.rows))

    def action_last(self) -> None:
        self.action_move(len(self.rows))

    def on_click(self, event: events.Click) -> None:
        place = self._lines.at(event.y - _HEAD + self.scroll_offset.y)
        if event.y < _HEAD or not isinstance(place, int):
            return
        if place == self.cursor:
            self.post_message(self.Opened())
        self.cursor = place

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < _HEAD:
            return self._heading(width)
        place = self._lines.at(y - _HEAD + self.scroll_offset.y)
        if place is None:
            return Strip.blank(width, self.paper)
        if isinstance(place, str):
            style = self.paper + self.ink(Tone.OPEN)
            words = fitted(f" {clean_line(place)}", width)
            return Strip([Segment(words, style)]).adjust_cell_length(width, style)
        return self._row(place, width)

    def _row(self, place: int, width: int) -> Strip:
        row, age = self.rows[place], self._age_of(place, self._clock())
        self._remember_age(place, age)
        ground = self.paper
        if place == self.cursor:
            ground += self.ground("cursor")
        cursor = sign(_CURSOR, ">") if place == self.cursor else " "
        note, tone = self._notes.sign(row)
        segments = [
            Segment(cursor, ground + self.ink(Tone.STRONG)),
            Segment(f"{note} ", ground + self.ink(tone)),
        ]
        for column in self._columns:
            text, tone = cell(row, column, age)
            if column.name == "title" and (line := self._notes.line(row)):
                text, tone = fitted(line, column.width), Tone.OPEN
            elif column.name == "title" and row.is_auto:
                segments.append(Segment(_AUTO, ground + self.ink(Tone.BAD)))
                text = fitted(clean_line(row.title), column.width - len(_AUTO))
            segments.append(Segment(text + " " * GAP, ground + self.ink(tone)))
        return Strip(segments).adjust_cell_length(width, ground).simplify()

    def _age_of(self, place: int, now: datetime) -> str:
        return age_of(self.rows[place], now, self._dates)

    def _remember_age(self, place: int, age: str) -> None:
        if len(self._ages) > 4 * max(self.size.height, 1):
            self._ages.clear()
        self._ages[place] = age

    def _heading(self, width: int) -> Strip:
        named = self.get_component_rich_style("heading")
        style = self.paper + Style(color=named.color, dim=named.dim or None)
        words = (" " * GAP).join(heading(column) for column in self._columns)
        return Strip([Segment(" " * _EDGE + words, style)]).adjust_cell_length(width, style)
