"""A list to choose from, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.tui.dialogs.dialog import Dialog


@frozen
class Item:
    """One thing to choose."""

    key: str
    """The answer that choosing it gives."""
    words: Content
    """One line, of safe text."""


class PickDialog(Dialog[str]):
    """Every letter is sought; the arrows move, Enter chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]

    def __init__(
        self,
        title: str,
        items: Sequence[Item],
        *,
        at: str = "",
        try_on: Callable[[str], None] = lambda _key: None,
    ) -> None:
        """Ask.

        Args:
            title: what is to be chosen.
            items: from what.
            at: the one to begin at.
            try_on: shows what choosing it would be like, while it is only pointed at.
        """
        hints = [("⏎", "choose"), ("↑ ↓", "move"), ("esc", "back")]
        super().__init__(title, hints=hints)
        self._items = items
        self._at = at
        self._try_on = try_on

    def body(self) -> ComposeResult:
        yield Input(placeholder="type to find")
        yield OptionList(compact=True, markup=False)

    def first_field(self) -> Widget:
        return self.query_one(Input)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(OptionList).can_focus = False
        self._show("")

    @on(Input.Changed)
    def _sought(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, words: str) -> None:
        sought = words.casefold().split()
        found = [
            item
            for item in self._items
            if all(word in item.words.plain.casefold() for word in sought)
        ]
        listed = self.query_one(OptionList)
        listed.set_options(Option(item.words, id=item.key) for item in found)
        keys = [item.key for item in found]
        if keys:
            listed.highlighted = keys.index(self._at) if self._at in keys else 0
        self.refuse("" if keys else "nothing holds all these words")

    def action_move(self, by: int) -> None:
        listed = self.query_one(OptionList)
        if listed.option_count:
            place = (listed.highlighted or 0) + by
            listed.highlighted = min(max(place, 0), listed.option_count - 1)

    @on(OptionList.OptionHighlighted)
    def _pointed_at(self, event: OptionList.OptionHighlighted) -> None:
        self._at = event.option_id or ""
        self._try_on(self._at)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_id)

    @on(Input.Submitted)
    def action_send(self) -> None:
        listed = self.query_one(OptionList)
        if listed.highlighted is not None and listed.option_count:
            self.dismiss(listed.get_option_at_index(listed.highlighted).id)
