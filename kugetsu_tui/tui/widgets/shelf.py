"""All there is to read, and what of it is wanted and unfolded."""

from __future__ import annotations

from collections.abc import Sequence

from kugetsu_tui.domain.wanted_parts import Wanted
from kugetsu_tui.tui.widgets.items import Block, Item, blocks_of
from kugetsu_tui.tui.widgets.turns import begins_turn, folded, turn_of


class Shelf:
    """Items, those beneath them, and the reader's choices among them."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Hold nothing, and forget every choice."""
        self.items: Sequence[Item] = ()
        self.wanted = Wanted()
        self._beneath: dict[str, Sequence[Item]] = {}
        self._toggled: frozenset[str] = frozenset()
        self._folded: frozenset[str] = frozenset()
        """Turns that are a line."""

    def put_beneath(self, item_id: str, items: Sequence[Item]) -> None:
        """Show these beneath that item, for as long as it is unfolded."""
        self._beneath[item_id] = [each.deeper() for each in items]

    def lacks(self, item: Item) -> bool:
        """What belongs beneath the item has still to be read."""
        return bool(item.source) and item.id not in self._beneath

    def is_open(self, item: Item) -> bool:
        """The item's body shows."""
        return item.is_open is not (item.id in self._toggled)

    def toggle(self, item: Item) -> None:
        """Fold the item, or unfold it, or the turn that it stands for."""
        if item.id in self._folded:
            self._folded -= {item.id}
        else:
            self._toggled ^= {item.id}

    def toggle_turn(self, item: Item) -> str:
        """Fold the turn that the item is in, or unfold it; the id of the message that began it."""
        turn = turn_of(self.wanted_items(), item.id)
        self._folded ^= {turn} if turn else set()
        return turn

    def toggle_turns(self, item: Item) -> str:
        """The same with all turns: they are unfolded only where all are folded."""
        every = frozenset(each.id for each in self.items if begins_turn(each))
        self._folded = every if self._folded != every else frozenset()
        return turn_of(self.wanted_items(), item.id)

    def unfold_turn(self, item: Item) -> bool:
        """Unfold the turn that the item is in; whether it was folded."""
        turn = turn_of(self.wanted_items(), item.id)
        was_folded = turn in self._folded
        self._folded -= {turn}
        return was_folded

    def shown(self) -> list[Item]:
        """What is wanted, save what is in folded turns."""
        wanted = self.wanted_items()
        return folded(wanted, self._folded) if self._folded else wanted

    def wanted_items(self) -> list[Item]:
        """What is wanted, in order, with what is unfolded beneath it."""
        return self._wanted_of(self.items)

    def _wanted_of(self, items: Sequence[Item]) -> list[Item]:
        shown: list[Item] = []
        for each in items:
            if self.wanted.has(each.kind, is_noise=each.is_noise):
                shown.append(each)
                if each.id in self._beneath and self.is_open(each):
                    shown += self._wanted_of(self._beneath[each.id])
        return shown

    def blocks(self, shown: Sequence[Item]) -> list[Block]:
        """How these are drawn."""
        return blocks_of(shown, is_open=frozenset(each.id for each in shown if self.is_open(each)))
