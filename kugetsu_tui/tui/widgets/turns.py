"""Turns: a message of the user's and all that came of it, folded to a line where that is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.tui.widgets.items import Item
from kugetsu_tui.tui.widgets.look import Tone

_GLANCE = 60
"""Characters of the message that stay."""


def begins_turn(item: Item) -> bool:
    """A message of the user's; what a sub-agent is told is none."""
    return item.kind is PartKind.USER and not item.depth


def turn_of(items: Sequence[Item], item_id: str) -> str:
    """The id of the message whose turn that item is in; empty before the first."""
    turn = ""
    for each in items:
        turn = each.id if begins_turn(each) else turn
        if each.id == item_id:
            return turn
    return ""


def folded(items: Sequence[Item], turns: frozenset[str]) -> list[Item]:
    """The items with each of these turns in one line, which says how much is beneath it."""
    shown: list[Item] = []
    hidden, turn = 0, ""
    for each in items:
        if begins_turn(each):
            turn, hidden = each.id if each.id in turns else "", 0
            shown.append(_line(each, hidden) if turn else each)
        elif turn:
            hidden += 1
            shown[-1] = _line(shown[-1], hidden)
        else:
            shown.append(each)
    return shown


def _line(item: Item, hidden: int) -> Item:
    text = item.body[0].text.strip()
    words = text.partition("\n")[0][:_GLANCE]
    more = "…" if words != text else ""
    counted = f"  {hidden} part{'' if hidden == 1 else 's'}"
    return replace(item, head=((words + more, Tone.OPEN), (counted, Tone.MUTED)), is_open=False)
