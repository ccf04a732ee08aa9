"""The part of long pages that is in sight, and the cursor in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kugetsu_tui.tui.widgets.items import Block
from kugetsu_tui.tui.widgets.pages import Pages, Spot

_Was = tuple[tuple[str, int], int] | None
"""Key of a block, and the line within it."""


class Sight:
    """A window on pages: the cursor is always in it, and it moves no more than that takes."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self.lines: Sequence[Spot] = ()
        """What is in sight, from the top on."""
        self.begin()

    def begin(self) -> None:
        """Start anew at the first line."""
        self.top = self.cursor = Spot(0, 0)

    def lay(self, blocks: Sequence[Block], width: int) -> None:
        """Put these blocks in place of all others; the cursor and the top stay on their lines."""
        cursor, top = self._was(self.cursor), self._was(self.top)
        self._pages.lay(blocks, width)
        places = {block.key: place for place, block in enumerate(self._pages.blocks)}
        self.cursor = self._found(cursor, places, self.cursor)
        self.top = self._found(top, places, self.top)

    def _was(self, spot: Spot) -> _Was:
        blocks = self._pages.blocks
        return (blocks[spot.block].key, spot.line) if blocks else None

    def _found(self, was: _Was, places: Mapping[tuple[str, int], int], old: Spot) -> Spot:
        """The line again; else its item's first one; else what has taken its place."""
        if was is None:
            return Spot(0, 0)
        key, line = was
        place = places.get(key, places.get((key[0], -1), places.get((key[0], 0))))
        return self._pages.inside(old if place is None else Spot(place, line))

    def place(self, height: int) -> None:
        """Bring the cursor into sight with as little scrolling as that takes."""
        pages = self._pages
        self.cursor = pages.inside(self.cursor)
        self.top = min(pages.inside(self.top), self.cursor)
        self.top = max(self.top, pages.step(self.cursor, 1 - height))
        self.top = min(self.top, pages.step(pages.last, 1 - height))
        self.lines = list(pages.lines(self.top, height))

    def scroll(self, y: int, height: int) -> Spot:
        """Have the line at that height at the top; where the cursor has to be to stay in sight."""
        by = y - self._pages.y_of(self.top)
        is_near = abs(by) <= height
        self.top = self._pages.step(self.top, by) if is_near else self._pages.spot_at(y)
        return min(max(self.cursor, self.top), self._pages.step(self.top, height - 1))

    def look_ahead(self, height: int) -> None:
        """Have the screens above and below measured before they are asked for."""
        self._pages.step(self.top, -height)
        self._pages.step(self.top, 2 * height)
