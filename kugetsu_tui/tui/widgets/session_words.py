"""A session in lines of safe text: what its run says, its last messages, its facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kugetsu_tui.commands.read_log import event_words
from kugetsu_tui.commands.show_session import Shown, change_words, facts, part_line
from kugetsu_tui.domain.conversation import Message, TextPart
from kugetsu_tui.domain.moment import spell_age
from kugetsu_tui.domain.run import (
    AgentReplaced,
    Ended,
    ErrorReported,
    Journalled,
    PermissionRejected,
    Retrying,
    RunOutcome,
    Said,
    ToolUsed,
)
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.text_lines import MOST_LINES, Line

_NAME_WIDTH = 11


def paragraphs(text: str, tone: Tone = Tone.PLAIN) -> Iterator[Line]:
    """The last lines of a text, each made safe."""
    for line in text.replace("\r\n", "\n").split("\n")[-MOST_LINES:]:
        yield Line(clean_line(line), tone)


def event_lines(journalled: Journalled) -> Iterator[Line]:
    """An event of a run; what was said has a blank line around it."""
    event = journalled.event
    match event:
        case Said(text=text):
            yield Line("")
            yield from paragraphs(text.strip("\n"))
            yield Line("")
        case ToolUsed(is_error=True) | ErrorReported() | PermissionRejected():
            yield from paragraphs(event_words(event), Tone.BAD)
        case Retrying() | AgentReplaced():
            yield from paragraphs(event_words(event), Tone.MIND)
        case Ended(end=end):
            is_good = end.outcome in {RunOutcome.ANSWERED, RunOutcome.STOPPED}
            at = end.at.astimezone().strftime("%H:%M:%S")
            tone = Tone.MUTED if is_good else Tone.BAD
            yield from paragraphs(f"{event_words(event)}  {at}", tone)
        case _:
            yield from paragraphs(event_words(event), Tone.MUTED)


def message_lines(shown: Shown, now: datetime) -> Iterator[Line]:
    """The last messages, each under who said it and how long ago."""
    for warning in shown.warnings:
        yield from paragraphs(warning, Tone.MIND)
    for message in shown.messages:
        age = spell_age((now - message.at).total_seconds())
        tone = Tone.OPEN if message.role == "user" else Tone.STRONG
        yield Line(f"{clean_line(message.role)}  {age}", tone)
        yield from _part_lines(message)
        yield Line("")


def _part_lines(message: Message) -> Iterator[Line]:
    for part in message.parts:
        tone = Tone.PLAIN if isinstance(part, TextPart) else Tone.MUTED
        yield from paragraphs(part_line(part).strip("\n"), tone)
    if message.error:
        yield from paragraphs(message.error, Tone.BAD)
    if message.completed_at is None and message.role != "user":
        yield Line("…", Tone.MUTED)


def fact_lines(shown: Shown) -> Iterator[Line]:
    """Everything known of a session, name by name; then its todos and changed files."""
    for name, value in facts(shown.row):
        yield Line(f"{name:<{_NAME_WIDTH}}{clean_line(value)}")
    yield from _chapter("asked", shown.prompt.strip("\n").split("\n") if shown.prompt else ())
    yield from _chapter("todos", [f"{todo.status}: {todo.content}" for todo in shown.todos])
    yield from _chapter("changed files", [change_words(change) for change in shown.changes])
    for warning in shown.warnings:
        yield from paragraphs(warning, Tone.MIND)


def _chapter(name: str, lines: Sequence[str]) -> Iterator[Line]:
    if lines:
        yield Line("")
        yield Line(name, Tone.STRONG)
        yield from (Line(clean_line(line)) for line in lines)
