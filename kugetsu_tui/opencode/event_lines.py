"""opencode's stdout, `--format json`: one line in, what happened in it out."""

from __future__ import annotations

from kugetsu_tui.domain.json_value import JsonObject, object_of, text_of
from kugetsu_tui.domain.run_event import (
    ErrorReported,
    RunEvent,
    Said,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import SessionId, session_id_of
from kugetsu_tui.opencode.parts import (
    amount_of,
    explain_error,
    parse_object,
    tokens_of,
    tool_of,
)


def events_of_line(line: bytes, session_id: SessionId | None = None) -> tuple[RunEvent, ...]:
    """What the line tells; nothing where it is torn, foreign or of another session.

    Args:
        line: as it came, with or without its line feed.
        session_id: the run's session, once it is known; until then, a line names it.
    """
    fields = parse_object(line)
    named = session_id_of(text_of(fields.get("sessionID")) or "")
    if named is None or session_id not in {None, named}:
        return ()
    event = event_of(fields)
    news = () if session_id else (SessionNamed(named),)
    return (*news, event) if event else news


def event_of(fields: JsonObject) -> RunEvent | None:
    part = object_of(fields.get("part"))
    match fields.get("type"):
        case "text":
            text = text_of(part.get("text"))
            return Said(text) if text else None
        case "tool_use":
            tool = tool_of(part)
            return ToolUsed(
                tool=tool.tool,
                title=tool.title,
                output=tool.output,
                is_error=tool.status == "error",
            )
        case "step_finish":
            return StepFinished(
                finish=text_of(part.get("reason")) or "",
                tokens=tokens_of(object_of(part.get("tokens"))),
                cost=amount_of(part.get("cost")),
            )
        case "error":
            return _error_of(fields)
        case _:
            return None


def _error_of(fields: JsonObject) -> ErrorReported | None:
    """Nothing where opencode only says which line of its log, on stderr, has the error."""
    error = object_of(fields.get("error"))
    if text_of(object_of(error.get("data")).get("ref")):
        return None
    return ErrorReported(explain_error(error) or "opencode reported an error without words")
