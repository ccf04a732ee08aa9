"""`trash`: what was removed, and taking one of it back."""

from __future__ import annotations

from functools import partial

from textual.content import Content

from kugetsu_tui.commands.undo_removal import removed_label
from kugetsu_tui.domain.moment import spell_age
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.pick import Item, PickDialog, holding
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone, toned


async def show_trash(stage: Stage) -> None:
    """The newest of each name; that is what `undo` would take back."""
    listed = await stage.do("looking into the trash", stage.commands.undo.trash)
    items: dict[str, Item[str]] = {}
    for removed in listed.removed:
        label = removed_label(removed)
        age = spell_age((stage.clock() - removed.removed_at).total_seconds())
        words = Content.assemble(
            toned(clean_line(label), Tone.STRONG), toned(f"  removed: {age}", Tone.MUTED)
        )
        items.setdefault(label, Item(label, words))
    if not items:
        stage.show(listed)
        return
    picked = await stage.ask(PickDialog("take back", partial(holding, items.values())))
    if picked is not None:
        stage.show(await stage.do("taking it back", partial(stage.commands.undo, picked)))
