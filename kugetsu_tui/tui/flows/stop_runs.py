"""`stop`: end what is at work on the selected session."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.commands.stop_runs import StopRequest
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.session import BUSY_STATES
from kugetsu_tui.tui.dialogs.question import Choice, Question
from kugetsu_tui.tui.flows.marked import stop_marked
from kugetsu_tui.tui.flows.selection import selected_issue
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone

_QUEUED = Choice("q", "only the queue")


async def stop_runs(stage: Stage) -> None:
    """Asked first: what the model was about to say is lost."""
    if stage.marked:
        await stop_marked(stage)
        return
    row = selected_issue(stage, "stop", of_base="nothing runs on the base")
    only_queued = False
    if row.state in BUSY_STATES:
        if (picked := await stage.ask(_question(row))) is None:
            return
        only_queued = picked.choice == _QUEUED.key
    stop = partial(stage.commands.stop, StopRequest(refs=(row.key,), only_queued=only_queued))
    stage.show(await stage.do(f"stopping {row.label}", stop))


def _question(row: Row) -> Question:
    lines = [
        ("Its run and everything that it started are ended.", Tone.PLAIN),
        ("The session stays; continue goes on from there.", Tone.MUTED),
    ]
    choices = [Choice("s", "stop it")]
    if row.queued_messages:
        lines.append(
            (f"Messages that wait behind it, and go too: {row.queued_messages}", Tone.MIND)
        )
        choices.append(_QUEUED)
    return Question(f"stop {row.label}?", lines, choices)
