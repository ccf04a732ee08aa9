"""Lines of text that come, wrap and scroll; only those in sight are drawn, old ones are let go."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.tui.keys.key import Context
from kugetsu_tui.tui.link import LINK
from kugetsu_tui.tui.widgets.cells import fitted, wrapped
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.toned import Toned

MOST_LINES = 10_000
"""Lines that are kept: about three hours of a talkative run."""
_MARGIN = 1


@frozen
class Line:
    """A line of safe text without line breaks, of any length."""

    text: str
    tone: Tone = Tone.PLAIN


_EARLIER = Line("… earlier lines are in: kugetsu log", Tone.MIND)


class TextLines(Toned):
    """Text that stays at its end while it grows, unless somebody has scrolled away from there."""

    context: ClassVar[Context] = Context.BOARD

    def __init__(self, *, is_tail: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """Make it empty.

        Args:
            is_tail: begin at the end, and follow it.
            id: Textual's.
        """
        super().__init__(id=id)
        self._follows = is_tail
        self._is_tail = is_tail
        self._source: deque[Line] = deque(maxlen=MOST_LINES)
        self._drawn: deque[Line] = deque(maxlen=MOST_LINES)
        self._width = 0
        self._open = 0
        """How many of the last lines are still being written."""

    @property
    def lines(self) -> Sequence[Line]:
        """What is shown, before it is wrapped."""
        return tuple(self._source)

    def replace(self, lines: Iterable[Line]) -> None:
        """Show these lines instead."""
        lines = tuple(lines)
        if lines == self.lines:
            return
        self._source.clear()
        self._drawn.clear()
        self._open = 0
        self.go_to(0)
        self._follows = self._is_tail
        self.append(lines)
        self.refresh()

    def append(self, lines: Iterable[Line], *, unfinished: Sequence[Line] = ()) -> None:
        """Show these lines too; those that were unfinished before make room for them."""
        before = self._drop_unfinished()
        kept = len(self._drawn)
        pieces: list[Line] = []
        for line in (*lines, *unfinished):
            self._source.append(line)
            pieces += self._wrapped(line)
        self._drawn.extend(pieces)
        self._open = len(unfinished)
        pairs = zip(before, pieces, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        self._grown(
            range(kept + same, kept + max(len(before), len(pieces))),
            gone=kept + len(pieces) - len(self._drawn),
        )

    def _drop_unfinished(self) -> Sequence[Line]:
        """Let go of what is still being written; returns it as it was drawn."""
        dropped: list[Line] = []
        for _ in range(min(self._open, len(self._source))):
            height = sum(1 for _ in self._wrapped(self._source.pop()))
            dropped += [self._drawn.pop() for _ in range(min(height, len(self._drawn)))]
        self._open = 0
        return dropped[::-1]

    def _wrapped(self, line: Line) -> Iterator[Line]:
        if not self._width:
            return
        for piece in wrapped(line.text.expandtabs(4), self._width):
            yield line if piece == line.text else Line(piece, line.tone)

    def _grown(self, changed: range, *, gone: int) -> None:
        """Show what has changed, and no more of it than is in sight: a slow link carries all of it.

        Args:
            changed: lines that are others now.
            gone: lines that made room at the beginning.
        """
        top = self.scroll_offset.y
        first = self._end(top - gone, is_afresh=not changed.start) if self._follows else top - gone
        height = first + self.size.height if self._follows else 0
        self.virtual_size = Size(self._width, max(len(self._drawn), height))
        if self._follows or gone:
            self.go_to(first)
        if gone or self.scroll_offset.y != top:
            self.refresh()
        else:
            first, end = max(changed.start - top, 0), min(changed.stop - top, self.size.height)
            if first < end:
                self.refresh(Region(0, first, self.size.width, end - first))

    def _end(self, top: int, *, is_afresh: bool) -> int:
        """The first line that is in sight where the last ones are.

        On a slow link, what has come to the bottom goes on further up, with room beneath for a
        while: moving all lines for each that comes would be most of what is sent.
        """
        height = self.size.height
        end = max(len(self._drawn) - height, 0)
        if is_afresh or not LINK.is_spared or top >= end + height:
            return end
        return top if top >= end else end + height * 3 // 4

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._follows = self._is_tail and round(new_value) >= self.max_scroll_y

    def on_resize(self, _event: events.Resize) -> None:
        width = self.scrollable_content_region.width - 2 * _MARGIN
        if width != self._width:
            self._width = width
            self._drawn.clear()
            for line in self._source:
                self._drawn.extend(self._wrapped(line))
        self._grown(range(len(self._drawn)), gone=0)
        self.refresh()

    def action_move(self, by: int) -> None:
        self.go_to(self.scroll_offset.y + by)

    def action_page(self, by: int) -> None:
        self.action_move(by * max(self.size.height - 1, 1))

    def action_first(self) -> None:
        self.action_move(-len(self._drawn))

    def action_last(self) -> None:
        self.action_move(len(self._drawn))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        place = y + self.scroll_offset.y
        ground = self.paper
        if place >= len(self._drawn):
            return Strip.blank(width, ground)
        is_cut = len(self._source) == MOST_LINES
        line = _EARLIER if is_cut and place == 0 else self._drawn[place]
        style = ground + self.ink(line.tone)
        # One style for blanks too: each change of style is 40 bytes to the terminal.
        return Strip([Segment(fitted(" " * _MARGIN + line.text, width), style)], width)
