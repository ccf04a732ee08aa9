"""`copy`: what people paste elsewhere about a session."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.errors import BadReferenceError, NotFoundError
from kugetsu_tui.domain.issue_url import issue_url
from kugetsu_tui.tui.dialogs.question import Choice, Question
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.widgets.look import Tone


async def copy_words(stage: Stage) -> None:
    """A letter chooses; OSC 52 brings it to the clipboard, through tmux and SSH as well."""
    row = stage.selected
    if row is None:
        raise NotFoundError("copy: nothing is selected", remedy="start")
    things = {key: (name, words) for key, name, words in _things(row) if words}
    lines = [(f"{key}  {words}", Tone.PLAIN) for key, (_, words) in things.items()]
    choices = [Choice(key, name) for key, (name, _) in things.items()]
    if (picked := await stage.ask(Question(f"copy of {row.label}", lines, choices))) is None:
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
