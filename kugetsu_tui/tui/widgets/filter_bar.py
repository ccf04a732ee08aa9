"""Where the words are typed that rows have to hold, and how many do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from kugetsu_tui.tui.widgets.look import Tone, toned


class FilterBar(Horizontal):
    """Hidden while there are no words and none are being typed."""

    @dataclass
    class Changed(Message):
        """Other words."""

        words: str

    @dataclass
    class Left(Message):
        """The keys are to go back to the rows; the words stay."""

    @dataclass
    class Moved(Message):
        """The selection is to move, although words are being typed."""

        by: int

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble(toned(" / ", Tone.STRONG, "bold")), id="slash")
        yield FilterInput(placeholder="words of issue, title, id, directory, model or state")
        yield Static(id="found")

    @property
    def words(self) -> str:
        """What has been typed."""
        return self.query_one(Input).value

    def open(self) -> None:
        """Take the keys, at once: the next may be here already."""
        self.display = True
        self.screen.set_focus(self.query_one(Input))

    def close(self) -> None:
        """Forget the words."""
        self.query_one(Input).value = ""
        self.display = False

    def count(self, found: int, every: int) -> None:
        """Tell how many rows hold the words."""
        if self.display:
            words = Content.assemble(toned(f"{found:,} of {every:,} ", Tone.MUTED))
            self.query_one("#found", Static).update(words)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = bool(self.words)
        self.post_message(self.Left())


class FilterInput(Input):
    """Escape clears it, and the arrows move through what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("down", "row(1)", show=False),
        Binding("up", "row(-1)", show=False),
    ]

    def action_leave(self) -> None:
        self.value = ""
        self.post_message(Input.Submitted(self, ""))

    def action_row(self, by: int) -> None:
        self.post_message(FilterBar.Moved(by))
