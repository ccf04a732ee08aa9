"""`help`: what the keys do."""

from __future__ import annotations

from kugetsu_tui.tui.dialogs.help import HelpDialog
from kugetsu_tui.tui.flows.stage import Stage


async def show_help(stage: Stage) -> None:
    """The keys that work where the question was asked, with the user's own choices in them."""
    context, keymap = stage.context, stage.keymap
    keys = [key for key in keymap.keys_in(context) if key.id not in stage.senseless]
    await stage.ask(HelpDialog(f"keys: {context}", keys, warnings=keymap.warnings))
