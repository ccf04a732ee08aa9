"""What systemd-logind will do to this process when its user logs out."""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Sequence
from pathlib import Path

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.surroundings import Keeper, Login
from kugetsu_tui.machine.system import System

_KEEPERS = {
    Keeper.USER_MANAGER: re.compile(r"/user@\d+\.service(/|$)", re.MULTILINE),
    Keeper.SESSION: re.compile(r"/session-[^/\n]+\.scope(/|$)", re.MULTILINE),
}
_MANAGER = (
    "org.freedesktop.login1",
    "/org/freedesktop/login1",
    "org.freedesktop.login1.Manager",
)
_LINGER = Path("/var/lib/systemd/linger")
"""A file for each user who lingers (loginctl(1))."""


def this_login() -> Login | None:
    """Nothing where no logind has a hand in it, or it cannot be asked."""
    if not Path("/run/systemd/system").is_dir():
        return None
    try:
        keeper = keeper_of(Path("/proc/self/cgroup").read_text(encoding="utf-8"))
        user = pwd.getpwuid(os.getuid()).pw_name
        if keeper is None:
            return None
        words = ("get-property", *_MANAGER, "KillUserProcesses", "KillExcludeUsers")
        said = System().run("busctl", *words, "KillOnlyUsers").splitlines()
        lingers = (_LINGER / user).exists()
    except (OSError, KeyError, EnvironmentUnfitError):
        return None
    return Login(keeper=keeper, is_cleared=is_cleared(said, user), lingers=lingers)


def keeper_of(cgroup: str) -> Keeper | None:
    """By what `/proc/self/cgroup` says; the innermost unit of the two decides."""
    return next((keeper for keeper, unit in _KEEPERS.items() if unit.search(cgroup)), None)


def is_cleared(said: Sequence[str], user: str) -> bool:
    """By the three properties, as busctl(1) prints them: `b true`, `as 1 "root"`, `as 0`."""
    clears, excluded, only = (*said, *("",) * 3)[:3]
    if clears != "b true" or f'"{user}"' in excluded:
        return False
    return not only or only == "as 0" or f'"{user}"' in only
