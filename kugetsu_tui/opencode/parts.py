"""opencode's JSON about parts of a message, tools and errors, in this program's words."""

from __future__ import annotations

import json
from math import isfinite

from kugetsu_tui.domain.conversation import (
    FilePart,
    OtherPart,
    Part,
    ReasoningPart,
    TextPart,
    ToolPart,
)
from kugetsu_tui.domain.json_value import Json, JsonObject, number_of, object_of, text_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.needs import with_need

OUTPUT_CAP = 8192
"""Characters kept of what a tool printed: its end."""
LINE_CAP = 500
"""Characters kept of what is shown as one line."""
ABORTED = "MessageAbortedError"
"""opencode's name for an answer that was ended from its own screen or over HTTP."""

BOOKKEEPING = frozenset({"step-start", "step-finish", "snapshot", "patch"})
"""Parts that hold no words of anybody."""
_CALLED_WITH = ("command", "filePath", "pattern", "url", "query", "description", "name", "tool")
"""Keys of a tool's input that say what it was called with, the most telling first."""
_FAULT_OF_SERVER = 500
_STACK = "\n    at "


def parse_object(text: bytes | str) -> JsonObject:
    """The JSON object that the text is; an empty one where it is anything else."""
    try:
        value: Json = json.loads(text.decode(errors="replace") if isinstance(text, bytes) else text)
    except (ValueError, RecursionError):
        return {}
    return object_of(value)


def amount_of(value: Json) -> float:
    """The number that the value is; zero where it is none, or no finite one."""
    try:
        amount = float(number_of(value) or 0)
    except OverflowError:
        return 0.0
    return amount if isfinite(amount) else 0.0


def tokens_of(tokens: JsonObject) -> int:
    """All tokens of a step: read, written and cached."""
    cache = object_of(tokens.get("cache"))
    counted = (tokens.get("input"), tokens.get("output"), tokens.get("reasoning"))
    return int(sum(map(amount_of, (*counted, cache.get("read"), cache.get("write")))))


def part_of(part: JsonObject) -> Part | None:
    """The part as people read it; nothing where it is empty or bookkeeping."""
    kind = text_of(part.get("type")) or "unreadable part"
    if kind in BOOKKEEPING:
        return None
    match kind:
        case "text" if part.get("synthetic"):
            return OtherPart("text added by opencode")
        case "text":
            text = text_of(part.get("text"))
            return TextPart(text) if text else None
        case "reasoning":
            text = text_of(part.get("text"))
            return ReasoningPart(text) if text else None
        case "tool":
            return tool_of(part)
        case "file":
            return FilePart(text_of(part.get("filename")) or text_of(part.get("url")) or "file")
        case _:
            return OtherPart(kind)


def tool_of(part: JsonObject) -> ToolPart:
    """A tool call, with what it was called with in a line and the end of what it printed."""
    state = object_of(part.get("state"))
    called = object_of(state.get("input"))
    given = (text_of(called.get(key)) for key in _CALLED_WITH)
    title = next(filter(None, given), None) or text_of(state.get("title")) or ""
    name = text_of(part.get("tool")) or "tool"
    output = text_of(state.get("error")) or text_of(state.get("output")) or ""
    return ToolPart(
        tool=name,
        # opencode calls a tool that does not exist `invalid`, and says it completed
        status="error" if name == "invalid" else text_of(state.get("status")) or "pending",
        title=clean_line(title, LINE_CAP),
        output=output if len(output) <= OUTPUT_CAP else f"…{output[-OUTPUT_CAP:]}",
    )


def explain_error(error: Json) -> str:
    """An error of opencode or of the provider, in one plain line; empty where there is none."""
    if not error:
        return ""
    fields = object_of(error)
    data = object_of(fields.get("data"))
    name = text_of(fields.get("name")) or "unknown error"
    message = text_of(data.get("message")) or text_of(fields.get("message")) or name
    said = clean_line(_without_stack(message).strip(), LINE_CAP)
    match name:
        case "APIError":
            return _explain_refusal(int(amount_of(data.get("statusCode"))), said, _host(data))
        case "ProviderAuthError":
            return f"the provider wants a login: {said} (opencode auth login)"
        case "ContextOverflowError":
            return f"the conversation no longer fits the model: {said}"
        case "MessageOutputLengthError":
            return "the answer was cut: the model's output limit was reached"
        case "MessageAbortedError":
            return "it was aborted in opencode"
        case _:
            return with_need(said)


def _without_stack(message: str) -> str:
    """What a JavaScript error says, without its class and where it happened."""
    said, stack, _ = message.partition(_STACK)
    if not stack:
        return message
    kind, _, words = said.partition(": ")
    return words if words and kind.isidentifier() else said


def _host(data: JsonObject) -> str:
    """Of the address that was asked."""
    url = text_of(object_of(data.get("metadata")).get("url")) or ""
    return clean_line(url.partition("://")[2].partition("/")[0], LINE_CAP)


def _explain_refusal(status: int, said: str, host: str) -> str:
    if not status:
        explained = with_need(said, provider=host)
        return explained if explained != said else f"the provider failed: {said}"
    blame = "failed" if status >= _FAULT_OF_SERVER else "refused"
    login = " (opencode auth login)" if status in {401, 403} else ""
    return f"the provider {blame}: {status} {said}{login}"
