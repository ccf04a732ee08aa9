"""Where a process number means something: one boot of one machine, one pid namespace."""

from __future__ import annotations

import os
from enum import Enum, auto
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject, text_of


@frozen
class Place:
    """What a system without `/proc` does not tell is empty: start times tell its boots apart."""

    host: str
    boot: str
    namespace: str


class Distance(Enum):
    """How a recorded place relates to this one."""

    HERE = auto()
    EARLIER = auto()
    """This host before it was started again, as a machine or as a container."""
    ELSEWHERE = auto()
    """Another machine, or another container on this one: its processes cannot be seen."""


def here() -> Place:
    return Place(os.uname().nodename, _boot(), _namespace())


def distance(recorded: Place, now: Place) -> Distance:
    """How far away the recorded place is."""
    if (recorded.boot, recorded.namespace) == (now.boot, now.namespace):
        return Distance.HERE
    return Distance.EARLIER if recorded.host == now.host else Distance.ELSEWHERE


def spell_place(place: Place) -> JsonObject:
    return {"host": place.host, "boot_id": place.boot, "pid_namespace": place.namespace}


def place_of(keys: JsonObject) -> Place:
    """The place that was spelled among those keys."""
    return Place(
        host=text_of(keys.get("host")) or "",
        boot=text_of(keys.get("boot_id")) or "",
        namespace=text_of(keys.get("pid_namespace")) or "",
    )


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _namespace() -> str:
    try:
        return os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - no path, a label
    except OSError:
        return ""
