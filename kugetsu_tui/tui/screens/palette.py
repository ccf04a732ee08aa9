"""Everything that can be done or shown, for the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

from textual.content import Content

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.domain.view import Kinds, Layout, Order, Span
from kugetsu_tui.tui.dialogs.pick import Item, PickDialog, holding
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.keys.key import Context, Group
from kugetsu_tui.tui.keys.keymap import Keymap
from kugetsu_tui.tui.widgets.look import LOOKS, Tone, toned

Entry: TypeAlias = Item[Callable[[], None]]
"""Choosing it gives what does it."""
_MOST_SESSIONS = 30
_VIEWS = {
    "order": ("order", Order),
    "kind": ("kind", Kinds),
    "range": ("span", Span),
    "layout": ("layout", Layout),
}
"""Name of the key that goes through them all → what of the view it changes, and to what."""
_NAME_WIDTH, _KEY_WIDTH = 14, 7


async def choice(
    stage: Stage, *, press: Callable[[str], None], wear: Callable[[str], None]
) -> Callable[[], None] | None:
    """What does the thing that somebody found by typing; nothing where the palette was left.

    Args:
        stage: where it is asked.
        press: does what an action says.
        wear: changes the colours.
    """
    every = list(everything(stage.keymap, stage.themes, press=press, wear=wear))

    def found(query: str) -> Sequence[Entry]:
        rows = stage.roster.matching(query) if query.strip() else ()
        return [*holding(every, query), *sessions(rows, stage.select)]

    return await stage.ask(PickDialog("palette", found))


def everything(
    keymap: Keymap,
    themes: Iterable[str],
    *,
    press: Callable[[str], None],
    wear: Callable[[str], None],
) -> Iterator[Entry]:
    """All but sessions: what has a key, verbs without one, ways to look at the board, colours.

    Args:
        keymap: the user's.
        themes: the colours there are.
        press: does what an action says.
        wear: changes the colours.
    """
    for key in keymap.keys.values():
        if key.group is not Group.MOVE and key.context is not Context.READING:
            words = _line(key.id, keymap.key_of(key.id), key.summary)
            yield Item(partial(press, key.action), words, about=key.summary)
    for verb in VERBS.values():
        if verb.name not in keymap.keys:
            words = _line(verb.name, "", verb.summary)
            yield Item(partial(press, f"flow('{verb.name}')"), words, about=verb.summary)
    for name, (field, choices) in _VIEWS.items():
        for choice in choices:
            action = f"view('{field}', '{choice}')"
            yield Item(partial(press, action), _line(name, "", choice))
    for name in themes:
        yield Item(partial(wear, name), _line("theme", "", name))


def sessions(rows: Sequence[Row], select: Callable[[str], None]) -> Iterator[Entry]:
    """Sessions; choosing one puts the cursor on it."""
    for row in rows[:_MOST_SESSIONS]:
        look = LOOKS[row.state]
        words = Content.assemble(
            toned(f"{look.glyph} ", look.tone),
            toned(clean_line(row.label), Tone.STRONG),
            toned(f"  {clean_line(row.title)}", Tone.MUTED),
        )
        yield Item(partial(select, row.key), words)


def _line(name: str, key: str, summary: str) -> Content:
    return Content.assemble(
        toned(f"{name:<{_NAME_WIDTH}}", Tone.STRONG),
        toned(f"{key:<{_KEY_WIDTH}}", Tone.OPEN),
        toned(summary, Tone.MUTED),
    )
