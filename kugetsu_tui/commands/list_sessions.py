"""The table of sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Self

from kugetsu_tui.commands.narrow_board import NarrowBoard, Narrowing
from kugetsu_tui.commands.ports import Clock
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL, Board, Row, RowKind
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import field, frozen, replace
from kugetsu_tui.domain.json_value import Json, JsonObject
from kugetsu_tui.domain.moment import parse_span, spell_moment
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.report.report import Report, Success, Table

_NOTHING = "–"
_NOTHING_TRACKED = "nothing is tracked yet: kugetsu init, then start"
_AUTO = "‼ AUTO, nobody is asked ‼"
_COLUMNS = ("ISSUE_REF", "TYPE", "SESSION_ID", "CREATED", "STATE", "UPDATED", "TITLE")


@frozen(kw_only=True)
class ListRequest:
    state: str | None = None
    repo: str | None = None
    """Rows whose reference contains this."""
    since: str | None = None
    """Rows with activity within this span: `90m`, `2d`."""
    narrowing: Narrowing = field(default_factory=Narrowing)
    figures: bool = False
    """With messages, changed files, and a fork's own tokens and cost."""


@frozen
class Listed(Success):
    verb: ClassVar[str] = "list"

    board: Board
    lines: Mapping[str, str] = field(default_factory=dict)
    """Row key → the line of its transcript that was found; empty where none was sought."""
    is_some: bool = False
    """Rows may be missing because others were asked for."""

    def report(self) -> Report:
        table = Table(_COLUMNS, (_cells(row) for row in self.board))
        if self.lines:
            rows = ((*_cells(row), self.lines.get(row.key, _NOTHING)) for row in self.board)
            table = Table((*_COLUMNS, "FOUND"), rows)
        if self.board.rows:
            return Report(table=table, warnings=self.board.warnings)
        why = "no session is like that" if self.is_some else _NOTHING_TRACKED
        return Report(table=table, warnings=(*self.board.warnings, why))

    def data(self) -> JsonObject:
        sessions = [spell_row(row) for row in self.board]
        if self.lines:
            for row, session in zip(self.board, sessions, strict=True):
                session["found"] = self.lines.get(row.key)
        return {"sessions": sessions, "warnings": self.board.warnings}


@frozen
class ListSessions:
    read_board: ReadBoard
    narrow: NarrowBoard
    clock: Clock

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(read_board=ReadBoard.of(world), narrow=NarrowBoard.of(world), clock=world.clock)

    def __call__(self, request: ListRequest) -> Listed:
        """The board's rows that match.

        Raises:
            UsageError: a filter is not understood.
        """
        if request.state is not None and request.state not in list(SessionState):
            known = ", ".join(SessionState)
            raise UsageError(f"--state {request.state}: no such state", hint=f"one of {known}")
        span = parse_span(request.since) if request.since is not None else None
        if request.since is not None and span is None:
            raise UsageError(f"--since {request.since}: no time span", hint="90m, 12h or 2d")
        after = self.clock() - timedelta(seconds=span) if span is not None else None
        board = self.read_board(
            untracked=request.narrowing.untracked,
            children=request.narrowing.view.has_children,
            figures=request.figures,
        )
        rows = tuple(
            row
            for row in board
            if (request.state is None or row.state == request.state)
            and (
                request.repo is None or request.repo.casefold() in (row.issue_ref or "").casefold()
            )
            and (after is None or (row.updated_at is not None and row.updated_at >= after))
        )
        narrowed = self.narrow(replace(board, rows=rows), request.narrowing)
        return Listed(
            narrowed.board, narrowed.lines, is_some=len(narrowed.board.rows) < len(board.rows)
        )


def spell_row(row: Row) -> dict[str, Json]:
    """A session in `data`: the same keys wherever one appears."""
    return {
        "issue_ref": row.issue_ref,
        "type": row.type,
        "session_id": row.session_id,
        "state": row.state,
        "created_at": row.created_at or None,
        "updated_at": spell_moment(row.updated_at) if row.updated_at else None,
        "directory": row.directory or None,
        "title": row.title or None,
        "since": spell_moment(row.since) if row.since else None,
        "why": row.why,
        "model": row.model or None,
        "messages": row.messages,
        "tokens": row.tokens,
        "cost": row.cost,
        "changed_files": row.changed_files,
        "run_id": row.run_id,
        "auto": row.is_auto,
        "queued_messages": row.queued_messages,
    }


def _cells(row: Row) -> tuple[str, ...]:
    is_base = row.kind is RowKind.BASE
    return (
        row.issue_ref or (BASE_LABEL if is_base else _NOTHING),
        row.type,
        row.session_id or _NOTHING,
        "N/A" if is_base else row.created_at or _NOTHING,
        row.state,
        spell_moment(row.updated_at) if row.updated_at else _NOTHING,
        " ".join(filter(None, (_AUTO if row.is_auto else "", row.title))) or _NOTHING,
    )
