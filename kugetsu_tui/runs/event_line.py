"""A run's events as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from kugetsu_tui.domain.json_value import Json, JsonObject, number_of, object_of, text_of
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    Asked,
    Begun,
    Cut,
    Ended,
    EngineReplaced,
    ErrorReported,
    Journalled,
    PermissionRejected,
    PromptAccepted,
    Queued,
    Replied,
    Retrying,
    RunEvent,
    Said,
    Saying,
    ServerAwaited,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import session_id_of
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
    except (ValueError, OverflowError, RecursionError):
        return None
    return None if event is None else Journalled(at, event)


def _spell_event(event: RunEvent) -> JsonObject:
    fields: JsonObject
    match event:
        case Asked(ask=ask):
            fields = {"ask": spell_ask(ask)}
        case Retrying(reason=reason, next_at=next_at):
            when = next_at.isoformat(timespec="milliseconds") if next_at else None
            fields = {"reason": reason, "next_at": when}
        case Ended(end=end):
            fields = _spell_end(end)
        case _:
            fields = {name: getattr(event, name) for name in type(event).__match_args__}
    return {"event": _name_of(type(event).__name__), **fields}


def _name_of(event: str) -> str:
    """`SessionNamed` is `session_named`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in event).lstrip("_")


def _event_of(keys: JsonObject) -> RunEvent | None:
    read = _READERS.get(_text(keys, "event"))
    return read(keys) if read else None


def _retrying(keys: JsonObject) -> Retrying:
    when = text_of(keys.get("next_at"))
    return Retrying(_text(keys, "reason"), datetime.fromisoformat(when) if when else None)


def _session_named(keys: JsonObject) -> SessionNamed:
    named = _text(keys, "session_id")
    if (session_id := session_id_of(named)) is None:
        raise ValueError(f"{named!r} is no session id")
    return SessionNamed(session_id)


def _tool_used(keys: JsonObject) -> ToolUsed:
    return ToolUsed(
        tool=_text(keys, "tool"),
        title=_text(keys, "title"),
        output=_text(keys, "output"),
        is_error=keys.get("is_error") is True,
    )


def _step_finished(keys: JsonObject) -> StepFinished:
    return StepFinished(
        finish=_text(keys, "finish"),
        tokens=int(number_of(keys.get("tokens")) or 0),
        cost=number_of(keys.get("cost")) or 0.0,
    )


_READERS: Mapping[str, Callable[[JsonObject], RunEvent]] = {
    "queued": lambda _: Queued(),
    "begun": lambda _: Begun(),
    "engine_replaced": lambda keys: EngineReplaced(_text(keys, "reason")),
    "server_awaited": lambda keys: ServerAwaited(_text(keys, "reason")),
    "session_named": _session_named,
    "prompt_accepted": lambda _: PromptAccepted(),
    "saying": lambda keys: Saying(_text(keys, "text")),
    "said": lambda keys: Said(_text(keys, "text")),
    "tool_used": _tool_used,
    "step_finished": _step_finished,
    "retrying": _retrying,
    "asked": lambda keys: Asked(ask_of(keys.get("ask"))),
    "replied": lambda keys: Replied(
        ask_id=_text(keys, "ask_id"), what=_text(keys, "what"), by=_text(keys, "by")
    ),
    "permission_rejected": lambda keys: PermissionRejected(_text(keys, "request")),
    "agent_replaced": lambda keys: AgentReplaced(_text(keys, "agent")),
    "error_reported": lambda keys: ErrorReported(_text(keys, "message")),
    "cut": lambda _: Cut(),
    "ended": lambda keys: Ended(_end_of(keys)),
}


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
