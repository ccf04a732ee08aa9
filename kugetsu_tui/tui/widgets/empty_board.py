"""What stands in the place of the table when it has nothing to show."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.voice import key_name, sign
from kugetsu_tui.tui.widgets.look import Tone, toned

_MOON = "☾"


_ROOMY = 12
"""Rows from which on there is one for a moon, and blank ones."""


class EmptyBoard(Static):
    """A few words, and the one key that leads on; that is in sight however few rows there are."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._key, self._does = "", "", ""
        self._lines: tuple[str, ...] = ()

    def say(self, title: str, lines: tuple[str, ...], *, key: str = "", does: str = "") -> None:
        """Show this.

        Args:
            title: how things stand.
            lines: what that means.
            key: the key to press.
            does: what it does.
        """
        self._title, self._lines, self._key, self._does = title, lines, key, does
        self.refresh(layout=True)

    def on_resize(self) -> None:
        self.refresh()

    def render(self) -> Content:
        title = toned(f"{clean_line(self._title)}\n", Tone.STRONG, "bold")
        lines = [toned(f"{clean_line(line)}\n", Tone.MUTED) for line in self._lines]
        press = []
        if self._key:
            press = [
                toned("press ", Tone.PLAIN),
                toned(f" {key_name(self._key)} ", Tone.STRONG, "bold reverse"),
                toned(f" {self._does}\n", Tone.PLAIN),
            ]
        if self.size.height < _ROOMY:
            return Content.assemble(title, *press, *lines)
        blank = ("\n", "")
        moon = toned(f"{sign(_MOON)}\n\n", Tone.OPEN)
        return Content.assemble(moon, title, blank, *lines, blank, *press)
