"""Files that are either the old or the new ones, whole and durable, whenever one looks."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

_PREFIX = ".kugetsu-"
_SUFFIX = ".tmp"
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


class StagedFile:
    """New content that lies beside its target until it takes its place."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.is_placed = False
        self._temporary = target.with_name(f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}")

    def write(self, data: bytes, *, durable: bool) -> None:
        """Write the content, readable for its owner alone whatever the umask."""
        descriptor = os.open(self._temporary, _FLAGS, PRIVATE_FILE)
        try:
            os.fchmod(descriptor, PRIVATE_FILE)
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def place(self) -> None:
        """Take the target's place."""
        self._temporary.replace(self.target)
        self.is_placed = True

    def discard(self) -> None:
        """Leave nothing behind that is not in its place."""
        if not self.is_placed:
            self._temporary.unlink(missing_ok=True)


def make_private_folder(folder: Path) -> None:
    """Make the folder and those above it, for its owner alone whatever the umask.

    One that is there is left as it is.
    """
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    try:
        folder.mkdir(PRIVATE_FOLDER)
    except FileExistsError:
        if not folder.is_dir():
            raise
    else:
        folder.chmod(PRIVATE_FOLDER)


def sync_folder(folder: Path) -> None:
    """Have the names in the folder durable, where its file system can do that."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Delete temporary files of writers that were killed. Only for who holds the lock."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        left = [e.path for e in entries if e.name.startswith(_PREFIX) and e.name.endswith(_SUFFIX)]
        for path in left:
            Path(path).unlink(missing_ok=True)
