"""What `run.json` holds: the order, where it was launched, and who works on it."""

from __future__ import annotations

from datetime import datetime

from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, number_of, object_of, text_of
from kugetsu_tui.domain.run import Engine, RunOrder, RunVerb
from kugetsu_tui.domain.session import RunId, SessionId, session_id_of
from kugetsu_tui.runs.place import Place, place_of, spell_place
from kugetsu_tui.runs.process import Process, process_of, spell_process


@frozen(kw_only=True)
class RunFacts:
    """Keys of other programs are kept in `extra`."""

    order: RunOrder
    place: Place
    supervisor: Process | None = None
    """Who holds the lock; until a supervisor has it, the process that placed the order."""
    opencode: Process | None = None
    session_id: SessionId | None = None
    """The session opencode named, once it did."""
    extra: JsonObject = field(default_factory=dict)


_OURS = frozenset(
    {"order", "host", "boot_id", "pid_namespace", "supervisor", "opencode", "session_id"}
)


def spell_facts(facts: RunFacts) -> JsonObject:
    return {
        **facts.extra,
        "order": _spell_order(facts.order),
        **spell_place(facts.place),
        "supervisor": spell_process(facts.supervisor),
        "opencode": spell_process(facts.opencode),
        "session_id": facts.session_id,
    }


def facts_of(document: Json) -> RunFacts:
    """Raises `ValueError` where the document is not one of ours."""
    keys = object_of(document)
    return RunFacts(
        order=_order_of(object_of(keys.get("order"))),
        place=place_of(keys),
        supervisor=process_of(keys.get("supervisor")),
        opencode=process_of(keys.get("opencode")),
        session_id=_session_id_of(keys),
        extra={key: value for key, value in keys.items() if key not in _OURS},
    )


def _spell_order(order: RunOrder) -> JsonObject:
    return {
        "run_id": order.run_id,
        "verb": order.verb.value,
        "issue_ref": order.issue_ref,
        "session_id": order.session_id,
        "directory": order.directory,
        "placed_at": order.placed_at.isoformat(),
        "model": order.model,
        "agent": order.agent,
        "start_timeout": order.start_timeout,
        "idle_timeout": order.idle_timeout,
        "timeout": order.timeout,
        "engine": order.engine.value,
        "auto": order.is_auto,
        "sent": order.is_sent,
        "record_made": order.record_made,
    }


def _order_of(keys: JsonObject) -> RunOrder:
    if (start_timeout := number_of(keys.get("start_timeout"))) is None:
        raise ValueError("start_timeout is missing")
    session_id, directory = _session_id_of(keys), text_of(keys.get("directory")) or ""
    if session_id and not directory:
        raise ValueError("directory is missing")
    return RunOrder(
        run_id=RunId(_required(keys, "run_id")),
        verb=RunVerb(_required(keys, "verb")),
        issue_ref=text_of(keys.get("issue_ref")),
        session_id=session_id,
        directory=directory,
        placed_at=datetime.fromisoformat(_required(keys, "placed_at")).astimezone(),
        model=text_of(keys.get("model")),
        agent=text_of(keys.get("agent")),
        start_timeout=start_timeout,
        idle_timeout=number_of(keys.get("idle_timeout")),
        timeout=number_of(keys.get("timeout")),
        engine=Engine(text_of(keys.get("engine")) or Engine.RUN),
        is_auto=keys.get("auto") is True,
        is_sent=keys.get("sent") is True,
        record_made=text_of(keys.get("record_made")),
    )


def _session_id_of(keys: JsonObject) -> SessionId | None:
    if (named := text_of(keys.get("session_id"))) is None:
        return None
    if (session_id := session_id_of(named)) is None:
        raise ValueError(f"{named!r} is no session id")
    return session_id


def _required(keys: JsonObject, key: str) -> str:
    if (text := text_of(keys.get(key))) is None:
        raise ValueError(f"{key} is missing")
    return text
