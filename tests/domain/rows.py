"""Rows of a board, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.session import SessionId, SessionState

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


def row(name: str, *, ago: timedelta = timedelta(), **more: object) -> Row:
    """The row of an issue in `github.com/shoko/`, of the base, or of a session without an issue."""
    is_issue = "#" in name
    made = Row(
        kind=RowKind.ISSUE if is_issue else RowKind(name.partition(" ")[0]),
        issue_ref=f"github.com/shoko/{name}" if is_issue else None,
        type="forked",
        session_id=SessionId(f"ses_{name.replace('#', '').replace(' ', '')}"),
        state=SessionState.IDLE,
        since=NOW - ago,
        why="",
        created_at=(NOW - ago).isoformat(),
        updated_at=NOW - ago,
        directory="/home/shoko/src",
        title=f"about {name}",
        model="anthropic/claude-sonnet-4-5",
    )
    return replace(made, **more)
