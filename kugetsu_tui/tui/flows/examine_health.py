"""`doctor`: what does not fit together, and what would repair it."""

from __future__ import annotations

from kugetsu_tui.tui.dialogs.page import Page
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


async def examine_health(stage: Stage) -> None:
    """Each finding, the repair under it."""
    examined = await stage.do("looking at everything", stage.commands.doctor)
    if not examined.findings:
        stage.show(examined)
        return
    lines = []
    for finding in examined.findings:
        tone = Tone.BAD if finding.is_problem else Tone.MIND
        lines += [(f"{finding.what}: {finding.words}", tone), (finding.repair, Tone.PLAIN)]
        lines.append(("", Tone.PLAIN))
    await stage.ask(Page("doctor", lines[:-1]))
