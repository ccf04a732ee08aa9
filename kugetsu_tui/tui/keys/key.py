"""One key of the screen: what it is called, where it counts, what it does."""

from __future__ import annotations

from enum import StrEnum

from textual.binding import Binding

from kugetsu_tui.domain.frozen import frozen


class Group(StrEnum):
    """The chapters of the help page."""

    WORK = "Work"
    LOOK = "Look"
    MOVE = "Move"


class Context(StrEnum):
    """Where a key counts. One key has one meaning in each place."""

    ANYWHERE = "anywhere"
    BOARD = "board"
    READING = "reading"
    """While a transcript has the keys: what it does not use itself is the board's."""

    def meets(self, other: Context) -> bool:
        """Whether a key of the one could be meant for the other."""
        return self is other or Context.ANYWHERE in {self, other}


@frozen(kw_only=True)
class Key:
    """One meaning, and the keys that have it."""

    id: str
    """What the user's keymap calls it; the verb's own name where it is a verb."""
    keys: str
    """Textual's names, comma-separated."""
    action: str
    label: str
    """In the footer."""
    summary: str
    """In the help and the palette; one sentence."""
    group: Group
    context: Context = Context.BOARD

    def binding(self) -> Binding:
        """For the screen that has the key."""
        return Binding(
            self.keys, self.action, self.label, id=self.id, tooltip=self.summary, show=False
        )
