"""What destroy and prune removed, and undo takes back."""

from __future__ import annotations

from datetime import datetime

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.record import Record


@frozen(kw_only=True)
class Removed:
    """One thing in the trash."""

    name: str
    """The name of its file in the trash."""
    key: str | None
    """The issue it belonged to; none for the base and for orphaned files."""
    file: str
    """What its record file was called."""
    removed_at: datetime
    is_base: bool
    record: Record | None
    """The record, where its file could be understood."""
