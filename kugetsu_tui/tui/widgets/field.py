"""A line of words that is typed on the board itself, among its keys."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message
from textual.widgets import Input

LEAVES = {"enter": True, "escape": False}
"""The keys that lead out of it, and whether the words stay."""


class Field(Input):
    """Whoever has it gets `Submitted` once it is left."""

    @dataclass
    class Leaving(Message):
        """It is to be left, once all that was pressed before has had its effect."""

        field: Field
        with_words: bool

    def leave(self, *, with_words: bool) -> None:
        """Be done with it, and keep the words or forget them."""
        if not with_words:
            self.value = ""
        self.post_message(self.Submitted(self, self.value))
