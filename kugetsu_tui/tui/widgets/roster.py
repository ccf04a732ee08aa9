"""The board's rows made ready to be shown and searched; unchanged rows stay the same objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Self

from rich.cells import cell_len

from kugetsu_tui.domain.board import Board, Row, RowKind
from kugetsu_tui.domain.filter import haystack
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.session import BUSY_STATES, SessionState
from kugetsu_tui.domain.text import clean_line

_BAD = frozenset({SessionState.FAILED, SessionState.INTERRUPTED, SessionState.DAMAGED})


@frozen
class Roster:
    """One board, and beside each row the words it can be found by."""

    board: Board = field(default_factory=Board)
    haystacks: tuple[str, ...] = ()
    label_width: int = 0
    """Columns of the widest label."""
    at_work: int = 0
    """Sessions that somebody is at."""
    waiting: int = 0
    """Sessions that wait for a person."""
    went_wrong: int = 0
    """Sessions whose last run failed, or that cannot be read."""
    kinds: Mapping[RowKind, int] = field(default_factory=dict)
    """How many rows there are of each."""

    def after(self, board: Board) -> Self:
        """The roster of a newer board.

        A row that equals its former self is that very object again, so that what changed is
        found by identity; its words are not made twice.
        """
        known = {
            row.key: (row, words) for row, words in zip(self.board, self.haystacks, strict=True)
        }
        rows: list[Row] = []
        haystacks: list[str] = []
        for row in board:
            before = known.get(row.key)
            if before is None or before[0] != row:
                before = (row, haystack(row))
            rows.append(before[0])
            haystacks.append(before[1])
        return type(self)(
            board=Board(tuple(rows), board.warnings),
            haystacks=tuple(haystacks),
            label_width=max((cell_len(clean_line(row.label)) for row in rows), default=0),
            at_work=sum(row.state in BUSY_STATES for row in rows),
            waiting=sum(row.state is SessionState.WAITING for row in rows),
            went_wrong=sum(row.state in _BAD for row in rows),
            kinds=Counter(row.kind for row in rows),
        )

    @property
    def base(self) -> Row | None:
        """The session that issues are forked from."""
        return next((row for row in self.board if row.kind is RowKind.BASE), None)

    def matching(self, words: str = "") -> Sequence[Row]:
        """The rows that hold all the words, in their order.

        Args:
            words: sought in reference, title, id, directory, model and state; case is ignored.
        """
        sought = words.casefold().split()
        if not sought:
            return self.board.rows
        found = list(zip(self.board.rows, self.haystacks, strict=True))
        for word in sought:
            found = [(row, haystack) for row, haystack in found if word in haystack]
        return [row for row, _ in found]
