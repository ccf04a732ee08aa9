"""Verbs and sessions, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.keys.key import Group, Key
from kugetsu_tui.tui.keys.spelling import spelled
from kugetsu_tui.tui.widgets.look import LOOKS, Tone, toned
from kugetsu_tui.tui.widgets.roster import Roster

_MOST_SESSIONS = 30


@frozen
class Entry:
    """One line to choose, and what choosing it does."""

    words: Content
    call: Callable[[], None]


def palette_of(find: Callable[[str], Iterable[Entry]]) -> type[Provider]:
    """Textual's command palette, showing what `find` finds for the words that were typed."""

    class Palette(Provider):
        async def discover(self) -> Hits:
            for entry in find(""):
                yield DiscoveryHit(entry.words, entry.call, text=entry.words.plain)

        async def search(self, query: str) -> Hits:
            for rank, entry in enumerate(find(query)):
                yield Hit(1 / (1 + rank), entry.words, entry.call, text=entry.words.plain)

    return Palette


def entries(
    query: str,
    keys: Mapping[str, Key],
    roster: Roster,
    *,
    press: Callable[[Key], None],
    select: Callable[[str], None],
) -> Iterator[Entry]:
    """Keys whose words hold all of the query's, then sessions that do.

    Args:
        query: words, separated by blanks.
        keys: those that work, by id.
        roster: the sessions there are.
        press: does what the key does.
        select: puts the cursor on the row of that key.
    """
    sought = query.casefold().split()
    for key in keys.values():
        text = f"{key.id} {key.summary}".casefold()
        if key.group is not Group.MOVE and all(word in text for word in sought):
            yield Entry(_key_words(key), partial(press, key))
    if not sought:
        return
    for row in roster.matching(query)[:_MOST_SESSIONS]:
        look = LOOKS[row.state]
        words = Content.assemble(
            toned(f"{look.glyph} ", look.tone),
            toned(clean_line(row.label), Tone.STRONG),
            toned(f"  {clean_line(row.title)}", Tone.MUTED),
        )
        yield Entry(words, partial(select, row.key))


def _key_words(key: Key) -> Content:
    return Content.assemble(
        toned(f"{key.id:<13}", Tone.STRONG),
        toned(f"{spelled(key.keys):<6}", Tone.OPEN),
        toned(key.summary, Tone.MUTED),
    )
