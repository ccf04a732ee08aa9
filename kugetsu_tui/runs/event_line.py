"""A run's events as lines of JSON."""

from __future__ import annotations

import json
from datetime import datetime
from typing import assert_never

from kugetsu_tui.domain.json_value import Json, JsonObject, number_of, object_of, text_of
from kugetsu_tui.domain.run import (
    AgentReplaced,
    Asked,
    Ended,
    ErrorReported,
    Journalled,
    PermissionRejected,
    PromptAccepted,
    Replied,
    Retrying,
    RunEnd,
    RunEvent,
    RunOutcome,
    Said,
    Saying,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.ask_json import ask_of, spell_ask


def spell_line(entry: Journalled) -> bytes:
    """The entry on one line of ASCII, its line feed included."""
    document = {"at": entry.at.isoformat(timespec="milliseconds"), **_spell_event(entry.event)}
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


def line_of(line: bytes) -> Journalled | None:
    """The entry on a line; nothing where it is torn, or newer than this program."""
    try:
        document: Json = json.loads(line)
        keys = object_of(document)
        at = datetime.fromisoformat(_text(keys, "at"))
        event = _event_of(keys)
    except (ValueError, RecursionError):
        return None
    return None if event is None else Journalled(at, event)


def _spell_event(event: RunEvent) -> JsonObject:
    match event:
        case SessionNamed(session_id=session_id):
            return {"event": "session_named", "session_id": session_id}
        case PromptAccepted():
            return {"event": "prompt_accepted"}
        case Saying(text=text):
            return {"event": "saying", "text": text}
        case Said(text=text):
            return {"event": "said", "text": text}
        case ToolUsed(tool=tool, title=title, output=output, is_error=is_error):
            return {
                "event": "tool_used",
                "tool": tool,
                "title": title,
                "output": output,
                "is_error": is_error,
            }
        case StepFinished(finish=finish, tokens=tokens, cost=cost):
            return {"event": "step_finished", "finish": finish, "tokens": tokens, "cost": cost}
        case Retrying(reason=reason, next_at=next_at):
            told = next_at.isoformat(timespec="milliseconds") if next_at else None
            return {"event": "retrying", "reason": reason, "next_at": told}
        case Asked(ask=ask):
            return {"event": "asked", "ask": spell_ask(ask)}
        case Replied(ask_id=ask_id, what=what, by=by):
            return {"event": "replied", "ask_id": ask_id, "what": what, "by": by}
        case PermissionRejected(request=request):
            return {"event": "permission_rejected", "request": request}
        case AgentReplaced(agent=agent):
            return {"event": "agent_replaced", "agent": agent}
        case ErrorReported(message=message):
            return {"event": "error_reported", "message": message}
        case Ended(end=end):
            return {"event": "ended", **_spell_end(end)}
        case _:
            assert_never(event)


def _event_of(keys: JsonObject) -> RunEvent | None:
    match keys.get("event"):
        case "session_named":
            return SessionNamed(SessionId(_text(keys, "session_id")))
        case "prompt_accepted":
            return PromptAccepted()
        case "saying":
            return Saying(_text(keys, "text"))
        case "said":
            return Said(_text(keys, "text"))
        case "tool_used":
            return ToolUsed(
                tool=_text(keys, "tool"),
                title=_text(keys, "title"),
                output=_text(keys, "output"),
                is_error=keys.get("is_error") is True,
            )
        case "step_finished":
            return StepFinished(
                finish=_text(keys, "finish"),
                tokens=int(number_of(keys.get("tokens")) or 0),
                cost=number_of(keys.get("cost")) or 0.0,
            )
        case "retrying":
            next_at = text_of(keys.get("next_at"))
            return Retrying(
                _text(keys, "reason"), datetime.fromisoformat(next_at) if next_at else None
            )
        case "asked":
            return Asked(ask_of(keys.get("ask")))
        case "replied":
            return Replied(
                ask_id=_text(keys, "ask_id"), what=_text(keys, "what"), by=_text(keys, "by")
            )
        case "permission_rejected":
            return PermissionRejected(_text(keys, "request"))
        case "agent_replaced":
            return AgentReplaced(_text(keys, "agent"))
        case "error_reported":
            return ErrorReported(_text(keys, "message"))
        case "ended":
            return Ended(_end_of(keys))
        case _:
            return None


def _spell_end(end: RunEnd) -> JsonObject:
    return {
        "outcome": end.outcome.value,
        "ended_at": end.at.isoformat(),
        "reason": end.reason,
        "exit_status": end.exit_status,
        "signal": end.signal,
    }


def _end_of(keys: JsonObject) -> RunEnd:
    return RunEnd(
        outcome=RunOutcome(_text(keys, "outcome")),
        at=datetime.fromisoformat(_text(keys, "ended_at")),
        reason=_text(keys, "reason"),
        exit_status=_whole(keys, "exit_status"),
        signal=_whole(keys, "signal"),
    )


def _whole(keys: JsonObject, key: str) -> int | None:
    number = number_of(keys.get(key))
    return None if number is None else int(number)


def _text(keys: JsonObject, key: str) -> str:
    match keys.get(key):
        case str() as text:
            return text
        case _:
            raise ValueError(f"{key} is missing")
