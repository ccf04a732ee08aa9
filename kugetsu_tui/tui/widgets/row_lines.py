"""Which line of a table is which row, where headings stand between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

from kugetsu_tui.domain.frozen import field, frozen


@frozen
class RowLines:
    """Rows by their place, and headings over some of them."""

    count: int = 0
    headings: Mapping[int, str] = field(default_factory=dict)
    """Place of a row → what is written over it."""
    heading_lines: tuple[int, ...] = ()
    """Their lines, in order."""

    @property
    def height(self) -> int:
        """Lines of all."""
        return self.count + len(self.headings)

    def line_of(self, place: int) -> int:
        """The line of a row."""
        line = place
        for heading in self.heading_lines:
            if heading > line:
                break
            line += 1
        return line

    def at(self, line: int) -> int | str | None:
        """The place of the row, or the heading, on a line; nothing behind the last."""
        over = bisect_right(self.heading_lines, line)
        if over and self.heading_lines[over - 1] == line:
            return self.headings[line - over + 1]
        return line - over if 0 <= line - over < self.count else None


def row_lines(count: int, headings: Mapping[int, str]) -> RowLines:
    """The lines of so many rows with these headings."""
    lines = tuple(place + before for before, place in enumerate(sorted(headings)))
    return RowLines(count, headings, lines)
