"""Who is still there for a run: its lock first, then the processes its folder names."""

from __future__ import annotations

import os

from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.run import Engine, Liveness, RunVerb
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.lock import LockState
from kugetsu_tui.runs.place import Distance, distance, here
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import carriers, look_at
from kugetsu_tui.runs.shared import Shared, served_session


def decide(
    lock: LockState,
    where: Distance,
    *,
    supervisor_lives: bool,
    opencode_lives: bool,
) -> Liveness:
    """Weigh what is known.

    The kernel's word on the lock comes first: it needs no process numbers, so it also holds
    between two launches, and between containers.
    """
    if lock is LockState.HELD:
        return Liveness.WATCHED if where is Distance.HERE else Liveness.ELSEWHERE
    if lock is LockState.UNKNOWN and supervisor_lives:
        return Liveness.WATCHED
    if opencode_lives:
        return Liveness.UNWATCHED
    return Liveness.UNKNOWN if where is Distance.ELSEWHERE else Liveness.GONE


def liveness_of(facts: RunFacts, lock: LockState, shared: Shared) -> Liveness:
    """Ask the processes, where the lock alone does not tell; their numbers count only here."""
    where = distance(facts.place, here())
    is_asked = lock is not LockState.HELD and where is Distance.HERE
    try:
        return decide(
            lock,
            where,
            supervisor_lives=is_asked and lives(facts.supervisor),
            opencode_lives=is_asked and _opencode_lives(facts, shared),
        )
    except KugetsuError:
        return Liveness.UNKNOWN


def lives(process: Process | None) -> bool:
    """That very process is alive, not another one with its number."""
    return process is not None and look_at(process.pid) == process


def _opencode_lives(facts: RunFacts, shared: Shared) -> bool:
    """By its number, else, where nobody lived to record that, by the run's mark.

    A server is asked: it lives longer than any run. A screen dies with its terminal, and carries
    no mark.
    """
    if facts.order.engine is Engine.SERVER:
        session_id = served_session(facts)
        return session_id is not None and shared.is_at_work(session_id, facts.order.directory)
    if facts.opencode is not None or facts.order.verb is RunVerb.RESUME:
        return lives(facts.opencode)
    return bool(carriers(facts.order.run_id) - {look_at(os.getpid())})
