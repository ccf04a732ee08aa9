"""What a session waits for: all of it to be read, then answered with a key of this dialog."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean
from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.widgets.look import Tone, toned
from kugetsu_tui.tui.widgets.one_liners import KeyLine

_ARMED_AFTER = 0.5
"""Seconds until a key counts: one that was pressed before the dialog was seen answers nothing."""
WORDS = "w"
"""The key that asks for words."""
_TYPING = (("⏎", "send"), ("tab", "back"), ("esc", "later"))
_UNREAD = "read it to its end first: ↓ or end"


@frozen
class Offer:
    """One answer."""

    key: str
    label: str


@frozen
class Given:
    """The keys of what was taken, and other words."""

    keys: tuple[str, ...] = ()
    words: str = ""


class AnswerDialog(Dialog[Given]):
    """No key answers before the end of the text was in sight."""

    def __init__(
        self,
        title: str,
        text: str,
        offers: Sequence[Offer],
        *,
        choices: Sequence[Offer] = (),
        words: str = "",
        several: bool = False,
    ) -> None:
        """Prepare the page.

        Args:
            title: who asks.
            text: what; shown whole, and as it is. Keys of choices are told in it: the line of
                keys has not room for all.
            offers: answers that are given at once.
            choices: what may be chosen.
            words: what an answer in words is for; empty where none is taken.
            several: more than one choice may be taken.
        """
        hints = [("⏎", "send")] if several else []
        hints += [(offer.key, offer.label) for offer in offers]
        hints += [(WORDS, words)] if words else []
        hints += [(choice.key, choice.label) for choice in choices]
        super().__init__(title, hints=[*hints, ("esc", "later")])
        self._text = text
        self._offers = {offer.key for offer in offers}
        self._choices = {choice.key: choice.label for choice in choices}
        self._takes_words = bool(words)
        self._is_several = several
        self._taken: list[str] = []
        self._is_awake = False
        self.is_read = False
        """The end of the text was in sight."""

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page", classes="-scrolls"):
            yield Static(Content.assemble(toned(clean(self._text), Tone.PLAIN)))
        yield Static(Content(""), id="taken")
        yield Input(placeholder="your words, then enter")

    def first_field(self) -> Widget:
        return self.query_one("#page")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Input).display = False
        page = self.query_one("#page", VerticalScroll)
        self.watch(page, "scroll_y", self._look, init=False)
        self.set_timer(_ARMED_AFTER, self._wake)

    def _wake(self) -> None:
        self._is_awake = True
        self._look()

    def on_resize(self) -> None:
        self.call_after_refresh(self._look)

    def _look(self) -> None:
        page = self.query_one("#page", VerticalScroll)
        if self._is_awake and page.scroll_offset.y >= page.max_scroll_y:
            self.is_read = True
        self.refuse("" if self.is_read or not self._is_awake else _UNREAD)

    def on_key(self, event: events.Key) -> None:
        if self.query_one(Input).has_focus:
            return
        is_answer = (
            event.character in {*self._offers, *self._choices, WORDS} or event.key == "enter"
        )
        if not is_answer:
            return
        event.stop()
        event.prevent_default()
        if self.is_read:
            self._answer(event.key if event.key == "enter" else event.character or "")

    def _answer(self, key: str) -> None:
        if key == WORDS:
            self._ask_for_words()
        elif key == "enter":
            if self._is_several and self._taken:
                self.dismiss(Given(tuple(self._taken)))
        elif self._is_several and key in self._choices:
            self._toggle(key)
        else:
            self.dismiss(Given((key,)))

    def _ask_for_words(self) -> None:
        if self._takes_words:
            words = self.query_one(Input)
            words.display = True
            words.focus()

    def on_descendant_focus(self) -> None:
        """Only keys that do something now."""
        is_typed = self.query_one(Input).has_focus
        self.query_one(KeyLine).keys = _TYPING if is_typed else tuple(self._hints)

    def _toggle(self, key: str) -> None:
        if key in self._taken:
            self._taken.remove(key)
        else:
            self._taken.append(key)
        taken = ", ".join(self._choices[each] for each in self._taken)
        self.query_one("#taken", Static).update(Content.assemble(toned(taken, Tone.STRONG)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.dismiss(Given(tuple(self._taken), event.value.strip()))
