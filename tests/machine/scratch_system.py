"""A copy of this machine's system, to be spoilt: files over ours, processes apart."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from tests.journeys.kugetsu import PROGRAM, eventually
from tests.opencode_home import MissingError

_APART = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--uts", "--kill-child")
_MADE = """
set -e
mount -t tmpfs tmpfs "$0"
cd "$0"
mkdir upper work root
mount -t overlay overlay -o "lowerdir=/,upperdir=$PWD/upper,workdir=$PWD/work" root
mount -t proc proc root/proc
mount --rbind /dev root/dev
mount -t tmpfs tmpfs root/run
for seen; do mkdir -p "root$seen"; mount --rbind "$seen" "root$seen"; done
echo ready
exec sleep infinity
"""
_SEEN = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]))
"""Folders that may lie on file systems of their own: Python's, and the program's."""


@dataclass(frozen=True, slots=True)
class ScratchSystem:
    """Gone, with all its processes, when its first one ends."""

    root: Path
    """As its own mounts have it."""
    _first: int

    def call(self, *argv: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """A program of that system, as its root."""
        return self._enter("chroot", self.root, *argv, stdin=stdin)

    def call_beside(self, *argv: str | Path) -> subprocess.CompletedProcess[str]:
        """A program of ours, for which that system is a folder."""
        return self._enter(*argv)

    def kugetsu(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return self.call(PROGRAM, *words, stdin=stdin)

    def read(self, name: str) -> str:
        return self.call("cat", name).stdout

    def write(self, name: str, text: str) -> None:
        self.call("tee", name, stdin=text)

    def _enter(self, *argv: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        enter = ("nsenter", f"--target={self._first}", "--mount", "--pid", "--uts")
        return subprocess.run(
            [*enter, *argv],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/root"},
        )


@contextmanager
def scratch_system(folder: Path) -> Iterator[ScratchSystem]:
    """Raises `MissingError` where this user may not make one."""
    words = (*_APART, "sh", "-c", _MADE, folder, *_SEEN)
    log = folder.with_name("scratch.log")
    folder.mkdir()
    with log.open("w") as err:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=err, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise MissingError(f"no scratch system can be made: {log.read_text()}")
        (first,) = eventually(lambda: psutil.Process(process.pid).children())
        yield ScratchSystem(folder / "root", first.pid)
    finally:
        process.kill()
        process.communicate()


@cache
def program() -> Path:
    """The `unshare` with which one can be made.

    Raises:
        MissingError: there is none, or this user may not.
    """
    found = shutil.which("unshare")
    if found is None or shutil.which("nsenter") is None:
        raise MissingError("unshare and nsenter are not on PATH")
    with tempfile.TemporaryDirectory() as folder, scratch_system(Path(folder, "scratch")):
        return Path(found)
