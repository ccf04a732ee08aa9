"""Words that are looked for in items, and which of the finds one is at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from kugetsu_tui.domain.frozen import field, frozen, replace
from kugetsu_tui.domain.search import Finds, find
from kugetsu_tui.tui.widgets.drawings import Drawing
from kugetsu_tui.tui.widgets.items import Block, Item
from kugetsu_tui.tui.widgets.pages import Spot

_FOUND = Style(reverse=True)


@frozen
class Quest:
    """Without words, nothing is sought."""

    words: str = ""
    """In lower case."""
    items: Sequence[Item] = ()
    finds: Finds = field(default_factory=Finds)
    at: int = -1
    """The find one is at."""

    def among(self, items: Sequence[Item]) -> Quest:
        """The same words, looked for in these items."""
        if not self.words:
            return self
        finds = find(self.words, (each.haystack for each in items))
        return replace(self, items=items, finds=finds, at=min(self.at, len(finds) - 1))

    def moved(self, by: int, *, here: str) -> Quest:
        """On the next find or the one before, around the end.

        Args:
            by: 1, -1, or 0 for the nearest from here on.
            here: the id of the item one is on, from where the first find is looked for.
        """
        if self.item is not None and self.item.id == here and by:
            return replace(self, at=(self.at + by) % len(self.finds))
        place = next((place for place, each in enumerate(self.items) if each.id == here), 0)
        found = self.finds.next(place, by or 1)
        return replace(self, at=-1 if found is None else found)

    @property
    def item(self) -> Item | None:
        """Where the find is that one is at."""
        return self.items[self.finds.text_of(self.at)] if self.at >= 0 else None

    @property
    def nth(self) -> int:
        """Which of the finds in that item, from 0."""
        return self.finds.nth(self.at)

    @property
    def is_in_head(self) -> bool:
        """The item's own line holds it."""
        item = self.item
        head = item.haystack.partition("\n")[0] if item else ""
        return self.nth < head.count(self.words)

    def spot(self, blocks: Sequence[Block], drawn: Callable[[Block], Drawing]) -> Spot:
        """The line of the find; its item's first one where drawing has broken the words up."""
        item, left, first = self.item, self.nth, Spot(0, 0)
        for place, block in enumerate(blocks):
            if item is None or block.item.id != item.id:
                continue
            first = first if first.block else Spot(place, block.gap)
            for line, strip in enumerate(drawn(block).strips):
                left -= strip.text.casefold().count(self.words)
                if left < 0:
                    return Spot(place, line)
        return first

    def marked(self, strip: Strip) -> Strip:
        """The line with every find in it turned round."""
        for start, end in self._columns_in(strip.text):
            middle = Segment.apply_style(strip.crop(start, end), post_style=_FOUND)
            rest = strip.crop(end, strip.cell_length)
            strip = Strip.join([strip.crop(0, start), Strip(list(middle)), rest])
        return strip

    def _columns_in(self, text: str) -> Iterator[tuple[int, int]]:
        """First and last column of every find in a line."""
        lower = text.casefold()
        if not self.words or len(lower) != len(text):
            return
        place = lower.find(self.words)
        while place >= 0:
            end = place + len(self.words)
            yield cell_len(text[:place]), cell_len(text[:end])
            place = lower.find(self.words, end)
