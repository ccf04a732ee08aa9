"""Who has use for the server: runs that are alive, and where its sessions may be at work."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.run import Engine, RunOrder, RunVerb
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.housekeeping import run_ids
from kugetsu_tui.runs.lock import LockState, probe
from kugetsu_tui.runs.server.facts import ServerFacts

_WHILE_STARTING = timedelta(minutes=3)
"""A run may have waited so long for the server that it is given to."""


@frozen
class Usage:
    live_runs: int
    """Whose lock is held, save those that have an opencode of their own."""
    directories: frozenset[str]
    """Where runs showed a sign of life since the server is there."""


def usage_of(runs: Path, server: ServerFacts, *, but: RunId | None = None) -> Usage:
    """Look at every run of the store, but perhaps one: a lock is probed in microseconds.

    Raises:
        EnvironmentUnfitError: it cannot be told which runs there are.
    """
    live = 0
    directories: set[str] = set()
    for run_id in run_ids(runs):
        if run_id == but:
            continue
        folder = RunFolder(runs / run_id)
        seen = probe(folder.lock)
        is_held = seen.state is LockState.HELD
        if not is_held and not _is_after(seen.touched_at, server.since):
            continue
        if (facts := _read(folder)) is not None:
            directories.add(facts.order.directory)
        if is_held:
            live += facts is None or _may_be_served(facts.order)
    return Usage(live, frozenset(directories))


def _may_be_served(order: RunOrder) -> bool:
    return order.engine is not Engine.RUN or order.verb is RunVerb.RESUME


def _is_after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment >= since - _WHILE_STARTING


def _read(folder: RunFolder) -> RunFacts | None:
    try:
        return folder.read()
    except (OSError, ValueError):
        return None
