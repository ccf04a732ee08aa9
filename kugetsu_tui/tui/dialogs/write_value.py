"""The value of one setting, in a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.widgets.look import Tone, toned


class ValueDialog(Dialog[str]):
    """What the setting does not take is said while it is typed."""

    def __init__(
        self, title: str, value: str, *, about: Sequence[str], complaint: Callable[[str], str]
    ) -> None:
        """Ask.

        Args:
            title: the setting.
            value: what holds now.
            about: what is good to know, in a line each.
            complaint: why a value is not taken; empty where it is.
        """
        hints = [("⏎", "save"), ("esc", "back")]
        super().__init__(title, hints=hints)
        self._value = value
        self._about = about
        self._complaint = complaint

    def body(self) -> ComposeResult:
        for line in self._about:
            yield Static(Content.assemble(toned(clean_line(line), Tone.MUTED)))
        yield Input(self._value, placeholder="empty: as if never chosen")

    def first_field(self) -> Widget:
        return self.query_one(Input)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.refuse(self._complaint(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not self._complaint(event.value):
            self.dismiss(event.value)

    def action_send(self) -> None:
        self.on_input_submitted(Input.Submitted(self.query_one(Input), self.query_one(Input).value))
