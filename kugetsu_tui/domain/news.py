"""What happened between two boards that somebody who looked elsewhere would want to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from kugetsu_tui.domain.board import Board, Row
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.session import BUSY_STATES, SessionState

_HANDS_ON = SessionState.OPEN
"""Somebody sits at it: what happens there needs no telling."""


class NewsKind(StrEnum):
    """What happened."""

    NEEDS_YOU = "needs-you"
    """The run waits for a permission or an answer."""
    ENDED = "ended"
    """With an answer."""
    FAILED = "failed"


_ENDS: Mapping[SessionState, NewsKind] = {
    SessionState.IDLE: NewsKind.ENDED,
    SessionState.FAILED: NewsKind.FAILED,
    SessionState.INTERRUPTED: NewsKind.FAILED,
}
"""A run that was stopped is no news: somebody stopped it."""
_NEEDY = frozenset({SessionState.WAITING})


@frozen
class News:
    """Something happened to a session."""

    kind: NewsKind
    row: Row

    @property
    def words(self) -> str:
        """In a line, without the session's name."""
        match self.kind:
            case NewsKind.NEEDS_YOU:
                return f"needs you: {self.row.why}" if self.row.why else "needs you"
            case NewsKind.ENDED:
                return "has answered"
            case NewsKind.FAILED:
                return f"{self.row.state}: {self.row.why}" if self.row.why else self.row.state


@frozen
class Lookout:
    """The rows as they were last known for sure."""

    rows: Mapping[str, Row] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    """The one before: a row that is the same object has no news."""

    def after(self, board: Board) -> tuple[Lookout, tuple[News, ...]]:
        """Who looks out from now on, and what is new.

        A row whose state is unknown for a while is compared with what it was before that. A row
        that was not there is no news, whatever its state: the first board tells nothing.
        """
        before = self.board.rows
        changed = [row for row, old in zip(board.rows, before, strict=False) if row is not old]
        if len(board.rows) != len(before) or any(row.key not in self.rows for row in changed):
            changed, rows = list(board.rows), dict[str, Row]()
        else:
            rows = dict(self.rows)
        for row in changed:
            is_unsure = row.state is SessionState.UNKNOWN and row.key in self.rows
            rows[row.key] = self.rows[row.key] if is_unsure else row
        told = {row.key: rows[row.key] for row in changed}
        return Lookout(rows, board), tuple(self._news(told))

    def _news(self, rows: Mapping[str, Row]) -> Iterator[News]:
        for key, row in rows.items():
            before = self.rows.get(key)
            if before is not None and (kind := _kind(before, row)) is not None:
                yield News(kind, row)


def _kind(before: Row, row: Row) -> NewsKind | None:
    if row.state in _NEEDY and before.state not in _NEEDY:
        return NewsKind.NEEDS_YOU
    if before.state is _HANDS_ON:
        return None
    was_at_work = before.state in BUSY_STATES
    is_another = row.run_id is not None and row.run_id != before.run_id
    return _ENDS.get(row.state) if was_at_work or is_another else None
