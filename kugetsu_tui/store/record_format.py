"""A record's file: earlier programs' keys, and ours beside them, to and from a `Record`.

`type`, `issue_ref`, `opencode_session_id`, `created_at` and `state` are the format that earlier
programs share. `updated_at`, `directory`, `run_id`, `run_end` and `earlier_sessions` are ours: what
cannot be understood there counts as absent and stays in the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, datetime

from kugetsu_tui.domain.json_value import Json, JsonObject, text_of, texts_of
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import RunId, SessionId, session_id_of
from kugetsu_tui.store.json_text import kind_of
from kugetsu_tui.store.regular_file import UnreadableError

_SESSION_ID = "opencode_session_id"
_KNOWN = frozenset(
    {
        *("type", "issue_ref", _SESSION_ID, "created_at", "state"),
        *("updated_at", "directory", "run_id", "run_end", "earlier_sessions"),
    }
)
_STATE: Mapping[str, Json] = {"state": "idle"}
"""What every program on this format writes, whatever the session does."""
_NOTHING: Mapping[str, Json] = {}
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""It names a folder: it must not lead out of `runs/`."""
_OUTCOMES: Mapping[Json, RunOutcome] = {outcome.value: outcome for outcome in RunOutcome}


def record_of(document: dict[str, Json]) -> Record:
    """The record that a file tells of.

    Raises:
        UnreadableError: a key that says which session it is holds something else.
    """
    is_ours = _KNOWN.issuperset(document)
    return Record(
        type=_text(document, "type"),
        issue_ref=_text(document, "issue_ref") or None,
        session_id=_session_id(document),
        created_at=_text(document, "created_at"),
        updated_at=_moment(document.get("updated_at")),
        directory=text_of(document.get("directory")) or "",
        run_id=_run_id(document.get("run_id")),
        run_end=_run_end(document.get("run_end")),
        earlier=_session_ids(document.get("earlier_sessions")),
        extra=_NOTHING if is_ours else {key: document[key] for key in document.keys() - _KNOWN},
    )


def new_document(record: Record) -> dict[str, Json]:
    """What a new file for the record holds."""
    return {**_shared(record), **_STATE, **_ours(record), **record.extra}


def rewritten(document: dict[str, Json], record: Record) -> dict[str, Json]:
    """The file's content with what changed in the record, and everything else as it was.

    Raises:
        UnreadableError: the content is no record.
    """
    before = record_of(document)
    was = {**_shared(before), **_ours(before)}
    now = {**_shared(record), **_ours(record)}
    kept = {key: value for key, value in document.items() if key in now or key not in was}
    changed = {key: value for key, value in now.items() if key not in was or was[key] != value}
    return {**kept, **changed, **_STATE}


def _shared(record: Record) -> dict[str, Json]:
    return {
        "type": record.type,
        "issue_ref": record.issue_ref,
        _SESSION_ID: record.session_id or "",
        "created_at": record.created_at,
    }


def _ours(record: Record) -> dict[str, Json]:
    """Only what there is: an absent key says the same."""
    spelled: dict[str, Json] = {
        "updated_at": spell_moment(record.updated_at) if record.updated_at else None,
        "directory": record.directory,
        "run_id": record.run_id,
        "run_end": _spell_end(record.run_end) if record.run_end else None,
        "earlier_sessions": list(record.earlier),
    }
    return {key: value for key, value in spelled.items() if value}


def _spell_end(end: RunEnd) -> JsonObject:
    return {
        "outcome": end.outcome.value,
        "at": spell_moment(end.at),
        "reason": end.reason,
        "exit_status": end.exit_status,
        "signal": end.signal,
    }


def _text(document: dict[str, Json], key: str) -> str:
    value = document.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UnreadableError(f"{key} is {kind_of(value)}, not a text")
    return value


def _session_id(document: dict[str, Json]) -> SessionId | None:
    text = _text(document, _SESSION_ID)
    found = session_id_of(text) if text else None
    if text and found is None:
        raise UnreadableError(f"{_SESSION_ID} is {text!r}, which is no session id")
    return found


def _session_ids(value: Json) -> tuple[SessionId, ...]:
    if value is None:
        return ()
    found = map(session_id_of, texts_of(value))
    return tuple(session_id for session_id in found if session_id is not None)


def _moment(value: Json) -> datetime | None:
    """A time as this program writes it: with its offset, and not at the ends of all time.

    There, another zone or a second more would be beyond what a `datetime` can hold.
    """
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    return moment if MINYEAR < moment.year < MAXYEAR else None


def _run_id(value: Json) -> RunId | None:
    return RunId(value) if isinstance(value, str) and _RUN_ID.fullmatch(value) else None


def _run_end(value: Json) -> RunEnd | None:
    if not isinstance(value, dict):
        return None
    outcome, at = value.get("outcome"), _moment(value.get("at"))
    known = _OUTCOMES.get(outcome) if isinstance(outcome, str) else None
    if known is None or at is None:
        return None
    return RunEnd(
        outcome=known,
        at=at,
        reason=text_of(value.get("reason")) or "",
        exit_status=_integer(value.get("exit_status")),
        signal=_integer(value.get("signal")),
    )


def _integer(value: Json) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
