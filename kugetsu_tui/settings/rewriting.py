"""Replacing a file whole: whoever looks sees the old content or the new."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kugetsu_tui.domain.errors import BusyError
from kugetsu_tui.domain.text import clean_line

_FILE = 0o600
_FOLDER = 0o700


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make the folder where it is missing, and keep other writers of this program out.

    Raises:
        BusyError: one is in.
        OSError: the system refused.
    """
    folder.mkdir(_FOLDER, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
        os.fsync(descriptor)
    except BlockingIOError as error:
        raise BusyError(
            f"settings: somebody else is writing in {clean_line(str(folder))}", hint="try again"
        ) from error
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes) -> None:
    """Write it for its owner alone. Raises `OSError`; then the old content stands."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(temporary, flags, _FILE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):  # what is in its place by now is not undone for that
            temporary.unlink(missing_ok=True)
