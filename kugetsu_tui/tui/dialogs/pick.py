"""A list to choose from, found by typing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.voice import VOICE
from kugetsu_tui.tui.widgets.look import Tone, toned

T = TypeVar("T")


class Item(Generic[T]):
    """One thing to choose."""

    def __init__(self, answer: T, words: Content, *, about: str = "") -> None:
        """Make it.

        Args:
            answer: what choosing it gives.
            words: one line, of safe text.
            about: what may not fit into that line, told while it is pointed at.
        """
        self.answer = answer
        self.words = words
        self.about = about
        self.haystack = words.plain.casefold()


def holding(items: Iterable[Item[T]], words: str) -> list[Item[T]]:
    """Those that hold all the words; case is ignored. Who has them as whole words comes first."""
    sought = words.casefold().split()
    found = [item for item in items if all(word in item.haystack for word in sought)]
    return sorted(found, key=lambda item: not set(sought) <= set(item.haystack.split()))


class PickDialog(Dialog[T], Generic[T]):
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
        find: Callable[[str], Sequence[Item[T]]],
        *,
        at: T | None = None,
        try_on: Callable[[T], None] | None = None,
    ) -> None:
        """Ask.

        Args:
            title: what is to be chosen.
            find: from what, given the words that were typed.
            at: the answer to begin at.
            try_on: shows what choosing it would be like, while it is only pointed at.
        """
        hints = [("⏎", "choose"), ("↑ ↓", "move"), ("esc", "back")]
        super().__init__(title, hints=hints)
        self._find = find
        self._found: Sequence[Item[T]] = ()
        self._at = at
        self._try_on = try_on

    def body(self) -> ComposeResult:
        yield Input(placeholder="type to find")
        yield OptionList(compact=True, markup=False, classes="-scrolls")
        yield Static(Content(""), id="about")

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
        self._found = self._find(words)
        listed = self.query_one(OptionList)
        listed.set_options(Option(item.words) for item in self._found)
        answers = [item.answer for item in self._found]
        listed.display = bool(answers)  # Textual (8.2) has an empty one be as high as it was
        if answers:
            listed.highlighted = answers.index(self._at) if self._at in answers else 0
        self.query_one("#about").display = VOICE.is_spoken or any(
            item.about for item in self._found
        )
        self.refuse("" if answers else "nothing holds all these words")

    def action_move(self, by: int) -> None:
        listed = self.query_one(OptionList)
        if self._found:
            place = (listed.highlighted or 0) + by
            listed.highlighted = min(max(place, 0), len(self._found) - 1)

    @on(OptionList.OptionHighlighted)
    def _pointed_at(self, event: OptionList.OptionHighlighted) -> None:
        if event.option_index >= len(self._found):
            return
        item = self._found[event.option_index]
        about = " ".join(item.words.plain.split()) if VOICE.is_spoken else item.about
        self.query_one("#about", Static).update(Content.assemble(toned(about, Tone.MUTED)))
        if self._try_on is not None:
            self._try_on(item.answer)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index].answer)

    @on(Input.Submitted)
    def action_send(self) -> None:
        place = self.query_one(OptionList).highlighted
        if self._found and place is not None:
            self.dismiss(self._found[place].answer)
