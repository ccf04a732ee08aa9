"""`help`: what the keys do."""

from __future__ import annotations

from kugetsu_tui.tui.dialogs.help import HelpDialog
from kugetsu_tui.tui.flows.stage import Stage


async def show_help(stage: Stage) -> None:
    """All keys, with the user's own choices in them."""
    keymap = stage.keymap
    await stage.ask(HelpDialog(tuple(keymap.keys.values()), warnings=keymap.warnings))
