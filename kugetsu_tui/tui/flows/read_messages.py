"""`messages`: what was told in passing, for who was not quick enough to read it."""

from __future__ import annotations

from kugetsu_tui.tui.dialogs.page import Page
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


async def read_messages(stage: Stage) -> None:
    """The newest first, each with its time."""
    nothing = ("Nothing has been told since the start.", Tone.MUTED)
    lines = [(line, tone) for words, tone in stage.told for line in words.split("\n")]
    await stage.ask(Page("messages", lines or [nothing]))
