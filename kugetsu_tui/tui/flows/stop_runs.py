"""`stop`: end what is at work on the selected session."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.commands.stop_runs import StopRequest
from kugetsu_tui.domain.session import BUSY_STATES
from kugetsu_tui.tui.dialogs.question import Choice, Question
from kugetsu_tui.tui.flows.marked import stop_marked
from kugetsu_tui.tui.flows.selection import selected_issue
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


async def stop_runs(stage: Stage) -> None:
    """Asked first: what the model was about to say is lost."""
    if stage.marked:
        await stop_marked(stage)
        return
    row = selected_issue(stage, "stop")
    if row.state in BUSY_STATES and not await stage.ask(
        Question(
            f"stop {row.label}?",
            [
                ("Its run and everything that it started are ended.", Tone.PLAIN),
                ("The session stays; continue goes on from there.", Tone.MUTED),
            ],
            [Choice("s", "stop it")],
        )
    ):
        return
    stop = partial(stage.commands.stop, StopRequest(refs=(row.key,)))
    stage.show(await stage.do(f"stopping {row.label}", stop))
