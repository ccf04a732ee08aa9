from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import BusyError, CannotSaveError
from kugetsu_tui.store.lock import locked

pytestmark = pytest.mark.fast

PATIENCE = 40.0


@contextmanager
def taken(path: Path) -> Iterator[int]:
    """The lock in other hands."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def is_free(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def waiters() -> int:
    return sum(thread.name == "store-lock" for thread in threading.enumerate())


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count


def test_it_is_held_in_the_block_and_free_after_it(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locked(path, holder="me"):
        assert not is_free(path)

    assert is_free(path)
    assert path.exists()


def test_it_is_free_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / ".lock", holder="me"):
        raise ZeroDivisionError

    assert is_free(tmp_path / ".lock")


def test_a_waiter_gets_it_as_soon_as_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    got = threading.Event()

    def wait() -> None:
        with locked(path, holder="waiter", deadline=PATIENCE):
            got.set()

    with taken(path):
        waiter = threading.Thread(target=wait)
        waiter.start()
        until(lambda: waiters() == 1)
        assert not got.is_set()
    waiter.join(PATIENCE)

    assert got.is_set()
    assert waiters() == 0


def test_a_lock_granted_after_the_deadline_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    before = descriptors()
    with taken(path):
        with pytest.raises(BusyError), locked(path, holder="late", deadline=0.05):
            pytest.fail("granted")
        assert waiters() == 1
    until(lambda: waiters() == 0)

    assert is_free(path)
    assert descriptors() == before


def test_the_holder_is_named_as_long_as_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locked(path, holder="kugetsu start"), pytest.raises(BusyError) as named:
        with_deadline(path)
    with taken(path), pytest.raises(BusyError) as refusal:
        with_deadline(path)

    assert f"by process {os.getpid()} (kugetsu start)" in named.value.message
    assert "process" not in refusal.value.message


def with_deadline(path: Path) -> None:
    with locked(path, holder="late", deadline=0.01):
        pytest.fail("granted")


@pytest.mark.parametrize(
    "note", [b"", b"\0" * 128, b"\xff\xfe 1 x", b"4711", b"999999999 0 kugetsu start", b"x y z"]
)
def test_a_note_that_names_nobody_alive_is_not_repeated(tmp_path: Path, note: bytes) -> None:
    path = tmp_path / ".lock"
    with taken(path) as descriptor:
        os.write(descriptor, note)
        with pytest.raises(BusyError) as refusal:
            with_deadline(path)

    assert "process" not in refusal.value.message


def test_a_long_name_of_a_holder_is_cut_and_leaves_no_rest(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locked(path, holder="long " * 100), locked_size(path):
        pass
    with locked(path, holder="x"):
        assert path.read_text().split() == [*path.read_text().split()[:2], "x"]


@contextmanager
def locked_size(path: Path) -> Iterator[None]:
    assert path.stat().st_size == 128
    yield
    assert path.stat().st_size == 128


def test_a_killed_holders_successor_is_told_of_it(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    path.write_text("4711 0 kugetsu start")

    with locked(path, holder="next") as lock:
        assert lock.is_after_crash
    with locked(path, holder="next but one") as lock:
        assert not lock.is_after_crash


def test_a_file_that_was_deleted_while_we_waited_is_not_taken_for_the_lock(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    got = threading.Event()
    leave = threading.Event()

    def wait() -> None:
        with locked(path, holder="waiter", deadline=PATIENCE):
            got.set()
            leave.wait(PATIENCE)

    with taken(path):
        waiter = threading.Thread(target=wait)
        waiter.start()
        until(lambda: waiters() == 1)
        path.unlink()
        path.touch()
    try:
        assert got.wait(PATIENCE)
        assert not is_free(path)
    finally:
        leave.set()
        waiter.join(PATIENCE)


def test_a_lock_whose_file_is_deleted_knows_that_it_is_none(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locked(path, holder="me") as lock:
        assert lock.is_valid()
        path.unlink()
        assert not lock.is_valid()
        path.touch()
        assert not lock.is_valid()


def test_a_lock_whose_file_cannot_be_looked_at_is_no_bug(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locked(path, holder="me") as lock:
        path.unlink()
        path.symlink_to(path)

        with pytest.raises(CannotSaveError, match="nothing was changed"):
            lock.is_valid()


@pytest.mark.parametrize("odd", [Path.mkdir, lambda path: path.symlink_to("elsewhere")])
def test_what_cannot_be_a_lock_is_refused_and_not_followed(
    tmp_path: Path, odd: Callable[[Path], None]
) -> None:
    odd(tmp_path / ".lock")

    with pytest.raises(CannotSaveError), locked(tmp_path / ".lock", holder="me"):
        pytest.fail("granted")

    assert not (tmp_path / "elsewhere").exists()
