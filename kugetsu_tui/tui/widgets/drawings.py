"""Blocks as lines of the terminal, drawn when they come into sight and remembered for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.strip import Strip

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.tui.voice import sign
from kugetsu_tui.tui.widgets.items import Block, Item
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.toned import Toned

EDGE = 2
"""Columns left of the text, for marks."""
_DEEPER = 2
_KEPT = 400
"""Drawn blocks that are remembered: about ten screens."""


@frozen
class Drawing:
    """A drawn block, line by line, and which of these are scrolled sideways."""

    strips: Sequence[Strip]
    is_wide: Sequence[bool]

    def line(self, line: int, *, sideways: int) -> Strip:
        """That line; a wide one without so many columns of its beginning."""
        strip = self.strips[line]
        if not sideways or not self.is_wide[line]:
            return strip
        rest = strip.crop(EDGE + sideways, max(strip.cell_length, EDGE + sideways))
        return Strip.join([strip.crop(0, EDGE), rest])


class Drawings:
    """Draws in the colours of a widget, to its width."""

    def __init__(self, widget: Toned, is_open: Callable[[Item], bool]) -> None:
        self._widget = widget
        self._is_open = is_open
        self._kept: OrderedDict[object, Drawing] = OrderedDict()
        self.room = EDGE
        """Columns for the text."""

    def forget(self) -> None:
        """Draw everything anew: colours or widths are others now."""
        self._kept.clear()

    def of(self, block: Block) -> Drawing:
        item = block.item
        what = (block.piece, item.tone) if block.nth >= 0 else (item.head, self._is_open(item))
        key = (*what, item.kind, item.depth, bool(item.head), block.gap)
        if key not in self._kept:
            self._kept[key] = self._drawn(block)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _drawn(self, block: Block) -> Drawing:
        above, item = [Strip([])] * block.gap, block.item
        margin = " " * (item.depth * _DEEPER)
        if block.piece is None:
            return Drawing([*above, self._headline(item, margin)], [False] * (block.gap + 1))
        # Markdown and its highlighter take 45 ms to load, and only reading needs them.
        from kugetsu_tui.tui.widgets.painting import painter_for  # noqa: PLC0415 - see above

        inset = margin + ("  " if item.head else "")
        edge = sign("▌", ">") if item.kind is PartKind.USER else " "
        start = Segment(f"{edge} {inset}", self._widget.ink(Tone.OPEN))
        lines = painter_for(self._widget).paint(block.piece, self.room - len(inset), item.tone)
        strips = [Strip([start, *line.strip]) for line in lines]
        is_wide = [line.is_wide for line in lines]
        return Drawing([*above, *strips], [False] * block.gap + is_wide)

    def _headline(self, item: Item, margin: str) -> Strip:
        fold = sign("▾", "-") if self._is_open(item) else sign("▸", "+")
        first = Segment(f"{fold if item.folds else ' '} {margin}", self._widget.ink(Tone.MUTED))
        spans = (Segment(text, self._widget.ink(tone)) for text, tone in item.head)
        return Strip([first, *spans])
