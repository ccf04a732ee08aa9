"""What stands in the place of the table when it has nothing to show."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.voice import key_name, sign
from kugetsu_tui.tui.widgets.look import Tone, toned

_MOON = "☾"


class EmptyBoard(Static):
    """A few words, and the one key that leads on."""

    def say(self, title: str, lines: tuple[str, ...], *, key: str = "", does: str = "") -> None:
        """Show this.

        Args:
            title: how things stand.
            lines: what that means.
            key: the key to press.
            does: what it does.
        """
        parts = [
            toned(f"{sign(_MOON)}\n\n", Tone.OPEN),
            toned(f"{clean_line(title)}\n\n", Tone.STRONG, "bold"),
            *(toned(f"{clean_line(line)}\n", Tone.MUTED) for line in lines),
        ]
        if key:
            parts += [
                toned("\npress ", Tone.PLAIN),
                toned(f" {key_name(key)} ", Tone.STRONG, "bold reverse"),
                toned(f" {does}", Tone.PLAIN),
            ]
        self.update(Content.assemble(*parts))
