"""An index that cannot be understood, moved out of the way of a new one."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from shlex import quote

from kugetsu_tui.domain.errors import ConflictError
from kugetsu_tui.store.layout import Layout
from kugetsu_tui.store.reading import is_index
from kugetsu_tui.store.refusal import cannot_save


def set_aside(layout: Layout, now: datetime) -> None:
    """Rename it, whatever it is. Only for who holds the lock.

    Raises:
        ConflictError: the last good index is there to be copied back.
        CannotSaveError: the system refuses.
    """
    if is_index(layout.last_index):
        raise ConflictError(
            f"{layout.last_index} is whole, and better than what can be found again",
            hint=f"cp {quote(str(layout.last_index))} {quote(str(layout.index))}",
        )
    aside = layout.root / f"{layout.index.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%S}"
    try:
        with suppress(FileNotFoundError):
            layout.index.rename(aside)
    except OSError as error:
        raise cannot_save(layout.index, error) from error
