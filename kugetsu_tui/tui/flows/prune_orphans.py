"""`prune`: clear away record files that no index entry names."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.tui.dialogs.question import Choice, Question
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


async def prune_orphans(stage: Stage) -> None:
    """The plan is shown first."""
    prune = stage.commands.prune
    plan = await stage.do("looking for orphaned files", partial(prune, force=False))
    if not plan.files:
        stage.show(plan)
        return
    lines = [("These records belong to no issue; they go to the trash:", Tone.PLAIN)]
    lines += [(f"  {file}", Tone.MUTED) for file in plan.files]
    if await stage.ask(Question("prune?", lines, [Choice("p", "prune")])):
        stage.show(await stage.do("pruning", partial(prune, force=True)))
