"""`doctor`: what does not fit together, and what would repair it."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.domain.finding import Finding
from kugetsu_tui.tui.dialogs.page import Page
from kugetsu_tui.tui.dialogs.question import Choice, Question
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


async def examine_health(stage: Stage) -> None:
    """Each finding, the repair under it; then what can be mended here, asked one by one."""
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
    chosen = [finding for finding in examined.findings if await _is_wanted(stage, finding)]
    if chosen:
        stage.show(await stage.do("mending", partial(stage.commands.mend, chosen)))


async def _is_wanted(stage: Stage, finding: Finding) -> bool:
    if not finding.mend:
        return False
    lines = [(f"{finding.what}: {finding.words}", Tone.BAD), (finding.mend, Tone.PLAIN)]
    return await stage.ask(Question("mend?", lines, [Choice("m", "mend")])) is not None
