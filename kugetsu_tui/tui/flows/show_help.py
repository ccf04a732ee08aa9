"""`help`: what the keys do."""

from __future__ import annotations

from kugetsu_tui.tui.dialogs.help import HelpDialog
from kugetsu_tui.tui.flows.stage import Stage


async def show_help(stage: Stage) -> None:
    """The keys that work where the question was asked, with the user's own choices in them."""
    context, keymap = stage.context, stage.keymap
    await stage.ask(
        HelpDialog(f"keys: {context}", keymap.keys_in(context), warnings=keymap.warnings)
    )
