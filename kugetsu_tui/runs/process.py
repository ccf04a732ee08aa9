"""A process, told apart from a later one with the same number."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, number_of, object_of

RUN_VARIABLE = "KUGETSU_RUN_ID"
"""In the environment of everything a run starts: which run that is."""


@frozen
class Process:
    """A number alone proves nothing: it is used again."""

    pid: int
    started: int
    """When it started, in the system's own units; compared, never computed with."""


def spell_process(process: Process | None) -> JsonObject | None:
    return None if process is None else {"pid": process.pid, "started": process.started}


def process_of(value: Json) -> Process | None:
    """The process that was spelled; nothing where none was."""
    keys = object_of(value)
    pid, started = number_of(keys.get("pid")), number_of(keys.get("started"))
    return None if pid is None or started is None else Process(int(pid), int(started))
