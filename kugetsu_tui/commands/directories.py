"""Directories that somebody names, which need not be there, or not for us."""

from __future__ import annotations

from pathlib import Path


def directory_typed(text: str) -> Path | None:
    """The directory of that name, `~` being a home; nothing where there is none to be seen.

    No name is none, though `Path` takes it for the current directory: a variable was not set.
    """
    try:
        path = Path(text).expanduser()
        return path.resolve() if text and is_directory(path) else None
    except (RuntimeError, OSError):  # `~nobody`, a user that there is not; `.` that is gone
        return None


def is_directory(path: Path) -> bool:
    """Whether it is one; what is in a folder that we may not look into is none."""
    try:
        return path.is_dir()
    except OSError:
        return False
