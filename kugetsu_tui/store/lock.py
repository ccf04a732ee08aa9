"""The store's lock: a kernel lock on a file that is never deleted, held for milliseconds.

flock(2) queues those who block on it, while pollers starve. So the wait blocks, in a thread that is
left behind at the deadline; a lock that is granted to it later is given back at once.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kugetsu_tui.domain.errors import BusyError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.store.atomic_write import PRIVATE_FILE
from kugetsu_tui.store.refusal import cannot_save
from kugetsu_tui.store.regular_file import UnreadableError, read_regular

DEADLINE = 10.0
"""Seconds after which a lock that somebody else holds is given up."""
_NOTE = 128
"""Bytes at the file's beginning that say who holds the lock; blank while nobody does."""
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@frozen
class HeldLock:
    """The lock, while it is ours."""

    path: Path
    descriptor: int
    is_after_crash: bool
    """Its last holder was killed and may have left temporary files."""

    def is_valid(self) -> bool:
        """Whether others meet us there: somebody may have deleted the file since.

        Raises:
            CannotSaveError: that cannot be looked at.
        """
        try:
            return _is_at(self.descriptor, self.path)
        except OSError as error:
            raise cannot_save(self.path, error) from error


@contextmanager
def locked(path: Path, *, holder: str, deadline: float = DEADLINE) -> Iterator[HeldLock]:
    """Hold the lock.

    Args:
        path: its file, made where it is missing.
        holder: who takes it, in a few words, for those who wait in vain.
        deadline: seconds to wait for it.

    Raises:
        BusyError: somebody else has held it all that time.
        CannotSaveError: the file cannot be made, written or locked.
    """
    try:
        descriptor = _acquired(path, deadline)
    except OSError as error:
        raise cannot_save(path, error) from error
    try:
        lock = _signed(path, descriptor, f"{os.getpid()} {int(time.time())} {holder}")
        yield lock
    finally:
        with suppress(OSError):  # the note is only information
            _write_note(descriptor, "")
        with suppress(OSError):  # close(2): the descriptor, and the lock with it, is gone even so
            os.close(descriptor)


def _signed(path: Path, descriptor: int, note: str) -> HeldLock:
    try:
        last_note = os.pread(descriptor, _NOTE, 0)
        if not last_note:
            os.fchmod(descriptor, PRIVATE_FILE)  # just made, and the umask may have had its say
        _write_note(descriptor, note)
    except OSError as error:
        raise cannot_save(path, error) from error
    return HeldLock(path, descriptor, is_after_crash=bool(last_note.strip()))


def _acquired(path: Path, deadline: float) -> int:
    with suppress(BlockingIOError):
        return _grasped(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    wait = _Wait(path)
    try:
        return wait.result(deadline)
    finally:
        wait.abandon()


def _grasped(path: Path, how: int) -> int:
    """The locked descriptor of the file that is at the path now."""
    while True:
        descriptor = os.open(path, _FLAGS, PRIVATE_FILE)
        is_ours = False
        try:
            fcntl.flock(descriptor, how)
            is_ours = _is_at(descriptor, path)
        finally:
            if not is_ours:
                os.close(descriptor)
        if is_ours:
            return descriptor


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


class _Wait:
    """A wait for the lock, in a thread of its own."""

    def __init__(self, path: Path) -> None:
        from threading import Event, Lock, Thread  # noqa: PLC0415 - few ever have to wait

        self._path = path
        self._mutex = Lock()
        self._is_over = Event()
        self._is_abandoned = False
        self._descriptor: int | None = None
        self._error: OSError | None = None
        Thread(target=self._run, name="store-lock", daemon=True).start()

    def result(self, deadline: float) -> int:
        """The locked descriptor; raises `BusyError` at the deadline."""
        self._is_over.wait(deadline)
        with self._mutex:
            descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            return descriptor
        raise self._error or _busy(self._path, deadline)

    def abandon(self) -> None:
        """Give back what nobody took, now or when it is granted."""
        with self._mutex:
            self._is_abandoned = True
            self._give_back()

    def _run(self) -> None:
        try:
            descriptor = _grasped(self._path, fcntl.LOCK_EX)
        except OSError as error:
            self._error = error
        else:
            with self._mutex:
                self._descriptor = descriptor
                if self._is_abandoned:
                    self._give_back()
        self._is_over.set()

    def _give_back(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _write_note(descriptor: int, note: str) -> None:
    """Write it over the last one, at once: a reader never sees half of two."""
    line = note.encode(errors="replace")[: _NOTE - 1].ljust(_NOTE - 1) + b"\n"
    os.pwrite(descriptor, line, 0)


def _busy(path: Path, deadline: float) -> BusyError:
    holder, hint = "", "try again later"
    with suppress(UnreadableError, ValueError):
        pid, since, who = read_regular(str(path)).decode().split(maxsplit=2)
        seconds = int(time.time()) - int(since)
        if _is_alive(int(pid)):
            holder = f" by process {pid} ({who.strip()}) for {seconds} s"
            hint = f"ps -p {pid} shows who holds it"
    return BusyError(
        f"{path}: locked{holder}, waited {deadline:g} s: nothing was changed", hint=hint
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
