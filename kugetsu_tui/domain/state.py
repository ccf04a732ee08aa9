"""What a session does now: the record, its run, opencode's database and its processes, weighed."""

from __future__ import annotations

from datetime import datetime, timedelta

from kugetsu_tui.domain.ask import ask_words
from kugetsu_tui.domain.conversation import Conversation, LastTurn
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.run import Engine, Liveness, RunEnd, RunOutcome, RunSeen, RunVerb
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.domain.verdict import is_answered

SILENT_AFTER = 300.0
"""Seconds without a sign of life after which a run counts as silent, unless settings say else."""

UNWATCHED = "unwatched: its supervisor is gone"


@frozen
class Witnesses:
    """What could be asked; a witness that could not is `None` and never proves absence."""

    record: Record | DamagedRecord
    run: RunSeen | None = None
    """The latest run, where it has no settled end."""
    conversation: Conversation | None = None
    """The session in opencode's database."""
    is_database_read: bool = False
    last_turn: LastTurn | None = None
    """The newest assistant message; asked for only where a run ended without a recorded end."""
    is_open_elsewhere: bool = False
    """An opencode that is not ours has it open."""


@frozen
class Assessment:
    """A state, since when, and what it rests on."""

    state: SessionState
    since: datetime | None
    why: str
    is_auto: bool = False
    """Whatever it asks for is given, and nobody is asked."""


_ENDED = {
    RunOutcome.ANSWERED: SessionState.IDLE,
    RunOutcome.FAILED: SessionState.FAILED,
    RunOutcome.TIMED_OUT: SessionState.FAILED,
    RunOutcome.STOPPED: SessionState.STOPPED,
    RunOutcome.INTERRUPTED: SessionState.INTERRUPTED,
}


def state_after(end: RunEnd) -> SessionState:
    """The state that a run leaves behind by ending so."""
    return _ENDED[end.outcome]


def assess(
    witnesses: Witnesses, *, now: datetime, silent_after: float = SILENT_AFTER
) -> Assessment:
    """Weigh the witnesses; whoever is at work now outweighs whatever was written down."""
    record = witnesses.record
    if isinstance(record, DamagedRecord):
        return Assessment(SessionState.DAMAGED, None, record.why)
    run = witnesses.run
    if run is not None and run.end is None and run.liveness is not Liveness.GONE:
        working = _at_work(run, now=now, silent_after=silent_after)
        return replace(working, is_auto=run.order.is_auto)
    if witnesses.is_open_elsewhere:
        return Assessment(SessionState.OPEN, None, "open in an opencode that is not ours")
    if record.session_id and witnesses.is_database_read and witnesses.conversation is None:
        return Assessment(SessionState.MISSING, None, "opencode does not have this session")
    if (end := (run.end if run else None) or record.run_end) is not None:
        return _after_end(end, witnesses)
    if run is not None:
        return _after_crash(run, record.session_id, witnesses)
    if record.session_id is None:
        return Assessment(SessionState.INTERRUPTED, None, "opencode never named a session")
    if not witnesses.is_database_read:
        return Assessment(SessionState.UNKNOWN, None, "opencode's database could not be read")
    return Assessment(SessionState.IDLE, _updated(witnesses), "nobody is at work")


def _at_work(run: RunSeen, *, now: datetime, silent_after: float) -> Assessment:
    began = run.order.placed_at
    if run.liveness is Liveness.UNKNOWN:
        return Assessment(SessionState.UNKNOWN, began, "its processes could not be looked at")
    is_served = run.order.engine is Engine.SERVER
    if run.order.verb is RunVerb.RESUME and not (is_served and run.liveness is Liveness.UNWATCHED):
        return Assessment(SessionState.OPEN, began, "open in opencode's own screen")
    if run.liveness is Liveness.ELSEWHERE:
        return Assessment(SessionState.RUNNING, began, f"running elsewhere: {run.host}")
    if run.liveness is Liveness.QUEUED:
        before = f"{run.behind} before it" if run.behind else "it is the next"
        return Assessment(SessionState.QUEUED, began, f"waits for a slot: {before}")
    if run.asks:
        more = f" (and {len(run.asks) - 1} more)" if run.asks[1:] else ""
        return Assessment(SessionState.WAITING, run.waits_since, ask_words(run.asks[0]) + more)
    if run.liveness is Liveness.UNWATCHED:
        return Assessment(SessionState.RUNNING, began, UNWATCHED)
    quiet = now - run.last_sign
    if quiet > timedelta(seconds=silent_after):
        return Assessment(SessionState.SILENT, run.last_sign, "no sign of life since then")
    if run.retrying:
        return Assessment(SessionState.RETRYING, run.last_sign, run.retrying)
    if run.session_id is None and run.order.verb is RunVerb.START:
        return Assessment(
            SessionState.PENDING, began, run.awaiting or "opencode has not named the session yet"
        )
    return Assessment(SessionState.RUNNING, began, run.awaiting or "its run is at work")


def _after_end(end: RunEnd, witnesses: Witnesses) -> Assessment:
    updated = _updated(witnesses)
    if updated is not None and updated > end.at + _SETTLING:
        return Assessment(SessionState.IDLE, updated, "continued outside kugetsu since")
    return Assessment(state_after(end), end.at, end.reason or "its last run answered")


_SETTLING = timedelta(seconds=5)
"""In which opencode may still touch a session after its run has ended."""


def _after_crash(run: RunSeen, session_id: SessionId | None, witnesses: Witnesses) -> Assessment:
    if session_id is not None and not witnesses.is_database_read:
        return Assessment(
            SessionState.UNKNOWN, run.last_sign, "opencode's database could not be read"
        )
    turn = witnesses.last_turn
    if turn and is_answered(turn) and turn.at >= run.order.placed_at:
        return Assessment(
            SessionState.IDLE, turn.completed_at, "answered; its end was not recorded"
        )
    if run.order.verb is RunVerb.RESUME and (turn is None or turn.completed_at):
        return Assessment(SessionState.IDLE, run.last_sign, "opencode's screen was closed")
    return Assessment(SessionState.INTERRUPTED, run.last_sign, "it died before it could answer")


def _updated(witnesses: Witnesses) -> datetime | None:
    return witnesses.conversation.updated_at if witnesses.conversation else None
