"""Files that somebody else may have put there: opened without waiting, read within bounds."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from kugetsu_tui.store.refusal import cannot_save

LARGEST = 16 * 1024 * 1024
"""Bytes of a file that is still read: an index of 100,000 issues is smaller."""
_OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class UnreadableError(Exception):
    """A file that cannot be read or understood; its words say why."""


class MissingFileError(UnreadableError):
    """There is no such file."""


def is_there(path: Path) -> bool:
    """Whether anything has that name, be it a link to nowhere.

    Raises:
        OSError: that cannot be told; `os.path.lexists` would say no.
    """
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def read_regular(path: str, *, follow: bool = False, limit: int = LARGEST) -> bytes:
    """The content of a regular file; a pipe or a device is refused without waiting for it.

    Args:
        path: the file.
        follow: whether it may be a symbolic link.
        limit: bytes that it may hold.

    Raises:
        UnreadableError: there is none, it is no regular file, too large, or the system refuses.
        CannotSaveError: this process is out of file descriptors or memory; the file may be fine.
    """
    try:
        descriptor = os.open(path, _FLAGS if follow else _FLAGS | os.O_NOFOLLOW)
        try:
            return _content(descriptor, limit)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _refusal(error, path) from error


def _content(descriptor: int, limit: int) -> bytes:
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        raise UnreadableError("not a regular file")
    if about.st_size > limit:
        raise UnreadableError(f"too large: {about.st_size:,} bytes, the limit is {limit:,}")
    return os.read(descriptor, about.st_size + 1)


def _refusal(error: OSError, path: str) -> Exception:
    if error.errno in _OUT_OF_RESOURCES:
        return cannot_save(path, error)
    if error.errno == errno.ENOENT:
        return MissingFileError("missing")
    return UnreadableError(f"unreadable: {error.strerror}")
