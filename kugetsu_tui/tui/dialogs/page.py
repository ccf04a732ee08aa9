"""Something to read."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.widgets.look import Tone, toned


class Page(Dialog[None]):
    """Lines that scroll."""

    def __init__(self, title: str, lines: Sequence[tuple[str, Tone]]) -> None:
        super().__init__(title, hints=[("↑ ↓", "scroll"), ("esc", "back")])
        self._lines = lines

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page", classes="-scrolls"):
            for line, tone in self._lines:
                yield Static(Content.assemble(toned(clean_line(line), tone)))

    def first_field(self) -> Widget:
        return self.query_one("#page")
