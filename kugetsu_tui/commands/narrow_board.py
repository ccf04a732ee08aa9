"""The rows of a board that were asked for, in the order that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Self

from kugetsu_tui.commands.ports import Clock, Conversations, Notebook
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import Board, Row, RowKind
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.filter import INSIDE, Filter, Knowledge, haystack, parse_filter
from kugetsu_tui.domain.frozen import field, frozen, replace
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.text import is_text
from kugetsu_tui.domain.view import Kinds, Order, View, nested, place_of


@frozen(kw_only=True)
class Narrowing:
    """What was asked for; by default the base and the issues, as the index has them."""

    filter: Filter = field(default_factory=Filter)
    order: Order | None = None
    kind: Kinds = Kinds.ISSUES
    has_untracked: bool = False
    """With sessions that nobody tracks, whatever the kind."""

    @property
    def view(self) -> View:
        """As the screen would be asked for it."""
        return View(kind=self.kind)

    @property
    def untracked(self) -> bool:
        """Whether sessions that nobody tracks have to be read."""
        return self.has_untracked or self.view.has_untracked

    def shows(self, row: Row, now: datetime) -> bool:
        """Whether the row is of what was asked for, whatever the filter says."""
        return (self.has_untracked and row.kind is RowKind.UNTRACKED) or self.view.shows(row, now)


def narrowing_of(
    expression: str | None, *, order: str | None, kind: str | None, untracked: bool
) -> Narrowing:
    """What was typed, understood.

    Raises:
        UsageError: it is not.
    """
    if not is_text(expression or ""):
        raise UsageError("--filter: it holds bytes that are no text", hint="kugetsu help list")
    wanted = parse_filter(expression or "")
    if wanted.complaints:
        raise UsageError(f"--filter: {'; '.join(wanted.complaints)}", hint="kugetsu help list")
    if expression is not None and expression.startswith(INSIDE) and not wanted.needle:
        raise UsageError("--filter /: nothing to look for", hint="kugetsu list --filter '/words'")
    return Narrowing(
        filter=wanted,
        order=Order(order) if order else None,
        kind=Kinds(kind) if kind else Kinds.ISSUES,
        has_untracked=untracked,
    )


@frozen
class Narrowed:
    """What is left of a board."""

    board: Board
    lines: Mapping[str, str] = field(default_factory=dict)
    """Row key → the line of its transcript that was found."""


@frozen
class NarrowBoard:
    conversations: Conversations
    notebook: Notebook
    clock: Clock

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(conversations=world.conversations, notebook=world.notebook, clock=world.clock)

    def __call__(self, board: Board, wanted: Narrowing) -> Narrowed:
        """The rows that pass.

        Raises:
            DatabaseUnreadableError: transcripts were to be searched.
        """
        if wanted in _EVERYTHING:
            return Narrowed(board)
        now = self.clock()
        looks = self.notebook.begin().looks if _needs_looks(wanted) else None
        unseen = {row.key for row in board if looks.is_unseen(row)} if looks else set[str]()
        rows = [row for row in board if wanted.shows(row, now)]
        haystacks, known = [haystack(row) for row in rows], Knowledge(now, unseen)
        places = wanted.filter.passed(range(len(rows)), rows, haystacks, known)
        passed = [rows[place] for place in places]
        lines: Mapping[SessionId, str] = {}
        if wanted.filter.needle:
            lines = self.find(wanted.filter.needle, is_wanted=lambda: True)
            passed = [row for row in passed if row.session_id in lines]
        if (order := wanted.order) is not None:
            passed.sort(key=lambda row: place_of(row, order, is_unseen=row.key in unseen))
            passed = list(nested(passed))
        return Narrowed(
            replace(board, rows=tuple(passed)),
            {row.key: lines[row.session_id] for row in passed if row.session_id and lines},
        )

    def find(self, needle: str, *, is_wanted: Callable[[], bool]) -> Mapping[SessionId, str]:
        """Session → the line of its transcript that holds the words.

        Raises:
            DatabaseUnreadableError: nobody knows.
        """
        return self.conversations.search(needle, is_wanted=is_wanted)


_EVERYTHING = (Narrowing(), Narrowing(has_untracked=True))
"""Of what was read, in its own order."""


def _needs_looks(wanted: Narrowing) -> bool:
    return wanted.order is Order.ATTENTION or wanted.filter.asks_for_looks
