"""`start`: which issue, and what to say first."""

from __future__ import annotations

from collections.abc import Sequence

from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.start_issue import StartRequest
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.tui.dialogs.start_issue import StartDialog
from kugetsu_tui.tui.flows.stage import Stage, insist

_ANEW = "opencode no longer has its session: a new one takes the place"


async def start_issue(stage: Stage) -> None:
    """A selected issue that has no session, or has it no longer, is taken for the one meant."""
    commands, draft, row = stage.commands, stage.draft("start"), stage.selected
    lost = {each.issue_ref for each in stage.roster.board if each.state is SessionState.MISSING}
    if stage.roster.base is None:
        await stage.do("looking at the base", commands.start.base)
    if row is not None and row.issue_ref and (row.session_id is None or row.issue_ref in lost):
        draft.ref = row.label

    def doubts(key: str, directory: str) -> Sequence[str]:
        return (*([_ANEW] if key in lost else []), *commands.start.doubts(key, directory))

    def start(request: StartRequest) -> Launched:
        is_lost = bool(lost) and commands.resolve.new(request.ref) in lost
        return commands.start(replace(request, replace=is_lost))

    launched = await insist(
        stage,
        lambda refusal: StartDialog(
            draft,
            resolve=commands.resolve.new,
            base=commands.start.base,
            doubts=doubts,
            words=stage.words,
            refusal=refusal,
        ),
        "starting",
        start,
    )
    if launched is not None:
        draft.ref = draft.message = ""
        stage.select(launched.issue_ref)
