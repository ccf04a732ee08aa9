"""strace as a saboteur: the system calls of one edit, and a run in which one of them goes wrong."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.store.files import lay_out
from tests.store.worker import BEGIN, END

_ROOT = Path(__file__).parents[2]
COMPILED = tempfile.TemporaryDirectory(prefix="kugetsu-compiled-")
atexit.register(COMPILED.cleanup)
_CALL = re.compile(r"^\d+ +(\w+)\((.*)")
_LOOKS = {"newfstatat", "fstat", "lstat", "stat", "readlink", "lseek", "getcwd", "access", "mmap"}
"""Calls that touch nothing, and whose refusal only says that something is not there."""
PASSIVE = {"read", "pread64", "close", "getdents64"}
"""Calls that leave the disk as it is: dying there is dying at the next one."""


def unusable() -> str:
    """Why strace cannot be used here; empty where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    probe = subprocess.run(
        ["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True, check=False
    )
    return probe.stderr


def require() -> None:
    """Skips a test where strace cannot be used, or fails it where `KUGETSU_TEST_REQUIRE` says."""
    if why := unusable():
        if "strace" in os.environ.get("KUGETSU_TEST_REQUIRE", "").split(","):
            pytest.fail(why, pytrace=False)
        pytest.skip(why)


@dataclass(frozen=True)
class Scene:
    """An edit, and the store it begins with."""

    edit: str
    is_new: bool = False
    """There is no store yet."""

    def prepared(self, folder: Path) -> Path:
        return folder if self.is_new else lay_out(folder)


@dataclass(frozen=True)
class Call:
    """One system call of an edit: the how-manieth of that name in the whole process."""

    name: str
    count: int


def run(folder: Path, edit: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Make the edit in a process of its own, under strace with these options.

    Each process has to make the same calls: none may find less compiled than another.
    """
    return subprocess.run(
        [
            *("strace", "-f", "-qq", *options),
            *(sys.executable, "-S", "-m", "tests.store.worker", str(folder), "once", edit),
        ],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "PYTHONPYCACHEPREFIX": COMPILED.name},
    )


def calls_of(scene: Scene, folder: Path) -> list[Call]:
    """The calls that an undisturbed edit makes between its markers."""
    log = folder / "log"
    folder.mkdir()
    run(scene.prepared(folder / "warming up"), scene.edit)
    done = run(
        scene.prepared(folder / "store"),
        scene.edit,
        *("-o", str(log), "-e", "trace=%file,%desc", "-s", "4096"),
    )
    assert done.returncode == 0, done.stderr
    return list(_between_markers(log.read_text()))


def _between_markers(log: str) -> Iterator[Call]:
    counts: Counter[str] = Counter()
    is_within = False
    for line in log.splitlines():
        if (found := _CALL.match(line)) is None:
            continue
        name, arguments = found.groups()
        counts[name] += 1
        is_within = (is_within or BEGIN in arguments) and END not in arguments
        if is_within and name not in _LOOKS:
            yield Call(name, counts[name])


@dataclass(frozen=True)
class Disturbed:
    """A run in which one call went wrong."""

    call: Call
    how: str
    folder: Path
    result: subprocess.CompletedProcess[str]


def disturb(scene: Scene, folder: Path, sabotage: list[tuple[Call, str]]) -> Iterator[Disturbed]:
    """Make the edit once for each, on a store of its own."""
    folder.mkdir()

    def one(item: tuple[int, tuple[Call, str]]) -> Disturbed:
        number, (call, how) = item
        store = scene.prepared(folder / str(number))
        inject = f"inject={call.name}:{how}:when={call.count}"
        options = ("-o", os.devnull, "-e", f"trace={call.name}", "-e", inject)
        return Disturbed(call, how, store, run(store, scene.edit, *options))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(one, enumerate(sabotage))
