"""`undo`: take back the newest removal."""

from __future__ import annotations

from kugetsu_tui.tui.flows.stage import Stage


async def undo_removal(stage: Stage) -> None:
    """Nothing is asked: it is itself a way back."""
    stage.show(await stage.do("taking back", stage.commands.undo))
