"""What the screen was asked to show: everything, a directory, an issue or a session."""

from __future__ import annotations

from kugetsu_tui.commands.directories import directory_typed
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.domain.errors import DamagedError, NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import session_id_of


@frozen(kw_only=True)
class Scope:
    """By default, everything that is tracked."""

    directory: str = ""
    """Only sessions that work there or below."""
    key: str = ""
    """The row to open."""
    is_untracked: bool = False
    """It is one that nobody tracks: all kinds are to be shown."""


def scope_of(text: str | None, resolve: ResolveRef) -> Scope:
    """The scope that was typed behind the program's name.

    Raises:
        BadReferenceError: it is neither a directory nor a reference.
        NotFoundError: nobody tracks it.
    """
    if text is None:
        return Scope()
    if directory := directory_typed(text):
        return Scope(directory=str(directory))
    try:
        return Scope(key=resolve.tracked(text))
    except DamagedError:
        return Scope()  # the board itself says what is damaged
    except NotFoundError:
        if session_id_of(text) is None:
            raise
        return Scope(key=text, is_untracked=True)
