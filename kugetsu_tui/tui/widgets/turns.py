"""Turns: a message of the user's and all that came of it, folded to a line where that is wanted."""

from __future__ import annotations

from collections import Counter
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
    hidden: Counter[str] = Counter()
    turn = ""
    for each in items:
        if begins_turn(each):
            turn = each.id if each.id in turns else ""
        elif turn:
            hidden[turn] += 1
            continue
        shown.append(each)
    return [_line(each, hidden[each.id]) if each.id in turns else each for each in shown]


def _line(item: Item, hidden: int) -> Item:
    text = item.body[0].text.strip()
    words = text.partition("\n")[0][:_GLANCE]
    more = "…" if words != text else ""
    counted = f"  {hidden} part{'' if hidden == 1 else 's'}"
    return replace(item, head=((words + more, Tone.OPEN), (counted, Tone.MUTED)), is_open=False)
