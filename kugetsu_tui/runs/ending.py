"""Ending what a run started: all of it, and nothing else."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from kugetsu_tui.runs.pace import GRACE
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import everyone, look_at, run_of

_LAST_WAIT = 5.0
"""Seconds until whoever outlives SIGKILL is given up on."""
_POLL = 0.05


def end_all(
    roots: Iterable[Process], *, run_id: str | None = None, grace: float = GRACE
) -> frozenset[Process]:
    """End the roots, what they started, and everything that carries the run's mark.

    The table is read again and again until nobody is left: what a dying process still starts is
    found too. Groups are never signalled, a group may hold others.

    Args:
        roots: processes of the run that are known by now.
        run_id: the run's mark in the environment, which also finds those who left the tree;
            none where they bear none.
        grace: seconds between SIGTERM and SIGKILL.

    Returns:
        Who could not be ended.

    Raises:
        EnvironmentUnfitError: the processes cannot be looked at.
    """
    left = set(roots)
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, _LAST_WAIT)):
        deadline = time.monotonic() + patience
        told: set[Process] = set()
        while left := _still_there(left, run_id):
            for process in left - told:
                send(process, number)
            told |= left
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL)
    return frozenset(left)


def send(process: Process, number: signal.Signals) -> None:
    """Signal that very process, never a later one with its number; silent where it is gone."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "linux" and (handle := _handle(process)) is not None:
            try:
                if look_at(process.pid) == process:
                    signal.pidfd_send_signal(handle, number)
            finally:
                os.close(handle)
        elif look_at(process.pid) == process:
            os.kill(process.pid, number)


def _handle(process: Process) -> int | None:
    """The kernel's own hold on the process; some containers refuse it (pidfd_open(2))."""
    try:
        return os.pidfd_open(process.pid)
    except ProcessLookupError:
        raise
    except OSError:
        return None


def with_offspring(roots: set[Process], table: Mapping[Process, int]) -> set[Process]:
    """The roots and all that descends from them, by a table of everybody's parent."""
    found = set(roots)
    born = found
    while born:
        numbers = {process.pid for process in born}
        born = {process for process, parent in table.items() if parent in numbers} - found
        found |= born
    return found


def _still_there(known: set[Process], run_id: str | None) -> set[Process]:
    """Of the known, those alive; with them all carriers of the mark, and everybody's offspring."""
    table = everyone()
    marked = {process for process in table if run_id and run_of(process.pid) == run_id}
    found = with_offspring((known & table.keys()) | marked, table)
    return {process for process in found if process.pid != os.getpid()}
