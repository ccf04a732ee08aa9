"""Where the words are typed that are looked for in what is read."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from kugetsu_tui.tui.widgets.field import Field
from kugetsu_tui.tui.widgets.look import Tone, toned


class SearchBar(Horizontal):
    """Hidden while nothing is being typed; what was typed last stands in it again."""

    @dataclass
    class Changed(Message):
        """Other words."""

        words: str

    @dataclass
    class Left(Message):
        """The keys are to go back to what is read."""

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble(toned(" / ", Tone.STRONG, "bold")), id="seek")
        yield SearchInput(placeholder="words to look for", select_on_focus=False)

    def open(self, words: str) -> None:
        """Take the keys, at once: the next may be here already."""
        field = self.query_one(Input)
        with self.prevent(Input.Changed):
            field.value = words
        field.cursor_position = len(words)
        self.display = True
        self.screen.set_focus(field)

    def close(self) -> None:
        """Be out of sight; what was found stays marked."""
        self.display = False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.close()
        self.post_message(self.Left())


class SearchInput(Field):
    """Without words, nothing that was found is marked any more."""
