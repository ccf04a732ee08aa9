"""`copy`: what people paste elsewhere about a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from shlex import quote

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.conversation import Message, TextPart
from kugetsu_tui.domain.errors import BadReferenceError, NotFoundError
from kugetsu_tui.domain.issue_url import issue_url
from kugetsu_tui.domain.text import clean, clean_line
from kugetsu_tui.tui.dialogs.question import Choice, Question
from kugetsu_tui.tui.flows.stage import Stage

_NAMES = len("directory") + 2
_GLANCE = 200
"""Characters of what would be copied that are shown: no terminal has room for more."""


async def copy_words(stage: Stage) -> None:
    """A letter chooses; OSC 52 brings it to the clipboard, through tmux and SSH as well."""
    row = stage.selected
    if row is None:
        raise NotFoundError("copy: nothing is selected", remedy="start")
    shown = await stage.do("reading its answer", partial(stage.commands.show.of_row, row))
    every = (*_things(row), ("a", "answer", _answer(shown.messages)))
    things = {key: (name, words) for key, name, words in every if words}
    choices = [
        Choice(key, f"{name:<{_NAMES}}{clean_line(words, _GLANCE)}")
        for key, (name, words) in things.items()
    ]
    question = Question(f"copy of {row.label}", (), choices, is_list=True)
    if (picked := await stage.ask(question)) is None:
        return
    name, words = things[picked.choice]
    stage.copy(words)
    stage.tell(f"the {name} is copied")


def _things(row: Row) -> Iterator[tuple[str, str, str]]:
    """Key, name, and what is copied; empty where the row has no such thing."""
    yield "r", "reference", row.issue_ref or ""
    yield "i", "id", row.session_id or ""
    yield "d", "directory", row.directory
    yield "u", "URL", _url(row)
    yield "c", "command", command_for(row)


def _answer(messages: Sequence[Message]) -> str:
    """What was answered last: that is what goes into the issue."""
    for message in reversed(messages):
        texts = [part.text for part in message.parts if isinstance(part, TextPart)]
        if message.role == "assistant" and (answer := "\n\n".join(texts).strip()):
            return clean(answer)
    return ""


def _url(row: Row) -> str:
    try:
        return issue_url(row.issue_ref) if row.issue_ref else ""
    except BadReferenceError:
        return ""


def command_for(row: Row) -> str:
    """The command line that shows the same session."""
    if row.kind is RowKind.BASE:
        return "kugetsu list --kind base"
    if row.issue_ref is None:
        return f"kugetsu-tui {quote(row.session_id or '')}"
    return f"kugetsu-tui --batch show {quote(row.issue_ref)}"
