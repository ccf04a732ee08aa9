"""Ways to write a store that look right and are not, put in the place of the real one.

Each was measured to lose changes, tear files or block for ever when its writers are killed. A
process takes one up when a `sitecustomize` on its PYTHONPATH calls `take_up`.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from kugetsu_tui.domain.errors import BusyError
from kugetsu_tui.store import json_store
from kugetsu_tui.store.atomic_write import PRIVATE_FILE, StagedFile
from kugetsu_tui.store.lock import HeldLock

_DEADLINE = 2.0
"""Seconds to wait for a lock."""


class _Unquestioned(HeldLock):
    """A lock that believes itself."""

    def is_valid(self) -> bool:
        return True


@contextmanager
def _nothing_locked(path: Path, *, holder: str, deadline: float = 0) -> Iterator[HeldLock]:
    yield _Unquestioned(path, -1, is_after_crash=False)


def _lock_with(locked: Callable[..., AbstractContextManager[HeldLock]]) -> None:
    vars(json_store)["locked"] = locked


def no_lock() -> None:
    """Each file is replaced whole; between reading and writing, others write."""
    _lock_with(_nothing_locked)


def in_place() -> None:
    """What `open(…, "w")` and `json.dump` do."""
    no_lock()
    contents: dict[StagedFile, bytes] = {}

    def write(self: StagedFile, data: bytes, *, durable: bool) -> None:
        contents[self] = data

    def place(self: StagedFile) -> None:
        with self.target.open("wb", buffering=0) as file:
            self.target.chmod(PRIVATE_FILE)
            file.write(contents[self])
        self.is_placed = True

    StagedFile.write = write  # type: ignore[method-assign]
    StagedFile.place = place  # type: ignore[method-assign]


def fixed_name() -> None:
    """All writers share one temporary file."""
    no_lock()

    def write(self: StagedFile, data: bytes, *, durable: bool) -> None:
        self._temporary = self.target.with_name(f"{self.target.name}.tmp")
        with self._temporary.open("wb", buffering=0) as file:
            self._temporary.chmod(PRIVATE_FILE)
            file.write(data)

    StagedFile.write = write  # type: ignore[method-assign]


@contextmanager
def _flocked(path: Path) -> Iterator[HeldLock]:
    """Held, whether or not the file is still what others would lock."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield _Unquestioned(path, descriptor, is_after_crash=False)
    finally:
        os.close(descriptor)


def lock_on_the_index() -> None:
    """The lock is on the very file that is replaced: who waited holds the old one."""

    @contextmanager
    def locked(path: Path, *, holder: str, deadline: float = 0) -> Iterator[HeldLock]:
        with _flocked(path.with_name("index.json")) as lock:
            yield lock

    _lock_with(locked)


def lock_deleted_on_release() -> None:
    """Who waited holds a file that is gone, while another makes a new one."""

    @contextmanager
    def locked(path: Path, *, holder: str, deadline: float = 0) -> Iterator[HeldLock]:
        with _flocked(path) as lock:
            try:
                yield lock
            finally:
                path.unlink(missing_ok=True)

    _lock_with(locked)


def lock_by_existence() -> None:
    """As git does: who is killed leaves a lock that nobody takes away."""

    @contextmanager
    def locked(path: Path, *, holder: str, deadline: float = 0) -> Iterator[HeldLock]:
        taken = path.with_name(".lock.taken")
        until = time.monotonic() + _DEADLINE
        while True:
            try:
                descriptor = os.open(taken, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
                break
            except FileExistsError as error:
                if time.monotonic() > until:
                    raise BusyError(f"{taken}: locked") from error
                time.sleep(0.002)
        try:
            yield _Unquestioned(path, descriptor, is_after_crash=False)
        finally:
            os.close(descriptor)
            taken.unlink()

    _lock_with(locked)


WRONG: Mapping[str, Callable[[], None]] = {
    protocol.__name__: protocol
    for protocol in (
        *(in_place, no_lock, fixed_name),
        *(lock_on_the_index, lock_deleted_on_release, lock_by_existence),
    )
}


def take_up(name: str) -> None:
    """Have this process write so from now on."""
    WRONG[name]()
