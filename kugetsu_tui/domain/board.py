"""The board: every session there is to see, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import RunId, SessionId, SessionState

BASE_LABEL = "(base)"
"""What people call the base session."""


class RowKind(StrEnum):
    """What a row stands for."""

    BASE = "base"
    ISSUE = "issue"
    UNTRACKED = "untracked"
    """A session that opencode has and nobody tracks."""


@frozen(kw_only=True)
class Row:
    """One session on the board."""

    kind: RowKind
    issue_ref: str | None
    """The index key; none for the base and for untracked sessions."""
    type: str
    session_id: SessionId | None
    state: SessionState
    since: datetime | None
    """When the state began."""
    why: str
    """What the state rests on, in a line."""
    created_at: str
    """As the record spells it."""
    updated_at: datetime | None
    directory: str
    title: str
    model: str = ""
    tokens: int = 0
    cost: float = 0.0
    run_id: RunId | None = None

    @property
    def key(self) -> str:
        """What stays the same while everything else changes: the cursor holds on to it."""
        return self.issue_ref or (self.kind if self.kind is RowKind.BASE else self.session_id or "")

    @property
    def label(self) -> str:
        """What people call it."""
        if self.kind is RowKind.BASE:
            return BASE_LABEL
        return self.issue_ref or self.session_id or "–"


@frozen
class Board:
    """All rows: the base first, then issues as the index has them, then untracked sessions."""

    rows: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()
    """What could not be read, in a line each."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)
