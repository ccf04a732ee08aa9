"""`destroy`: untrack the selected session, and on request delete its conversation."""

from __future__ import annotations

from functools import partial

from kugetsu_tui.commands.destroy_session import DestroyRequest, Doomed
from kugetsu_tui.domain.board import RowKind
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.tui.dialogs.question import Choice, Extra, Question
from kugetsu_tui.tui.flows.marked import destroy_marked
from kugetsu_tui.tui.flows.selection import selected_row
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


async def destroy_session(stage: Stage) -> None:
    """What goes and what stays is said first."""
    if stage.marked:
        await destroy_marked(stage)
        return
    row = selected_row(stage, "destroy")
    is_base = row.kind is RowKind.BASE
    request = DestroyRequest(refs=() if is_base else (row.key,), is_base=is_base)
    destroy = stage.commands.destroy
    (doomed,) = await stage.do("looking", partial(destroy.plan, request))
    if (picked := await stage.ask(_question(doomed))) is None:
        return
    request = replace(request, purge="p" in picked.extras, force="f" in picked.extras)
    stage.show(await stage.do(f"destroying {row.label}", partial(destroy, request)))


def _question(doomed: Doomed) -> Question:
    lines = [("goes: kugetsu's record of it, to the trash; undo takes it back", Tone.PLAIN)]
    extras = []
    if doomed.key is None:
        lines.append(("stays: every issue's session; but nothing new can be started", Tone.MIND))
    if doomed.session_id is not None:
        lines.append((f"stays: the conversation {doomed.session_id}, in opencode", Tone.MUTED))
        extras.append(Extra("p", "purge the conversation too: that cannot be taken back"))
    if doomed.is_running:
        lines.append(("A run is at work on it.", Tone.MIND))
        extras.append(Extra("f", "first stop the run"))
    return Question(f"destroy {doomed.label}?", lines, [Choice("d", "destroy")], extras=extras)
