"""What the store says when the system refuses to write."""

from __future__ import annotations

import os
from pathlib import Path

from kugetsu_tui.domain.errors import CannotSaveError


def cannot_save(what: Path | str, error: OSError, *, changed: bool = False) -> CannotSaveError:
    """The refusal for what the system said; `changed` where a part is stored by now."""
    why = os.strerror(error.errno) if error.errno else str(error)
    rest = "only a part was saved" if changed else "nothing was changed"
    return CannotSaveError(f"{what}: cannot save: {why}: {rest}", changed=changed)
