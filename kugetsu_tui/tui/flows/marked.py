"""Verbs over all marked rows: one question that lists them, one report of what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from kugetsu_tui.commands.continue_session import ContinueRequest
from kugetsu_tui.commands.destroy_session import DestroyRequest
from kugetsu_tui.commands.stop_runs import StopRequest
from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.errors import ConflictError, KugetsuError
from kugetsu_tui.domain.session import BUSY_STATES, SessionState
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.page import Page
from kugetsu_tui.tui.dialogs.question import Choice, Extra, Question
from kugetsu_tui.tui.dialogs.write_message import MessageDialog
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import LOOKS, Tone

Line = tuple[str, Tone]
Result = tuple[str, Line]
"""The row's key, and what became of it."""
_NAMED = 6
"""Rows that a dialog with a message in it can name, and still be seen whole."""
_NAME_CAP = 70
"""Characters of one of them: a line of the dialog."""
_FITS_A_TOAST = 3
"""Results that can be read in passing; more are shown until they are left."""


async def stop_marked(stage: Stage) -> None:
    """What is at rest has nothing to be stopped."""
    rows, left_out = _parted(stage, lambda row: row.kind is RowKind.ISSUE and _is_at_work(row))
    _require_some("stop", rows, "at work")
    lines = _listed(rows, left_out, "left alone")
    if await stage.ask(Question(f"stop {len(rows)} runs?", lines, [Choice("s", "stop them")])):
        request = StopRequest(refs=tuple(row.key for row in rows))
        stopped = await stage.do("stopping", partial(stage.commands.stop, request))
        results = [
            (
                each.issue_ref,
                _refused(each.issue_ref, each.error)
                if each.error
                else (f"{each.issue_ref}: {each.words}", Tone.PLAIN),
            )
            for each in stopped.results
        ]
        await _report(stage, "stop", results)


async def destroy_marked(stage: Stage) -> None:
    """All or nothing: where one is at work, it is stopped first, or nothing is untracked."""
    rows, left_out = _parted(stage, lambda row: row.kind is RowKind.ISSUE)
    _require_some("destroy", rows, "an issue")
    refs = tuple(row.key for row in rows)
    plan = await stage.do(
        "looking", partial(stage.commands.destroy.plan, DestroyRequest(refs=refs))
    )
    extras = [Extra("p", "purge the conversations too: that cannot be taken back")]
    if any(doomed.is_running for doomed in plan):
        extras.append(Extra("f", "first stop the runs"))
    lines = [("go: kugetsu's records, to the trash; undo takes all of them back", Tone.PLAIN)]
    lines += _listed(rows, left_out, "left alone")
    question = Question(
        f"destroy {len(rows)} issues?", lines, [Choice("d", "destroy them")], extras=extras
    )
    if (picked := await stage.ask(question)) is None:
        return
    request = DestroyRequest(refs=refs, purge="p" in picked.extras, force="f" in picked.extras)
    destroyed = await stage.do("destroying", partial(stage.commands.destroy, request))
    results = [
        (
            doomed.label,
            _refused(doomed.label, doomed.error)
            if doomed.error
            else (f"{doomed.label}: no longer tracked", Tone.PLAIN),
        )
        for doomed in destroyed.gone
    ]
    await _report(stage, "destroy", results)


async def continue_marked(stage: Stage) -> None:
    """One message to all; where a session is busy it waits in the queue.

    The text stays until all have taken it, and so do the marks of those that have not.
    """
    rows, left_out = _parted(stage, _can_go_on)
    _require_some("continue", rows, "an issue's session")
    draft = stage.draft("continue marked")
    title = f"continue {len(rows)} sessions"
    dialog = MessageDialog(title, draft, about=_summed_up(rows, left_out))
    if (message := await stage.ask(dialog)) is None:
        return
    results: list[Result] = []
    for number, row in enumerate(rows, start=1):
        request = ContinueRequest(ref=row.key, message=message, queue=True)
        try:
            send = partial(stage.commands.proceed, request)
            launched = await stage.do(f"sending {number} of {len(rows)}", send)
        except KugetsuError as error:
            results.append((row.key, _refused(row.label, error)))
        else:
            results.append((row.key, (launched.report().headline, Tone.PLAIN)))
    if all(tone is not Tone.BAD for _, (_, tone) in results):
        draft.message = ""
    await _report(stage, "continue", results)


def _can_go_on(row: Row) -> bool:
    is_there = row.session_id is not None and row.state is not SessionState.MISSING
    return row.kind is RowKind.ISSUE and is_there


def _is_at_work(row: Row) -> bool:
    return row.state in BUSY_STATES - {SessionState.OPEN}


def _parted(stage: Stage, can: Callable[[Row], bool]) -> tuple[Sequence[Row], Sequence[Row]]:
    """The marked rows that the verb can take, and the others."""
    marked = stage.marked
    return [row for row in marked if can(row)], [row for row in marked if not can(row)]


def _require_some(verb: str, rows: Sequence[Row], what: str) -> None:
    """Raises `ConflictError` where the verb can take none of the marked rows."""
    if not rows:
        raise ConflictError(f"{verb}: none of the marked rows is {what}")


def _listed(rows: Sequence[Row], left_out: Sequence[Row], why: str) -> list[Line]:
    lines = [(f"{LOOKS[row.state].glyph} {row.label}  {row.title}", Tone.STRONG) for row in rows]
    return [*lines, *((f"{why}: {row.label}, {row.state}", Tone.MUTED) for row in left_out)]


def _summed_up(rows: Sequence[Row], left_out: Sequence[Row]) -> Sequence[str]:
    """Counts first, then as many rows as there is room for."""
    busy = sum(row.state in BUSY_STATES for row in rows)
    more = len(rows) - _NAMED
    return [
        *([f"{busy} busy: queued"] if busy else []),
        *([f"left out: {left_out[0].label}, {left_out[0].state}"] if len(left_out) == 1 else []),
        *([f"left out: {len(left_out)} that cannot go on"] if len(left_out) > 1 else []),
        *(clean_line(words, _NAME_CAP) for words, _ in _listed(rows[:_NAMED], (), "")),
        *([f"… and {more:,} more"] if more > 0 else []),
    ]


def _refused(label: str, error: KugetsuError) -> Line:
    """Most refusals name what they are about."""
    is_named = error.message.startswith(label)
    return error.message if is_named else f"{label}: {error.message}", Tone.BAD


async def _report(stage: Stage, verb: str, results: Sequence[Result]) -> None:
    """What became of each; the marks have served, but for those that were refused."""
    lines = [line for _, line in results]
    stage.unmark(but={key for key, (_, tone) in results if tone is Tone.BAD})
    if len(lines) > _FITS_A_TOAST:
        await stage.ask(Page(verb, lines))
        return
    words = "\n".join(words for words, _ in lines)
    if any(tone is Tone.BAD for _, tone in lines):
        stage.warn(words)
    else:
        stage.tell(words)
