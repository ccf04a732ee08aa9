"""`resume`: the selected session in opencode's own screen."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.tui.flows.selection import selected_row
from kugetsu_tui.tui.flows.stage import Stage


async def resume_session(stage: Stage) -> None:
    """The terminal is opencode's until it is left."""
    row = selected_row(stage, "resume")
    resume = partial(stage.commands.resume, row.label, tell=stage.write)
    stage.show(await stage.hand_over(resume))
