"""A session in lines of safe text: what its run says, its last messages, its facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kugetsu_tui.commands.read_log import event_words
from kugetsu_tui.commands.show_session import Shown, facts
from kugetsu_tui.domain.moment import parse_moment
from kugetsu_tui.domain.run import RunOutcome
from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    Asked,
    Ended,
    EngineReplaced,
    ErrorReported,
    Journalled,
    PermissionRejected,
    Replied,
    Retrying,
    Said,
    Saying,
    ServerAwaited,
    ToolUsed,
)
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.text_lines import MOST_LINES, Line

_NAME_WIDTH = 11
_MOMENTS = frozenset({"since", "created", "updated"})
"""Facts that are told by the clock on the wall; commands tell them as programs want them."""
_TODO_LOOKS = {
    "completed": ("✓", Tone.MUTED),
    "in_progress": ("▶ now:", Tone.FRESH),
    "pending": ("○", Tone.PLAIN),
    "cancelled": ("✗ given up:", Tone.MUTED),
}
"""opencode's words for how far a todo has come, as a mark that needs no colour."""


def paragraphs(text: str, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """The last lines of a text, each made safe."""
    for line in text.replace("\r\n", "\n").split("\n")[-MOST_LINES:]:
        yield Line(clean_line(line), tone)


def event_lines(journalled: Journalled) -> Iterator[Line]:
    """An event of a run; what was said has a blank line around it, once it is finished."""
    event = journalled.event
    match event:
        case Saying():
            return
        case Asked() | Replied():
            yield from paragraphs(event_words(event), Tone.MIND)
        case Said(text=text):
            yield Line("")
            yield from paragraphs(text.strip("\n"))
            yield Line("")
        case ToolUsed(is_error=True) | ErrorReported() | PermissionRejected():
            yield from paragraphs(event_words(event), Tone.BAD)
        case Retrying() | AgentReplaced() | EngineReplaced() | ServerAwaited():
            yield from paragraphs(event_words(event), Tone.MIND)
        case Ended(end=end):
            is_good = end.outcome in {RunOutcome.ANSWERED, RunOutcome.STOPPED}
            at = end.at.astimezone().strftime("%H:%M:%S")
            tone = Tone.MUTED if is_good else Tone.BAD
            yield from paragraphs(f"{event_words(event)}  {at}", tone)
        case _:
            yield from paragraphs(event_words(event), Tone.MUTED)


def todo_lines(shown: Shown) -> Iterator[Line]:
    """What the session means to do, each with how far it has come."""
    for todo in shown.todos:
        mark, tone = _TODO_LOOKS.get(todo.status, ("·", Tone.MUTED))
        yield Line(f"{mark} {clean_line(todo.content)}", tone)
        if todo.status not in _TODO_LOOKS:
            yield Line(f"  {clean_line(todo.status)}", Tone.MUTED)
    if not shown.todos and not shown.warnings:
        yield Line("It has written down no todos.", Tone.MUTED)
    for warning in shown.warnings:
        yield from paragraphs(warning, Tone.MIND)


def fact_lines(shown: Shown) -> Iterator[Line]:
    """Everything known of a session, name by name."""
    for name, value in facts(shown.row):
        if name in _MOMENTS and (moment := parse_moment(value)) is not None:
            value = f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"  # noqa: PLW2901 - the same, here
        yield Line(f"{name:<{_NAME_WIDTH}}{clean_line(value)}")
    yield from _chapter("asked", shown.prompt.strip("\n").split("\n") if shown.prompt else ())
    for warning in shown.warnings:
        yield from paragraphs(warning, Tone.MIND)


def _chapter(name: str, lines: Sequence[str]) -> Iterator[Line]:
    if lines:
        yield Line("")
        yield Line(name, Tone.STRONG)
        yield from (Line(clean_line(line)) for line in lines)
