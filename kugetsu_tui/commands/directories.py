"""Directories that somebody names, which need not be there, or not for us."""

from __future__ import annotations

from pathlib import Path


def directory_typed(text: str) -> Path | None:
    """The directory of that name, `~` being a home; nothing where there is none to be seen."""
    try:
        path = Path(text).expanduser()
    except RuntimeError:  # `~nobody`: a user that there is not
        return None
    return path.resolve() if is_directory(path) else None


def is_directory(path: Path) -> bool:
    """Whether it is one; what is in a folder that we may not look into is none."""
    try:
        return path.is_dir()
    except OSError:
        return False
