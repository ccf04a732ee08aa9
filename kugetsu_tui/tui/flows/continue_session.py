"""`continue`: the next message to the selected session."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.commands.continue_session import ContinueRequest
from kugetsu_tui.domain.session import BUSY_STATES
from kugetsu_tui.tui.dialogs.write_message import MessageDialog
from kugetsu_tui.tui.flows.marked import continue_marked
from kugetsu_tui.tui.flows.selection import selected_issue
from kugetsu_tui.tui.flows.stage import Stage, insist
from kugetsu_tui.tui.flows.start_issue import start_issue


async def continue_session(stage: Stage) -> None:
    """Where opencode never named a session there is nothing to go on from: it is started."""
    if stage.marked:
        await continue_marked(stage)
        return
    in_a_screen = "the base is worked on in opencode's own screen"
    row = selected_issue(stage, "continue", of_base=in_a_screen, remedy="resume")
    if row.session_id is None and row.state not in BUSY_STATES:
        await start_issue(stage)
        return
    draft = stage.draft(f"continue {row.key}")
    about = [row.title, f"works in {row.directory}"]
    if row.state in BUSY_STATES:
        about.append(f"{row.state}: the message waits in the queue until that is over")
    launched = await insist(
        stage,
        lambda refusal: MessageDialog(
            f"continue {row.label}",
            draft,
            about=[line for line in about if line],
            before=partial(stage.commands.log.prompt, row.run_id) if row.run_id else None,
            refusal=refusal,
        ),
        "sending",
        lambda message: stage.commands.proceed(
            ContinueRequest(ref=row.key, message=message, queue=True)
        ),
    )
    if launched is not None:
        draft.message = ""
