"""The selected row, for a verb that only some rows can take."""

from __future__ import annotations

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.errors import ConflictError, NotFoundError
from kugetsu_tui.tui.flows.stage import Stage


def selected_row(stage: Stage, verb: str) -> Row:
    """The row that is tracked: an issue or the base.

    Raises:
        NotFoundError: there is none, or nobody tracks it.
        ConflictError: it is a sub-agent's.
    """
    row = stage.selected
    if row is None:
        raise NotFoundError(f"{verb}: nothing is selected", remedy="start")
    if row.kind is RowKind.CHILD:
        raise ConflictError(f"{verb}: a sub-agent's session belongs to the one it works for")
    if row.kind is RowKind.UNTRACKED:
        raise NotFoundError(f"{verb}: nobody tracks this session", remedy="adopt")
    return row


def selected_issue(stage: Stage, verb: str, *, of_base: str, remedy: str = "") -> Row:
    """The row of an issue.

    Args:
        stage: the screen.
        verb: what is to be done.
        of_base: why that is not for the base.
        remedy: the verb that is.

    Raises:
        NotFoundError: there is none, or nobody tracks it.
        ConflictError: it is the base, or a sub-agent's.
    """
    row = selected_row(stage, verb)
    if row.kind is RowKind.BASE:
        raise ConflictError(f"{verb}: {of_base}", remedy=remedy)
    return row
