"""Words looked for in texts, and the way from one find to the next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from kugetsu_tui.domain.frozen import field, frozen


@frozen
class Finds:
    """How often each text holds the words; finds are numbered through all texts, from 0."""

    counted: Sequence[int] = field(default_factory=tuple)
    """For each text, the finds in it and in all before it."""

    def __len__(self) -> int:
        return self.counted[-1] if self.counted else 0

    def text_of(self, find: int) -> int:
        """The place of the text that holds the find."""
        return bisect_right(self.counted, find)

    def nth(self, find: int) -> int:
        """Which of the finds in its own text, from 0."""
        text = self.text_of(find)
        return find - (self.counted[text - 1] if text else 0)

    def next(self, text: int, by: int) -> int | None:
        """The find that comes next, looked for from this text on, around the end.

        Args:
            text: its place; what it holds itself counts.
            by: 1 forward, -1 back.
        """
        if not len(self):
            return None
        if by > 0:
            found = self.counted[text - 1] if text else 0
            return found if found < len(self) else 0
        before = self.counted[text] if text < len(self.counted) else len(self)
        return before - 1 if before else len(self) - 1


def find(words: str, texts: Iterable[str]) -> Finds:
    """Every place that holds the words.

    Args:
        words: in lower case, like the texts; without any, nothing is found.
        texts: in order.
    """
    return Finds(tuple(accumulate(text.count(words) for text in texts)) if words else ())
