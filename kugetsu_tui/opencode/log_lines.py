"""opencode's stderr, `--print-logs`: one line of its log in, what happened in it out."""

from __future__ import annotations

import re

from kugetsu_tui.domain.run_event import (
    AgentReplaced,
    ErrorReported,
    PermissionRejected,
    Retrying,
    RunEvent,
    SessionNamed,
)
from kugetsu_tui.domain.session import SessionId, session_id_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.needs import with_need
from kugetsu_tui.opencode.parts import LINE_CAP

_LOG = re.compile(r"timestamp=\S+ level=|(?:DEBUG|INFO|WARN|ERROR) +\S+ \+\d+ms ")
"""How a line of the log begins: logfmt; in opencode 1.3 a form of its own."""
_FIELD = re.compile(r'([\w.-]+)=("(?:[^"\\]|\\.)*"|\S*)(?: |$)')
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_REJECTED = re.compile(r"! permission requested: (.+?)(; auto-rejecting)?")
_REPLACED = re.compile(r'! +agent "([^"]+)" .+ Falling back to default agent')
_ERROR_CLASS = re.compile(r"\b\w{1,80}Error: ")
"""Bounded: a provider may answer with a megabyte and not one blank."""

_OLD_CREATED = re.compile(r"INFO +\S+ \+\d+ms service=session id=(\S+) .* created")
_OLD_CHILD = " parentID=ses_"
_OLD_RETRY = re.compile(r"ERROR +\S+ \+\d+ms service=session\.processor error=(.*?) stack=")


def events_of_log_line(line: bytes, session_id: SessionId | None = None) -> tuple[RunEvent, ...]:
    """What the line tells; nothing where it is torn or tells nothing.

    A permission is quoted as the model worded it, line feeds and all: whatever follows such a line
    may look like a line of the log. So a session, once known, is never named again.

    Args:
        line: as it came, with or without its line feed.
        session_id: the run's session, once it is known; until then, a line names it.
    """
    text = _plain(line)
    if rejected := _REJECTED.fullmatch(text):
        request = rejected[1] if rejected[2] else f"{rejected[1]} …"
        return (PermissionRejected(clean_line(request, LINE_CAP)),)
    if replaced := _REPLACED.fullmatch(text):
        return (AgentReplaced(clean_line(replaced[1], LINE_CAP)),)
    if not _LOG.match(text):
        return ()
    event = _event_of(_fields(text)) if text.startswith("timestamp=") else _old_event_of(text)
    if event is None or (session_id and isinstance(event, SessionNamed)):
        return ()
    return (event,)


def last_words_of(line: bytes) -> str:
    """What the line says to people, clean; empty where it is a line of the log, or blank."""
    text = _plain(line)
    if _LOG.match(text):
        return ""
    return clean_line(text.removeprefix("Error: ").strip(), LINE_CAP)


def _plain(line: bytes) -> str:
    return _COLOUR.sub("", line.decode(errors="replace")).rstrip()


def _fields(text: str) -> dict[str, str]:
    """The fields of a logfmt line, up to the first that is none."""
    fields: dict[str, str] = {}
    position = 0
    while found := _FIELD.match(text, position):
        fields.setdefault(found[1], _unquoted(found[2]))
        position = found.end()
    return fields


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", lambda escape: " " if escape[1] in "nrt" else escape[1], value[1:-1])


def _event_of(fields: dict[str, str]) -> RunEvent | None:
    error = next((value for key, value in fields.items() if key.startswith("error")), "")
    match fields.get("message"):
        case "created" if fields.get("parentID") == "undefined":
            named = session_id_of(fields.get("id", ""))
            return SessionNamed(named) if named else None
        case "stream error" if fields.get("small") != "true":  # a small model only writes titles
            return Retrying(with_need(_reason(error), provider=fields.get("providerID", "")))
        case "failed" if "ref" in fields:
            return ErrorReported(with_need(_reason(error)))
        case _:
            return None


def _old_event_of(text: str) -> RunEvent | None:
    """The same, as opencode 1.3 writes it: values are not quoted, the message comes last."""
    if (found := _OLD_CREATED.fullmatch(text)) and _OLD_CHILD not in text:
        named = session_id_of(found[1])
        return SessionNamed(named) if named else None
    if found := _OLD_RETRY.match(text):
        return Retrying(_reason(found[1]))
    return None


def _reason(error: str) -> str:
    said = clean_line(_ERROR_CLASS.sub("", error, count=1).strip(), LINE_CAP)
    return said or "opencode does not say why"
