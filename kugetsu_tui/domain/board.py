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
    CHILD = "child"
    """A sub-agent's session, which works for another one."""


@frozen(kw_only=True)
class Row:
    """One session on the board."""

    kind: RowKind
    issue_ref: str | None
    """The index key; only issues have one."""
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
    messages: int | None = None
    """Its own, as what follows; none where nobody asked."""
    tokens: int = 0
    cost: float = 0.0
    changed_files: int | None = None
    run_id: RunId | None = None
    parent_id: SessionId | None = None
    """The session that this one works for."""
    queued_messages: int = 0
    """How many wait behind its run."""
    is_auto: bool = False
    """The run that is at work gets whatever it asks for, and nobody is asked."""

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

    @property
    def is_tracked(self) -> bool:
        """Whether it is the base or an issue's."""
        return self.kind in {RowKind.BASE, RowKind.ISSUE}


@frozen
class Board:
    """All rows: the base first, then issues as the index has them, then untracked sessions."""

    rows: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()
    """What could not be read, in a line each."""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)
