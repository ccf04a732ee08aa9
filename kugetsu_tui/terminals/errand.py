"""A program of the user's that nobody waits for."""

from __future__ import annotations

import subprocess  # noqa: TID251 - the user's own program
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread

_PATIENCE = 60.0
"""Seconds that it may take; then it is killed."""


def send(argv: Sequence[str], environment: Mapping[str, str]) -> None:
    """Start it, with nothing to read and nowhere to write. Raises `OSError` where it cannot be."""
    told = subprocess.Popen(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with suppress(RuntimeError):  # no room for a thread: then nobody sees it off
        Thread(target=_see_off, args=(told,), daemon=True).start()


def _see_off(told: subprocess.Popen[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        told.wait(_PATIENCE)
        return
    told.kill()
    told.wait()
