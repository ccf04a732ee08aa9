"""One session: its facts, its last messages, its todos and the files it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kugetsu_tui.commands.list_sessions import spell_row
from kugetsu_tui.commands.ports import Conversations, Runs
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.commands.read_runs import ReadRuns
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import record_of, require_session, tracked_record
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL, Row
from kugetsu_tui.domain.conversation import (
    FileChange,
    FilePart,
    Message,
    OtherPart,
    Part,
    ReasoningPart,
    TextPart,
    Todo,
    ToolPart,
)
from kugetsu_tui.domain.errors import DatabaseUnreadableError, EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.run import RunSeen
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success

LAST_MESSAGES = 6
_LAST_RUNS = 5
"""Runs that are named to people; programs are told of all."""


@frozen(kw_only=True)
class Shown(Success):
    verb: ClassVar[str] = "show"

    row: Row
    prompt: str
    """What the latest run was asked, where that is kept."""
    messages: Sequence[Message]
    todos: Sequence[Todo]
    changes: Sequence[FileChange]
    history: Sequence[RunSeen] = ()
    """Its runs, the newest first."""
    warnings: tuple[str, ...] = ()

    def report(self) -> Report:
        return Report(body="\n".join(_lines(self)), warnings=self.warnings)

    def data(self) -> JsonObject:
        return {
            **spell_row(self.row),
            "prompt": self.prompt,
            "message_count": self.row.messages,
            "messages": [_spell_message(message) for message in self.messages],
            "todos": [{"content": todo.content, "status": todo.status} for todo in self.todos],
            "changes": [
                {
                    "path": change.path,
                    "additions": change.additions,
                    "deletions": change.deletions,
                    "status": change.status,
                }
                for change in self.changes
            ],
            "runs": [_spell_run(run) for run in self.history],
            "warnings": self.warnings,
        }


@frozen
class ShowSession:
    read_board: ReadBoard
    conversations: Conversations
    runs: Runs
    read_runs: ReadRuns
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            read_board=ReadBoard.of(world),
            conversations=world.conversations,
            runs=world.runs,
            read_runs=ReadRuns.of(world),
            resolve=ResolveRef.of(world),
        )

    def __call__(self, ref: str, *, limit: int = LAST_MESSAGES) -> Shown:
        """Everything there is to know of a tracked session, or of the base.

        Raises:
            NotFoundError: nobody tracks it.
        """
        return self.of_row(self._row(self.resolve.tracked_or_base(ref)), limit=limit)

    def _row(self, key: str | None) -> Row:
        board = self.read_board
        if key is not None:
            return board.row(key, tracked_record(key, board.store))
        record = record_of(None, board.store)
        return board.base(require_session(BASE_LABEL, record), record)

    def of_row(self, row: Row, *, limit: int = LAST_MESSAGES) -> Shown:
        """The same for a row of the board; what of it cannot be read becomes a warning."""
        shown = Shown(row=row, prompt="", messages=(), todos=(), changes=())
        try:
            shown = replace(shown, history=self.read_runs(row))
            if row.run_id:
                shown = replace(shown, prompt=self.runs.message(row.run_id))
        except EnvironmentUnfitError as error:
            shown = replace(shown, warnings=(error.message,))
        if row.session_id is None:
            return shown
        try:
            return replace(
                shown,
                messages=self.conversations.messages(row.session_id, limit=limit),
                todos=self.conversations.todos(row.session_id),
                changes=self.conversations.changes(row.session_id),
            )
        except DatabaseUnreadableError as error:
            return replace(shown, warnings=(*shown.warnings, error.message))


def facts(row: Row) -> Sequence[tuple[str, str]]:
    """What is known of a session, name by name."""
    found = (
        ("issue", row.label),
        ("state", f"{row.state} – {row.why}"),
        ("since", spell_moment(row.since) if row.since else ""),
        ("session", row.session_id or ""),
        ("title", row.title),
        ("directory", row.directory),
        ("model", row.model),
        ("messages", f"{row.messages:,}" if row.messages else ""),
        ("tokens", f"{row.tokens:,}" if row.tokens else ""),
        ("cost", f"${row.cost:.4f}" if row.cost else ""),
        ("files", f"{row.changed_files:,} changed" if row.changed_files else ""),
        ("created", row.created_at),
        ("updated", spell_moment(row.updated_at) if row.updated_at else ""),
        ("run", row.run_id or ""),
    )
    return [(name, value) for name, value in found if value]


def part_line(part: Part) -> str:
    """A part of a message in plain words: text whole, everything else in a line."""
    match part:
        case TextPart(text=text):
            return text
        case ReasoningPart(text=text):
            return f"(thinks) {text}"
        case ToolPart(tool=tool, status=status, title=title):
            return f"[{tool}] {title} – {status}"
        case FilePart(name=name):
            return f"[file] {name}"
        case OtherPart(kind=kind):
            return f"[{kind}]"


def change_words(change: FileChange) -> str:
    """A changed file in a line."""
    return f"+{change.additions} -{change.deletions} {change.path}"


def _lines(shown: Shown) -> list[str]:
    pairs = [
        *facts(shown.row),
        *(("todo", f"{todo.status}: {todo.content}") for todo in shown.todos),
        *(("changed", change_words(change)) for change in shown.changes),
        *(("ran", _run_words(run)) for run in shown.history[:_LAST_RUNS]),
    ]
    lines = [f"{name:<10} {clean_line(value)}" for name, value in pairs]
    for message in shown.messages:
        lines += ["", f"── {message.role}, {spell_moment(message.at)}"]
        lines += [part_line(part) for part in message.parts]
        if message.error:
            lines.append(f"error: {message.error}")
    return lines


def _spell_message(message: Message) -> JsonObject:
    return {
        "role": message.role,
        "at": spell_moment(message.at),
        "completed_at": spell_moment(message.completed_at) if message.completed_at else None,
        "finish": message.finish or None,
        "error": message.error or None,
        "text": "\n".join(p.text for p in message.parts if isinstance(p, TextPart)),
        "parts": [part_line(part) for part in message.parts],
    }


def _run_words(run: RunSeen) -> str:
    outcome = run.end.outcome if run.end else "at work" if run.is_at_work else "never ended"
    order = run.order
    return f"{spell_moment(order.placed_at)} {order.verb}: {outcome} ({order.run_id})"


def _spell_run(run: RunSeen) -> JsonObject:
    return {
        "run_id": run.order.run_id,
        "verb": run.order.verb,
        "placed_at": spell_moment(run.order.placed_at),
        "ended_at": spell_moment(run.end.at) if run.end else None,
        "outcome": run.end.outcome if run.end else None,
        "reason": run.end.reason if run.end else "",
    }
