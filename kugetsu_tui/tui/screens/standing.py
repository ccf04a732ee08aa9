"""How things stand, in words: for the line at the top, and for a board with nothing on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.domain.view import Kinds, Span, View
from kugetsu_tui.tui.screens.listing import Listing
from kugetsu_tui.tui.voice import sign
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.one_liners import Part
from kugetsu_tui.tui.widgets.roster import Roster


@frozen
class Emptiness:
    """Why there is no issue to be seen, and the key that leads on."""

    title: str
    lines: tuple[str, ...]
    verb: str
    does: str


def standing(
    roster: Roster,
    error: KugetsuError | None,
    listing: Listing,
    *,
    directory: str,
) -> Iterator[Part]:
    """The parts of the line at the top, the most important first.

    Args:
        roster: all there is.
        error: why there are no news.
        listing: how the rows are looked at.
        directory: the one that the screen is limited to.
    """
    view = listing.view
    if error is not None:
        yield "! not up to date" if roster.board.rows else "! the store cannot be read", Tone.BAD
    if error is not None and not roster.board.rows:
        return
    if listing.marks:
        yield f"{sign('✓ ', '')}{len(listing.marks)} marked", Tone.OPEN
    if roster.waiting:
        yield f"{sign('⚑ ', '')}{roster.waiting} waiting for you", Tone.MIND
    if roster.at_work:
        yield f"{sign('● ', '')}{roster.at_work} at work", Tone.FRESH
    if bad := roster.went_wrong:
        yield f"{sign('✗ ', '')}{bad} went wrong", Tone.BAD
    if listing.unseen:
        yield f"{sign('• ', '')}{len(listing.unseen):,} unseen", Tone.MIND
    issues = roster.kinds.get(RowKind.ISSUE, 0)
    yield f"{issues:,} issue{'' if issues == 1 else 's'}", Tone.MUTED
    if roster.base is None and issues:
        yield "no base session", Tone.MIND
    yield from _others(roster, view)
    yield from _chosen(view, directory)


def _others(roster: Roster, view: View) -> Iterator[Part]:
    if view.kind in {Kinds.UNTRACKED, Kinds.ALL}:
        yield f"{roster.kinds.get(RowKind.UNTRACKED, 0):,} untracked", Tone.MUTED
    if view.has_children:
        yield f"{roster.kinds.get(RowKind.CHILD, 0):,} of sub-agents", Tone.MUTED


def _chosen(view: View, directory: str) -> Iterator[Part]:
    if directory:
        yield f"in {clean_line(directory)}", Tone.OPEN
    if view.kind is not Kinds.ISSUES:
        yield f"only {view.kind}" if view.kind is not Kinds.ALL else "all kinds", Tone.OPEN
    if view.span is not Span.ALL:
        yield f"last {view.span}", Tone.OPEN
    yield f"by {view.order}", Tone.MUTED


def notice(roster: Roster, error: KugetsuError | None) -> str:
    """What could not be read; empty where everything could."""
    if error is not None:
        return clean_line(f"{error.message}" + (f"; {error.hint}" if error.hint else ""))
    return clean_line("; ".join(roster.board.warnings))


def is_empty(rows: Sequence[Row], view: View) -> bool:
    """Whether nothing is to be seen, at most the base where that is not all that was asked for."""
    has_base_alone = len(rows) == 1 and rows[0].kind is RowKind.BASE
    return not rows or (has_base_alone and view.kind is not Kinds.BASE)


async def emptiness(
    roster: Roster,
    rows: Sequence[Row],
    *,
    words: str,
    directory: str,
    view: View,
    missing: Callable[[], KugetsuError | None],
    error: KugetsuError | None,
) -> Emptiness:
    """What to say where the rows are empty.

    Args:
        roster: all there is.
        rows: what of it is shown.
        words: the filter.
        view: how the rows are looked at.
        directory: the one that the screen is limited to.
        missing: why opencode cannot be used; may take its time.
        error: why the store could not be read.
    """
    if error is not None and not roster.board.rows:
        return Emptiness("The store cannot be read", (_UNTOUCHED,), "refresh", "to read it again")
    if words:
        return Emptiness("No row holds all these words", (words,), "back", "to see all rows")
    if view.span is not Span.ALL and any(row.kind is RowKind.ISSUE for row in roster.board):
        span = f"in the last {view.span}"
        return Emptiness("Nothing has happened", (span,), "range", "to look further back")
    if view.kind not in {Kinds.ISSUES, Kinds.ALL}:
        return Emptiness(_NONE_OF[view.kind], (), "kind", "to see other kinds")
    if directory:
        where = (directory,)
        return Emptiness("No session works in this directory", where, "back", "to see all")
    if rows:
        return Emptiness("No issue yet", (_HAS_BASE,), "start", "to start the first one")
    if await asyncio.to_thread(missing) is not None:
        about = (*_ABOUT, "", "opencode is not installed yet: that comes first.")
        return Emptiness("Welcome to kugetsu", about, "init", "to get it, and begin")
    return Emptiness("Welcome to kugetsu", _ABOUT, "init", "to make the base session")


_NONE_OF = {
    Kinds.BASE: "There is no base session",
    Kinds.UNTRACKED: "opencode has no session that nobody tracks",
    Kinds.CHILDREN: "No session has sub-agents",
}
_UNTOUCHED = "Nothing in it is touched until it can be read again."
_HAS_BASE = "The base session is there, and waits to be forked."
_ABOUT = (
    "It keeps one opencode session for each issue you work on.",
    "All are forked from a base session, which is made once.",
)
