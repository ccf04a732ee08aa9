"""Which rows the board shows, and in which order; what was looked at, and what is marked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.filter import Filter, Knowledge, parse_filter
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.view import (
    Kinds,
    Layout,
    Place,
    Span,
    View,
    following,
    grouped,
    nested,
    place_of,
)
from kugetsu_tui.tui.widgets.notes import Notes
from kugetsu_tui.tui.widgets.roster import Roster

_NUMBER_WIDTH = 7
"""Columns of `#123456`, and more than those of `(base)`."""


@frozen(kw_only=True)
class Shown:
    """What of the roster is to be seen."""

    rows: Sequence[Row]
    headings: Mapping[int, str]
    """Place of a row → what is written over it."""

    def label_width(self, widest: int) -> int:
        """Columns that references need; under a repository's name a number does."""
        is_short = self.headings and all(row.is_tracked for row in self.rows)
        return min(widest, _NUMBER_WIDTH) if is_short else widest


class Listing:
    """A change of one row among thousands costs a look at which it was, and no sorting."""

    def __init__(self, memory: Memory, clock: Callable[[], datetime]) -> None:
        self.view: View = memory.view
        self._chosen_view = memory.view
        """As it is to be remembered: without what only brings a row into sight."""
        self.looks = memory.looks
        self.filter = Filter()
        self.lines: Mapping[SessionId, str] | None = None
        """Session → the line that was found in its transcript; none while none is sought."""
        self.marks: dict[str, None] = {}
        self.unseen: set[str] = set()
        self._clock = clock
        self._selected = ""
        self._stays = ""
        """Key of the selected row, since it was selected or passed what is asked for."""
        self._held = ""
        """Key of the selected row, where that was unseen when it was selected."""
        self._roster = Roster()
        self._places: list[Place] = []
        self._order: list[int] = []
        self._chosen: object = None

    @property
    def notes(self) -> Notes:
        """What is to be written beside rows, as it is now."""
        return Notes(frozenset(self.unseen), frozenset(self.marks), self.lines or {})

    @property
    def memory(self) -> Memory:
        return Memory(self._chosen_view, self.looks)

    def change(self, name: str, choice: str = "") -> None:
        """Go on to that order, kind, span or layout; to the next one, where none is named."""
        now, self._stays = getattr(self.view, name), ""
        chosen = {name: type(now)(choice) if choice else following(now)}
        self.view = replace(self.view, **chosen)
        self._chosen_view = replace(self._chosen_view, **chosen)

    def show_every_kind(self) -> None:
        """For now, until others are chosen."""
        self.view = replace(self.view, kind=Kinds.ALL)

    def show(self, row: Row) -> None:
        """For now, look at the board so that this row is to be seen."""
        is_enough = row.is_tracked and self.view.kind is not Kinds.ALL
        self.view = replace(self.view, kind=Kinds.ISSUES if is_enough else Kinds.ALL, span=Span.ALL)
        self.read("")

    def read(self, words: str) -> None:
        """Take what is in the filter."""
        self.filter, self._stays = parse_filter(words), ""
        if not self.filter.needle:
            self.lines = None

    def hold(self, row: Row | None) -> None:
        """Keep the selected row in its place, although it is not unseen any more."""
        key = self._stays = row.key if row else ""
        if key != self._selected:
            self._selected = key
            self._held = key if key in self.unseen else ""

    def look(self, *rows: Row) -> bool:
        """The rows were looked at; whether that is news."""
        news = [row for row in rows if row.key in self.unseen]
        self.looks = self.looks.after(*news)
        self.unseen -= {row.key for row in news}
        return bool(news)

    def see(self, rows: Iterable[Row]) -> bool:
        """The same, all at once: then each goes where it belongs, the selected one too."""
        self._held, self._chosen = "", None
        return self.look(*rows)

    def mark(self, row: Row) -> None:
        """Mark it, or no longer."""
        if row.key in self.marks:
            del self.marks[row.key]
        else:
            self.marks[row.key] = None

    def mark_all(self, rows: Iterable[Row]) -> None:
        """Mark those of them that are issues; where all are marked, none of them any longer."""
        keys = dict.fromkeys(row.key for row in rows if row.kind is RowKind.ISSUE)
        if keys.keys() <= self.marks.keys():
            self.marks = {key: None for key in self.marks if key not in keys}
        else:
            self.marks |= keys

    def marked(self) -> Sequence[Row]:
        """The marked rows, as far as they are on the board; as they stand there, then the rest."""
        if not self.marks:
            return ()
        rows, places = self._roster.board.rows, {n: place for place, n in enumerate(self._order)}
        marked = (n for n, row in enumerate(rows) if row.key in self.marks)
        return [rows[n] for n in sorted(marked, key=lambda n: places.get(n, len(places)))]

    def shown(self, roster: Roster, *, directory: str = "") -> Shown:
        """The rows to be seen, in order.

        Args:
            roster: all there are.
            directory: only sessions that work there or below, and the base.
        """
        self._arrange(roster)
        now, every = self._clock(), roster.board.rows
        if self.filter.is_open or self.filter.needle:
            rows = [every[place] for place in self._order]
        else:
            known = Knowledge(now, self.unseen)
            passed = self.filter.passed(self._order, every, roster.haystacks, known)
            rows = [every[place] for place in passed]
        if self.lines is not None:
            rows = [row for row in rows if row.session_id in self.lines]
        if self.view.span is not Span.ALL:
            rows = [row for row in rows if self.view.shows(row, now)]
        if directory:
            rows = [row for row in rows if _is_within(row, directory)]
        if len(rows) < len(self._order):
            rows = self._with_selected(rows)
        if self.view.has_children:
            rows = list(nested(rows))
        if self.view.layout is Layout.FLAT:
            return Shown(rows=rows, headings={})
        return _in_groups(rows)

    def _with_selected(self, rows: list[Row]) -> list[Row]:
        """The row one looks at stays until one goes on, also where it passes no longer.

        Else who looks at unseen ones would see each go as soon as it was seen, and the next.
        """
        if any(row.key == self._selected for row in rows):
            self._stays = self._selected
        elif self._stays and self._stays == self._selected:
            keys = {*(row.key for row in rows), self._stays}
            every = self._roster.board.rows
            return [every[place] for place in self._order if every[place].key in keys]
        return rows

    def _arrange(self, roster: Roster) -> None:
        """Sort anew where the view is another, or a row's place is."""
        chosen = (self.view.order, self.view.kind, self._held)
        rows, before = roster.board.rows, self._roster.board.rows
        if chosen != self._chosen or len(rows) != len(before):
            changed: Collection[int] = range(len(rows))
            self._places = [()] * len(rows)
            self._order = []
        else:
            changed = [n for n, row in enumerate(rows) if row is not before[n]]
        self._chosen, self._roster = chosen, roster
        has_moved = not self._order
        for n in changed:
            place = self._place(rows[n])
            has_moved = has_moved or place != self._places[n]
            self._places[n] = place
        if has_moved:
            now, view = self._clock(), replace(self.view, span=Span.ALL)
            wanted = (n for n, row in enumerate(rows) if view.shows(row, now))
            self._order = sorted(wanted, key=self._places.__getitem__)
        if self.marks:
            keys = {row.key for row in rows}
            self.marks = dict.fromkeys(key for key in self.marks if key in keys)

    def _place(self, row: Row) -> Place:
        is_unseen = self.looks.is_unseen(row)
        if is_unseen:
            self.unseen.add(row.key)
        else:
            self.unseen.discard(row.key)
        return place_of(row, self.view.order, is_unseen=is_unseen or row.key == self._held)


def _in_groups(rows: Sequence[Row]) -> Shown:
    ordered: list[Row] = []
    headings: dict[int, str] = {}
    for name, members in grouped(rows).items():
        if name:
            headings[len(ordered)] = f"{name}  {len(members):,}"
        ordered += members
    return Shown(rows=ordered, headings=headings)


def _is_within(row: Row, directory: str) -> bool:
    inside = row.directory == directory or row.directory.startswith(directory.rstrip("/") + "/")
    return inside or row.kind is RowKind.BASE
