"""Files for their owner alone, whole on disk before anybody can find them."""

from __future__ import annotations

import os
from pathlib import Path


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
