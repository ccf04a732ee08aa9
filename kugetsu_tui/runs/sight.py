"""What a run's folder tells of it, to whoever looks into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from kugetsu_tui.domain.run import Liveness, RunEnd, RunOrder, RunSeen, RunVerb
from kugetsu_tui.domain.run_event import Ended, Retrying, RunEvent, ServerAwaited
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import last_word, named_session
from kugetsu_tui.runs.liveness import liveness_of
from kugetsu_tui.runs.lock import LockState, probe
from kugetsu_tui.runs.notes import Waiting, asks_kept
from kugetsu_tui.runs.shared import Shared


def look_into(
    folder: RunFolder, *, place_of: Callable[[RunId], int | None], shared: Shared
) -> RunSeen | None:
    """The run as it is now; nothing where its folder goes meanwhile.

    Args:
        folder: of the run.
        place_of: how many are before a run in the queue; nothing where it does not wait.
        shared: the server that runs are given to.
    """
    event, is_heard = _last_event(folder)
    end = _end_of(event)
    try:
        facts = folder.read()
    except (OSError, ValueError):
        return _without_facts(folder, end)
    lock = probe(folder.lock)
    is_free = end is None and lock.state is not LockState.HELD
    place = place_of(RunId(folder.path.name)) if is_free else None
    if is_free and place is None:
        # It may have begun or ended since. The lock comes first: what is written before it is let
        # go is not missed.
        lock = probe(folder.lock)
        event, is_heard = _last_event(folder)
        end = _end_of(event)
    waiting = asks_kept(folder) if end is None else Waiting()
    liveness = _liveness(facts, lock.state, end, place, shared)
    if liveness is Liveness.GONE and not is_heard:
        liveness = Liveness.UNKNOWN  # whether it came to an end, nobody can say
    return RunSeen(
        order=facts.order,
        liveness=liveness,
        session_id=_session(folder, facts),
        last_sign=max(lock.touched_at or facts.order.placed_at, facts.order.placed_at),
        retrying=event.reason if isinstance(event, Retrying) else "",
        awaiting=event.reason if isinstance(event, ServerAwaited) else "",
        host=facts.place.host,
        asks=waiting.asks,
        waits_since=waiting.since,
        behind=place or 0,
        end=end,
    )


def _last_event(folder: RunFolder) -> tuple[RunEvent | None, bool]:
    """The run's last word, and whether it could be heard."""
    try:
        word = last_word(folder)
    except OSError:
        return None, False
    return (None if word is None else word.event), True


def _end_of(event: RunEvent | None) -> RunEnd | None:
    return event.end if isinstance(event, Ended) else None


def session_of(folder: RunFolder) -> SessionId | None:
    """The session that opencode named for the run, as far as its folder knows."""
    try:
        return _session(folder, folder.read())
    except (OSError, ValueError):
        return named_session(folder)


def issue_of(folder: RunFolder) -> str | None:
    """The issue that the run is for; nothing where that is the base, or cannot be told."""
    try:
        return folder.read().order.issue_ref
    except (OSError, ValueError):
        return None


def _session(folder: RunFolder, facts: RunFacts) -> SessionId | None:
    """A supervisor may have died between telling it in the journal and writing it down."""
    return facts.session_id or named_session(folder)


def _liveness(
    facts: RunFacts, lock: LockState, end: RunEnd | None, place: int | None, shared: Shared
) -> Liveness:
    if end is not None:
        return Liveness.GONE
    return liveness_of(facts, lock, shared) if place is None else Liveness.QUEUED


def _without_facts(folder: RunFolder, end: RunEnd | None) -> RunSeen | None:
    """Nobody can say what it was asked for, or who works on it; nothing where it went meanwhile."""
    try:
        touched = datetime.fromtimestamp(folder.path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    except OSError:
        touched = datetime.now(UTC)
    order = RunOrder(
        run_id=RunId(folder.path.name),
        verb=RunVerb.CONTINUE,
        issue_ref=None,
        session_id=None,
        directory="",
        placed_at=touched,
    )
    liveness = Liveness.UNKNOWN if end is None else Liveness.GONE
    return RunSeen(order=order, liveness=liveness, session_id=None, last_sign=touched, end=end)
