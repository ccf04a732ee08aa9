"""The processes of this system, read the cheapest way it has."""

from __future__ import annotations

import sys

from kugetsu_tui.runs.process import Process

if sys.platform == "linux":
    from kugetsu_tui.runs.procfs import arguments, everyone, look_at, numbers, resident, run_of
else:
    from kugetsu_tui.runs.processes import arguments, everyone, look_at, numbers, resident, run_of

__all__ = ["arguments", "carriers", "everyone", "look_at", "numbers", "resident", "run_of"]


def carriers(run_id: str) -> set[Process]:
    """Every living process that the run started and that kept its environment.

    Raises:
        EnvironmentUnfitError: the processes cannot be looked at.
    """
    return {process for process in everyone() if run_of(process.pid) == run_id}
