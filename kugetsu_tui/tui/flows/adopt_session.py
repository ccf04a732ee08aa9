"""`adopt`: track a session that opencode already has."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.board import Board, RowKind
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.tui.dialogs.adopt_session import AdoptDialog
from kugetsu_tui.tui.flows.stage import Stage, insist
from kugetsu_tui.tui.widgets.roster import Roster


async def adopt_session(stage: Stage) -> None:
    """A selected session that nobody tracks is taken for the one that is meant."""
    commands, row = stage.commands, stage.selected
    draft = stage.draft("adopt")
    if row is not None and row.kind is RowKind.UNTRACKED and row.session_id is not None:
        draft.message = row.session_id
    adopted = await insist(
        stage,
        lambda refusal: AdoptDialog(
            draft,
            untracked=partial(_untracked, commands),
            resolve=commands.resolve.new,
            clock=stage.clock,
            words=stage.words,
            refusal=refusal,
        ),
        "adopting",
        commands.adopt,
    )
    if adopted is not None:
        draft.ref = draft.message = ""
        stage.select(adopted.issue_ref)


def _untracked(commands: Commands) -> Roster:
    board = commands.board(untracked=True)
    rows = tuple(row for row in board if row.kind is RowKind.UNTRACKED)
    if not rows:
        raise NotFoundError("adopt: opencode has no session that nobody tracks", remedy="start")
    return Roster().after(Board(rows))
