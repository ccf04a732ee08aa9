"""The processes of a system without `/proc`, through psutil, which costs 20 ms to import."""

from __future__ import annotations

from contextlib import suppress

import psutil  # noqa: TID251 - this is the module for it

from kugetsu_tui.runs.process import RUN_VARIABLE, Process

_MICROSECONDS = 1_000_000
_OUT_OF_SIGHT = (psutil.NoSuchProcess, psutil.AccessDenied)
"""It has ended, or belongs to somebody else."""


def look_at(pid: int) -> Process | None:
    """The process of that number, where one is alive."""
    with suppress(*_OUT_OF_SIGHT):
        return _living(psutil.Process(pid))
    return None


def numbers() -> list[int]:
    """Of all processes."""
    return psutil.pids()


def everyone() -> dict[Process, int]:
    """Every living process, and the number of its parent."""
    table: dict[Process, int] = {}
    for seen in psutil.process_iter():
        with suppress(*_OUT_OF_SIGHT):
            if (process := _living(seen)) is not None:
                table[process] = seen.ppid()
    return table


def run_of(pid: int) -> str:
    """The run that started the process; empty where none did, or it is not ours to look into."""
    with suppress(*_OUT_OF_SIGHT):
        return psutil.Process(pid).environ().get(RUN_VARIABLE, "")
    return ""


def arguments(pid: int) -> list[str]:
    """Its command line, word by word; empty where it has none."""
    with suppress(*_OUT_OF_SIGHT):
        return psutil.Process(pid).cmdline()
    return []


def resident(pid: int) -> int:
    """Bytes of memory that the process has for itself and shares; zero where it is gone."""
    with suppress(*_OUT_OF_SIGHT):
        return int(psutil.Process(pid).memory_info().rss)
    return 0


def _living(seen: psutil.Process) -> Process | None:
    if seen.status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}:
        return None
    return Process(seen.pid, int(seen.create_time() * _MICROSECONDS))
