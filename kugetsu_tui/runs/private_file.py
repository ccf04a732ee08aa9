"""Files for their owner alone, whole on disk before anybody can find them."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from errno import EINVAL
from io import FileIO
from pathlib import Path


class _Read(FileIO):
    """A file that is only read: a close that fails takes nothing away, and is no news."""

    def close(self) -> None:
        with suppress(OSError):
            super().close()


def open_regular(path: Path) -> FileIO:
    """Open it for reading; a pipe or a device could be waited for for ever. Raises `OSError`."""
    file = _Read(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(EINVAL, "not a regular file", str(path))
    return file


def read_regular(path: Path) -> bytes:
    """What it holds. Raises `OSError`."""
    with open_regular(path) as file:
        return file.readall()


def write_new(path: Path, content: bytes) -> None:
    """Raises `OSError`; `FileExistsError` where it is there already."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def replace_whole(path: Path, content: bytes) -> None:
    """In one step; only ever by one writer at a time. Raises `OSError`."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    write_new(new, content)
    new.replace(path)
