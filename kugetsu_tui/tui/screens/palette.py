"""Everything that can be done or shown, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.keys.key import Group
from kugetsu_tui.tui.keys.keymap import Keymap
from kugetsu_tui.tui.widgets.look import LOOKS, Tone, toned

_MOST_SESSIONS = 30
_NAME_WIDTH, _KEY_WIDTH = 14, 7


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


def everything(
    keymap: Keymap,
    themes: Iterable[str],
    *,
    press: Callable[[str], None],
    wear: Callable[[str], None],
) -> Iterator[Entry]:
    """All but sessions: what has a key, verbs without one, colours.

    Args:
        keymap: the user's.
        themes: the colours there are.
        press: does what an action says.
        wear: changes the colours.
    """
    for key in keymap.keys.values():
        if key.group is not Group.MOVE:
            words = _line(key.id, keymap.key_of(key.id), key.summary)
            yield Entry(words, partial(press, key.action))
    for verb in VERBS.values():
        if verb.name not in keymap.keys:
            yield Entry(_line(verb.name, "", verb.summary), partial(press, f"flow('{verb.name}')"))
    for name in themes:
        yield Entry(_line("theme", "", name), partial(wear, name))


def found_in(entries: Iterable[Entry], query: str) -> Iterator[Entry]:
    """Those whose words hold all of the query's."""
    sought = query.casefold().split()
    for entry in entries:
        text = entry.words.plain.casefold()
        if all(word in text for word in sought):
            yield entry


def sessions(rows: Sequence[Row], select: Callable[[str], None]) -> Iterator[Entry]:
    """Sessions; choosing one puts the cursor on it."""
    for row in rows[:_MOST_SESSIONS]:
        look = LOOKS[row.state]
        words = Content.assemble(
            toned(f"{look.glyph} ", look.tone),
            toned(clean_line(row.label), Tone.STRONG),
            toned(f"  {clean_line(row.title)}", Tone.MUTED),
        )
        yield Entry(words, partial(select, row.key))


def _line(name: str, key: str, summary: str) -> Content:
    return Content.assemble(
        toned(f"{name:<{_NAME_WIDTH}}", Tone.STRONG),
        toned(f"{key:<{_KEY_WIDTH}}", Tone.OPEN),
        toned(summary, Tone.MUTED),
    )
