"""`start`: which issue, and what to say first."""

from __future__ import annotations

from kugetsu_tui.domain.board import RowKind
from kugetsu_tui.tui.dialogs.start_issue import StartDialog
from kugetsu_tui.tui.flows.stage import Stage, insist


async def start_issue(stage: Stage) -> None:
    """A selected issue that never got a session is taken for the one that is meant."""
    commands, draft, row = stage.commands, stage.draft("start"), stage.selected
    if stage.roster.base is None:
        await stage.do("looking at the base", commands.start.base)
    if row is not None and row.kind is RowKind.ISSUE and row.session_id is None:
        draft.ref = row.label
    launched = await insist(
        stage,
        lambda refusal: StartDialog(
            draft,
            resolve=commands.resolve.new,
            base=commands.start.base,
            doubts=commands.start.doubts,
            words=stage.words,
            refusal=refusal,
        ),
        "starting",
        commands.start,
    )
    if launched is not None:
        draft.ref = draft.message = ""
        stage.select(launched.issue_ref)
