"""An index that cannot be understood, and what takes its place."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from kugetsu_tui.domain.errors import ConflictError, DamagedError, NotFoundError
from kugetsu_tui.store.atomic_write import StagedFile, sync_folder
from kugetsu_tui.store.layout import Layout
from kugetsu_tui.store.reading import is_index
from kugetsu_tui.store.refusal import cannot_save
from kugetsu_tui.store.regular_file import UnreadableError, read_regular


def require_none_better(layout: Layout) -> None:
    """Raises `ConflictError` where the last good index is there to be copied back."""
    if is_index(layout.last_index):
        raise ConflictError(
            f"{layout.last_index} is whole, and better than what can be found again",
            hint=f"cp {quote(str(layout.last_index))} {quote(str(layout.index))}",
        )


def restore_last(layout: Layout, now: datetime) -> str:
    """Put the last good index in its place. Only for who holds the lock.

    Returns:
        Where the damaged one is kept, beside the file that the index, if it is a link, leads to;
        empty where there was none.

    Raises:
        NotFoundError: no good one is kept.
        DamagedError: the good one cannot be read any more.
        CannotSaveError: the system refuses.
    """
    if not is_index(layout.last_index):
        raise NotFoundError(
            f"{layout.last_index}: there is no good index to bring back",
            hint="kugetsu doctor --rebuild",
        )
    target = Path(os.path.realpath(layout.index))
    restored, aside = StagedFile(target), ""
    try:
        restored.write(read_regular(str(layout.last_index)), durable=True)
        aside = move_away(target, now)
        restored.place()
        sync_folder(target.parent)
    except UnreadableError as error:
        raise DamagedError(f"{layout.last_index}: {error}; nothing was changed") from error
    except OSError as error:
        raise cannot_save(layout.index, error, changed=bool(aside) or restored.is_placed) from error
    finally:
        with suppress(OSError):
            restored.discard()
    return aside


def move_away(index: Path, now: datetime) -> str:
    """Rename it, whatever it is; where it is then, or nothing where there is none.

    Only for who holds the lock. Raises `OSError`.
    """
    aside = index.with_name(f"{index.name}.damaged-{now.astimezone(UTC):%Y%m%dT%H%M%S}")
    try:
        index.rename(aside)
    except FileNotFoundError:
        return ""
    return str(aside)
