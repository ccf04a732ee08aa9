"""How many runs may be at work at once: a kernel lock for each, let go of when its holder dies."""

from __future__ import annotations

from pathlib import Path

from kugetsu_tui.domain.run import Engine
from kugetsu_tui.runs.lock import take

_A_RUN = 600 * 1024 * 1024
"""Bytes that one `opencode run` takes at its height (opencode 1.18, measured)."""
_MOST_BY_MEMORY = 8
"""A provider's own limit is met long before a large machine's memory is full."""
_ON_A_SERVER = 4
"""Runs that share one process: what a provider's usual limit lets through."""


def take_slot(folder: Path, count: int) -> int | None:
    """The descriptor that holds a free slot from now on; nothing where all are held.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    attempts = (take(folder / str(number), attempts=1) for number in range(1, count + 1))
    return next((descriptor for descriptor in attempts if descriptor is not None), None)


def slots_for(engine: Engine) -> int:
    """How many runs at once, where nobody chose."""
    return slots_by_memory() if engine is Engine.RUN else _ON_A_SERVER


def slots_by_memory() -> int:
    """How many runs the memory that is free now has room for; one where that cannot be told."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(line for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return 1
    return max(1, min(int(free.split()[1]) * 1024 // _A_RUN, _MOST_BY_MEMORY))
