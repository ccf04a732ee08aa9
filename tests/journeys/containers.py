"""A container's view of the same files: other process numbers, another host name."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

from tests.opencode_home import MissingError

NAME = "lonely"
"""The host name inside."""
_APART = ("--pid", "--fork", "--mount-proc", "--uts", "--kill-child")


def program() -> Path:
    """The `unshare` that may be used here.

    Raises:
        MissingError: there is none, or this user may not.
    """
    if (found := shutil.which("unshare")) is None:
        raise MissingError("unshare is not on PATH")
    if complaint := _complaint(found):
        raise MissingError(f"unshare: {complaint}")
    return Path(found)


@cache
def _complaint(unshare: str) -> str:
    words = [unshare, *_APART, "hostname", NAME]
    return subprocess.run(words, capture_output=True, text=True, timeout=20, check=False).stderr


def inside(program: Path) -> tuple[str | Path, ...]:
    """How to call a program in a container of its own, which ends with it."""
    return ("unshare", *_APART, "sh", "-c", f'hostname {NAME}; exec "$0" "$@"', program)
