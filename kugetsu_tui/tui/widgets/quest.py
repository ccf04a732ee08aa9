"""Words that are looked for in items, and which of the finds one is at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from kugetsu_tui.domain.frozen import field, frozen, replace
from kugetsu_tui.domain.search import Match, find, next_match
from kugetsu_tui.tui.widgets.items import Item


@frozen
class Quest:
    """Without words, nothing is sought."""

    words: str = ""
    """In lower case."""
    items: Sequence[Item] = ()
    matches: Sequence[Match] = field(default_factory=tuple)
    at: int = -1
    """The match one is at."""

    def among(self, items: Sequence[Item]) -> Quest:
        """The same words, looked for in these items."""
        if not self.words:
            return self
        words = self.words.casefold()
        matches = find(words, (each.haystack for each in items))
        at = min(self.at, len(matches) - 1)
        return replace(self, words=words, items=items, matches=matches, at=at)

    def moved(self, by: int, *, at: str) -> Quest:
        """On the next match or the one before, around the end.

        Args:
            by: 1, -1, or 0 for the nearest from here on.
            at: the id of the item one is on, from where the first match is looked for.
        """
        if self.item is not None and self.item.id == at and by:
            return replace(self, at=(self.at + by) % len(self.matches))
        here = next((place for place, each in enumerate(self.items) if each.id == at), 0)
        found = next_match(self.matches, here, by or 1)
        return replace(self, at=-1 if found is None else found)

    @property
    def item(self) -> Item | None:
        """Where the match is that one is at."""
        return self.items[self.matches[self.at].entry] if self.matches and self.at >= 0 else None

    @property
    def nth(self) -> int:
        """Which of the finds in that item, from 0."""
        return self.matches[self.at].nth

    @property
    def is_in_head(self) -> bool:
        """The item's own line holds it."""
        item = self.item
        head = item.haystack.partition("\n")[0] if item else ""
        return self.nth < head.count(self.words)

    def columns_in(self, text: str) -> Iterator[tuple[int, int]]:
        """First and last column of every find in a line."""
        lower = text.casefold()
        if not self.words or len(lower) != len(text):
            return
        place = lower.find(self.words)
        while place >= 0:
            end = place + len(self.words)
            yield cell_len(text[:place]), cell_len(text[:end])
            place = lower.find(self.words, end)
