"""opencode's messages and parts as the entries of a transcript."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePath

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject, number_of, object_of, text_of
from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.domain.transcript import Entry, PartKind
from kugetsu_tui.opencode.parts import BOOKKEEPING, explain_error, tool_of

_KINDS = {
    **dict.fromkeys(
        (
            "read",
            "write",
            "edit",
            "multiedit",
            "patch",
            "apply_patch",
            "list",
            "glob",
            "grep",
            "lsp",
        ),
        PartKind.FILE,
    ),
    **dict.fromkeys(("bash", "shell"), PartKind.SHELL),
    "task": PartKind.TASK,
    **dict.fromkeys(("webfetch", "websearch", "codesearch"), PartKind.WEB),
}
"""opencode's built-in tools that have a kind of their own."""
_TODO_MARKS = {"completed": "x", "in_progress": ">", "cancelled": "-"}
_REMARK_CAP = 120


@frozen
class Part:
    """One row of opencode's part table."""

    id: str
    at: datetime
    role: str
    """Of its message."""
    fields: JsonObject


def entry_of(part: Part) -> Entry | None:
    """The part as an entry; nothing for a text without a word."""
    kind = text_of(part.fields.get("type")) or "unreadable part"
    match kind:
        case "text" | "reasoning":
            return _said(part, kind)
        case "tool":
            return _tool(part)
        case "file":
            name = text_of(part.fields.get("filename")) or text_of(part.fields.get("url")) or "file"
            return _other(part, f"file {name}", is_noise=False)
        case _:
            return _other(part, kind, is_noise=kind in BOOKKEEPING)


def error_entry(message_id: str, at: datetime, message: JsonObject) -> Entry | None:
    """What ended a message before its time."""
    if not (error := explain_error(message.get("error"))):
        return None
    return Entry(id=f"{message_id}-error", kind=PartKind.ANSWER, at=at, title=error, status="error")


def _said(part: Part, kind: str) -> Entry | None:
    text = text_of(part.fields.get("text"))
    if not text or not text.strip():
        return None
    if part.fields.get("synthetic"):
        return Entry(
            id=part.id,
            kind=PartKind.OTHER,
            at=part.at,
            title="text added by opencode",
            passages=(Passage(Form.CODE, text),),
        )
    said_by = PartKind.USER if part.role == "user" else PartKind.ANSWER
    who = PartKind.THINKING if kind == "reasoning" else said_by
    form = Form.MARKDOWN if who is PartKind.ANSWER else Form.WORDS
    return Entry(id=part.id, kind=who, at=part.at, passages=(Passage(form, text),))


def _other(part: Part, title: str, *, is_noise: bool) -> Entry:
    return Entry(
        id=part.id,
        kind=PartKind.OTHER,
        at=part.at,
        title=clean_line(title),
        passages=(_json(part.fields),),
        is_noise=is_noise,
    )


def _tool(part: Part) -> Entry:
    state = object_of(part.fields.get("state"))
    metadata = object_of(state.get("metadata"))
    tool = tool_of(part.fields)
    kind = _KINDS.get(tool.tool, PartKind.TOOL)
    called_with = text_of(state.get("title")) if kind is PartKind.FILE else None
    child = text_of(metadata.get("sessionId")) if kind is PartKind.TASK else None
    title = clean_line(f"{tool.tool} {called_with or tool.title}".rstrip())
    return Entry(
        id=part.id,
        kind=kind,
        at=part.at,
        title=title,
        passages=tuple(each for each in _told_by_tool(tool.tool, state) if each.text),
        status=tool.status,
        remark=clean_line(_remark(tool.tool, state), _REMARK_CAP),
        child=SessionId(child) if child else None,
    )


def _told_by_tool(tool: str, state: JsonObject) -> Iterator[Passage]:
    """What it was called with, where that is more than its title, and what came of it."""
    if error := text_of(state.get("error")):
        yield _json(object_of(state.get("input")))
        yield Passage(Form.CODE, error)
    elif tool in _TELLING:
        yield from _TELLING[tool](object_of(state.get("input")), state)
    else:
        yield _json(object_of(state.get("input")))
        yield _printed(state)


def _of_bash(called: JsonObject, state: JsonObject) -> Iterator[Passage]:
    yield Passage(Form.CODE, f"$ {text_of(called.get('command')) or ''}", "console")
    yield _printed(state)


def _printed(state: JsonObject) -> Passage:
    """What it wrote; while it runs, what it wrote so far."""
    so_far = text_of(object_of(state.get("metadata")).get("output"))
    return Passage(Form.CODE, (text_of(state.get("output")) or so_far or "").strip("\n"))


def _of_edit(called: JsonObject, state: JsonObject) -> Iterator[Passage]:
    diff = text_of(object_of(state.get("metadata")).get("diff"))
    if diff or (diff := text_of(called.get("patchText"))):
        yield Passage(Form.DIFF, diff)
    else:
        yield _json(called)


def _of_write(called: JsonObject, _state: JsonObject) -> Iterator[Passage]:
    content = text_of(called.get("content")) or ""
    yield Passage(Form.CODE, content, _language(called))


def _of_read(called: JsonObject, state: JsonObject) -> Iterator[Passage]:
    display = object_of(object_of(state.get("metadata")).get("display"))
    if text := text_of(display.get("text")):
        yield Passage(Form.CODE, text, _language(called))
    else:
        yield _printed(state)


def _of_task(called: JsonObject, state: JsonObject) -> Iterator[Passage]:
    yield Passage(Form.WORDS, text_of(called.get("prompt")) or "")
    yield Passage(Form.MARKDOWN, text_of(state.get("output")) or "")


def _of_todos(called: JsonObject, _state: JsonObject) -> Iterator[Passage]:
    todos = called.get("todos")
    if not isinstance(todos, list):
        return
    lines = [
        f"[{_TODO_MARKS.get(text_of(todo.get('status')) or '', ' ')}]"
        f" {text_of(todo.get('content')) or ''}"
        for todo in map(object_of, todos)
    ]
    yield Passage(Form.WORDS, "\n".join(lines))


_TELLING: Mapping[str, Callable[[JsonObject, JsonObject], Iterator[Passage]]] = {
    "bash": _of_bash,
    "edit": _of_edit,
    "multiedit": _of_edit,
    "apply_patch": _of_edit,
    "patch": _of_edit,
    "write": _of_write,
    "read": _of_read,
    "task": _of_task,
    "todowrite": _of_todos,
}


def _remark(tool: str, state: JsonObject) -> str:
    """What came of it, in a few words."""
    metadata = object_of(state.get("metadata"))
    if error := text_of(state.get("error")):
        return error
    exit_status = number_of(metadata.get("exit"))
    if exit_status:
        return f"exit {int(exit_status)}"
    change = object_of(metadata.get("filediff"))
    if change:
        added, gone = number_of(change.get("additions")), number_of(change.get("deletions"))
        return f"+{int(added or 0)} -{int(gone or 0)}"
    if tool in {"todowrite", "task"}:
        return ""
    lines = (text_of(state.get("output")) or "").strip("\n")
    return f"{lines.count(chr(10)) + 1} lines" if "\n" in lines else lines


def _language(called: JsonObject) -> str:
    return PurePath(text_of(called.get("filePath")) or "").suffix.removeprefix(".")


def _json(fields: JsonObject) -> Passage:
    text = json.dumps(fields, indent=2, ensure_ascii=False) if fields else ""
    return Passage(Form.CODE, text, "json")
