"""A session's transcript, changes and runs as things to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from kugetsu_tui.commands.read_changes import Changes
from kugetsu_tui.domain.moment import spell_age
from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.run import RunOutcome, RunSeen
from kugetsu_tui.domain.transcript import Entry, PartKind, Turn
from kugetsu_tui.tui.widgets.items import Item, Span, item
from kugetsu_tui.tui.widgets.look import Tone

_GLANCE = 80
"""Characters of folded thoughts that are shown."""
_TONES = {"error": Tone.BAD, "running": Tone.FRESH, "pending": Tone.MUTED}
_BODY_TONES = {PartKind.USER: Tone.OPEN, PartKind.THINKING: Tone.MUTED}


def items_of(turns: Iterable[Turn]) -> Iterator[Item]:
    """Everything in these turns."""
    for turn in turns:
        for entry in turn.entries:
            if entry.kind is PartKind.ANSWER and entry.title and not entry.passages:
                words = [Passage(Form.WORDS, entry.title)]  # why it ended, which may be long
                yield item(entry.id, passages=words, kind=entry.kind, tone=Tone.BAD)
                continue
            yield item(
                entry.id,
                head=_head(entry),
                passages=() if _is_told_at_a_glance(entry) else entry.passages,
                kind=entry.kind,
                is_noise=entry.is_noise,
                tone=_BODY_TONES.get(entry.kind, Tone.PLAIN),
                source=entry.child or "",
            )


def _is_told_at_a_glance(entry: Entry) -> bool:
    """A thought that its line holds whole."""
    text = entry.text.strip()
    return entry.kind is PartKind.THINKING and len(text) <= _GLANCE and "\n" not in text


def _head(entry: Entry) -> Iterator[Span]:
    """What was said speaks for itself; thoughts and deeds have a line."""
    if entry.kind is PartKind.THINKING:
        yield "thinks ", Tone.MUTED
        yield entry.text[:_GLANCE].strip().replace("\n", " "), Tone.MUTED
    elif entry.title:
        tool, _, what = entry.title.partition(" ")
        is_bare = not entry.status or entry.kind is PartKind.ANSWER
        tone = _TONES.get(entry.status, Tone.MUTED)
        if is_bare:
            yield entry.title, tone
            return
        yield f"{tool} ", Tone.STRONG
        yield what, Tone.PLAIN
        told = entry.remark if entry.status == "completed" else f"{entry.status}  {entry.remark}"
        yield f"  {told}", tone


def change_items(changes: Changes) -> Iterator[Item]:
    """A file each, its diffs beneath; then what git has uncommitted of them."""
    for changed in changes.files:
        file = changed.file
        yield item(
            file.path,
            head=(
                (f"{file.status or 'changed':<9}", Tone.MUTED),
                (f"+{file.additions} ", Tone.FRESH),
                (f"-{file.deletions}  ", Tone.BAD),
                (file.path, Tone.PLAIN),
            ),
            passages=[Passage(Form.DIFF, patch) for patch in changed.patches]
            or [Passage(Form.WORDS, "opencode kept no diff of it.")],
        )
    if changes.uncommitted:
        yield item(
            "git",
            head=(("uncommitted ", Tone.MIND), ("in git, of these files", Tone.MUTED)),
            passages=[Passage(Form.DIFF, changes.uncommitted)],
        )


def run_head(run: RunSeen, now: datetime) -> Iterator[Span]:
    """A run in a line: when, what, how long, and how it ended."""
    began = run.order.placed_at
    ended = run.end.at if run.end else now
    yield f"{began.astimezone():%m-%d %H:%M:%S}  ", Tone.MUTED
    yield f"{run.order.verb:<9}", Tone.STRONG
    yield f"{spell_age((ended - began).total_seconds()):>4}  ", Tone.PLAIN
    if run.end is None:
        words = "at work" if run.is_at_work else "never ended"
        yield words, Tone.FRESH if run.is_at_work else Tone.BAD
        return
    is_good = run.end.outcome in {RunOutcome.ANSWERED, RunOutcome.STOPPED}
    reason = f": {run.end.reason}" if run.end.reason else ""
    yield f"{run.end.outcome}{reason}", Tone.PLAIN if is_good else Tone.BAD
