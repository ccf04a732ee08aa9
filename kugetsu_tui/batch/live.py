"""Blocks of an answer, shown to a person while they are being written."""

from __future__ import annotations

from dataclasses import dataclass

from kugetsu_tui.batch.console import Console


@dataclass(slots=True)
class Live:
    console: Console
    _shown: str = ""
    """Of the block that is being written."""

    def piece(self, text: str) -> None:
        """Some more of it; nothing where nobody reads along."""
        if self.console.is_live:
            self.console.piece(text)
            self._shown += text

    def block(self, text: str) -> bool:
        """The finished block: what of it was not shown; false where it still has to be told."""
        shown, self._shown = self._shown, ""
        is_the_same = bool(shown) and text.startswith(shown)
        if shown:
            self.console.piece(f"{text.removeprefix(shown) if is_the_same else ''}\n")
        return is_the_same

    def interrupt(self) -> None:
        """Something else comes: on a line of its own."""
        if self._shown:
            self.console.piece("\n")
            self._shown = ""
