"""Linux's processes, read from `/proc` itself: a look costs microseconds (proc(5)).

Whoever asks for one that is gone, or another user's, is told of nobody. Where nothing can be asked,
everything here raises `EnvironmentUnfitError`.
"""

from __future__ import annotations

import os
from errno import EMFILE, ENFILE, ENOMEM

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.runs.process import RUN_VARIABLE, Process

_DEAD = (b"Z", b"X")
"""A zombie has a number and does nothing any more."""
_OURS_TO_BLAME = (EMFILE, ENFILE, ENOMEM)
"""Why nothing can be read by us, whoever it is about: nobody is dead for it."""
_AFTER_NAME = 3
"""`stat` is read behind the name, which may hold anything: there, the third field is the first."""
_PARENT = 4 - _AFTER_NAME
_STARTED = 22 - _AFTER_NAME


@frozen
class _Stat:
    process: Process
    parent: int


def look_at(pid: int) -> Process | None:
    """The process of that number, where one is alive.

    Raises:
        EnvironmentUnfitError: `/proc` cannot be asked.
    """
    stat = _stat(pid)
    if stat is None:
        _require_proc()
        return None
    return stat.process


def numbers() -> list[int]:
    """Of all processes.

    Raises:
        EnvironmentUnfitError: `/proc` cannot be asked.
    """
    try:
        with os.scandir("/proc") as entries:
            return [int(entry.name) for entry in entries if entry.name.isdecimal()]
    except OSError as error:
        raise _out_of_sight(error) from error


def everyone() -> dict[Process, int]:
    """Every living process, and the number of its parent.

    Raises:
        EnvironmentUnfitError: `/proc` cannot be asked.
    """
    _require_proc()
    stats = map(_stat, numbers())
    return {stat.process: stat.parent for stat in stats if stat is not None}


def run_of(pid: int) -> str:
    """The run that started the process; empty where none did, or it is not ours to look into."""
    prefix = f"{RUN_VARIABLE}=".encode()
    for variable in _read(pid, "environ").split(b"\0"):
        if variable.startswith(prefix):
            return variable.removeprefix(prefix).decode(errors="replace")
    return ""


def arguments(pid: int) -> list[str]:
    """Its command line, word by word; empty where it has none."""
    return _read(pid, "cmdline").decode(errors="replace").split("\0")[:-1]


def resident(pid: int) -> int:
    """Bytes of memory that the process has for itself and shares; zero where it is gone."""
    fields = _read(pid, "statm").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _stat(pid: int) -> _Stat | None:
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    if not fields or fields[0] in _DEAD:
        return None
    return _Stat(Process(pid, int(fields[_STARTED])), int(fields[_PARENT]))


def _read(pid: int, name: str) -> bytes:
    try:
        # A Path and a buffer would double what a list takes to look at all processes.
        with open(f"/proc/{pid}/{name}", "rb", buffering=0) as file:  # noqa: PTH123 - see above
            return file.read()
    except OSError as error:
        if error.errno in _OURS_TO_BLAME:
            raise _out_of_sight(error) from error
        return b""  # it has ended, or belongs to somebody else


def _out_of_sight(error: OSError) -> EnvironmentUnfitError:
    return EnvironmentUnfitError(
        f"processes cannot be looked at: /proc: {error.strerror}",
        hint="ulimit -n" if error.errno in _OURS_TO_BLAME else "mount -t proc proc /proc",
    )


def _require_proc() -> None:
    if not os.path.exists("/proc/self/stat"):  # noqa: PTH110 - on the list's path
        raise EnvironmentUnfitError(
            "processes cannot be looked at: /proc is not mounted", hint="mount -t proc proc /proc"
        )
