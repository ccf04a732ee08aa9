"""What the screen was asked to show: everything, a directory, an issue or a session."""

from __future__ import annotations

from kugetsu_tui.commands.directories import directory_typed
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.domain.board import RowKind
from kugetsu_tui.domain.errors import BadReferenceError, DamagedError, NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import session_id_of
from kugetsu_tui.domain.text import clean_line

_BEGINS_A_PATH = ("/", "./", "../", "~")


@frozen(kw_only=True)
class Scope:
    """By default, everything that is tracked."""

    directory: str = ""
    """Only sessions that work there or below."""
    key: str = ""
    """The row to open."""
    is_untracked: bool = False
    """It is none that is tracked: all kinds are to be shown, whatever is remembered."""


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
    if text.startswith(_BEGINS_A_PATH):
        raise BadReferenceError(f"{clean_line(text)}: no such directory")
    try:
        if text == resolve.store.index().base:
            return Scope(key=RowKind.BASE)
        return Scope(key=resolve.tracked(text))
    except DamagedError:
        return Scope()  # the board itself says what is damaged
    except NotFoundError:
        if session_id_of(text) is None:
            raise
        return Scope(key=text, is_untracked=True)
