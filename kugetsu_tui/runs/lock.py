"""The lock that is held for a run's life; the kernel lets go of it when its holder dies."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen

_ATTEMPTS = 20
"""A probe holds the lock for microseconds, and is no reason to give up."""
_POLL = 0.01


class LockState(Enum):
    HELD = auto()
    FREE = auto()
    UNKNOWN = auto()
    """It is not there, or could not be asked."""


@frozen
class Probe:
    """What the lock file says."""

    state: LockState
    touched_at: datetime | None = None
    """Its holder touches it at every sign of life."""


def probe(path: Path) -> Probe:
    """Ask without taking: a shared lock, given back at once."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return Probe(LockState.UNKNOWN)
    try:
        touched_at = datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
        return Probe(_state(descriptor), touched_at)
    except OSError:
        return Probe(LockState.UNKNOWN)
    finally:
        with suppress(OSError):  # close(2): the descriptor is gone even so
            os.close(descriptor)


def create(path: Path) -> int:
    """A new lock, held by the descriptor that is returned. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def take(path: Path, *, attempts: int = _ATTEMPTS) -> int | None:
    """The descriptor that holds the lock now; nothing while another holds it. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with ExitStack() as undo:
        undo.callback(os.close, descriptor)
        for attempt in range(attempts):
            if attempt:
                time.sleep(_POLL)
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                undo.pop_all()
                return descriptor
    return None


def _state(descriptor: int) -> LockState:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return LockState.HELD
    except OSError:
        return LockState.UNKNOWN
    return LockState.FREE
