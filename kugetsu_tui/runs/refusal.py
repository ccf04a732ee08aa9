"""What the system said, in words."""

from __future__ import annotations

import os


def in_words(error: OSError) -> str:
    """Where it was, as far as that is known: a flush or a lock goes by a number alone."""
    why = os.strerror(error.errno) if error.errno else str(error)
    return f"{error.filename}: {why}" if error.filename else why
