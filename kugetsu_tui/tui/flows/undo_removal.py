"""`undo`: take back the newest removal."""

from __future__ import annotations

from kugetsu_tui.tui.flows.stage import Stage


async def undo_removal(stage: Stage) -> None:
    """Nothing is asked: it is itself a way back. The row that is back is selected."""
    undone = await stage.do("taking back", stage.commands.undo)
    stage.show(undone)
    if undone.removed.key:
        stage.select(undone.removed.key)
