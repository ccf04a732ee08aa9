"""Blocks one under another: guessed heights first, real ones once a block has been drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from kugetsu_tui.domain.passages import Form
from kugetsu_tui.tui.widgets.items import Block

_UNWRAPPED = frozenset({Form.CODE, Form.DIFF})


class Spot(NamedTuple):
    """A line: which block, and how far into it. Spots compare as they follow each other."""

    block: int
    line: int


class Pages:
    """Where every line is. What is above a spot may turn out longer; the spot stays what it is."""

    def __init__(self, measure: Callable[[Block], int]) -> None:
        """Make it empty.

        Args:
            measure: tells how many lines a block really takes, and may take a millisecond.
        """
        self._measure = measure
        self.blocks: Sequence[Block] = ()
        self._heights: list[int] = []
        self._is_real: list[bool] = []
        self._starts: list[int] | None = [0]

    def lay(self, blocks: Sequence[Block], width: int) -> None:
        """Put these blocks in place of all others."""
        self.blocks = blocks
        self._heights = [_guess(block, width) for block in blocks]
        self._is_real = [False] * len(blocks)
        self._starts = None

    @property
    def height(self) -> int:
        """Lines in all, as far as is known."""
        return self._start_of(len(self.blocks))

    def y_of(self, spot: Spot) -> int:
        return self._start_of(spot.block) + spot.line

    def spot_at(self, y: int) -> Spot:
        """The line at that height, as far as is known."""
        if not self.blocks:
            return Spot(0, 0)
        self._start_of(0)
        block = bisect_right(self._starts or [0], max(y, 0)) - 1
        block = min(block, len(self.blocks) - 1)
        return self.inside(Spot(block, y - self._start_of(block)))

    def inside(self, spot: Spot) -> Spot:
        """The nearest line that there is, its block measured."""
        block = min(max(spot.block, 0), max(len(self.blocks) - 1, 0))
        return Spot(block, min(max(spot.line, 0), max(self.size_of(block) - 1, 0)))

    def size_of(self, block: int) -> int:
        """Lines that the block really takes."""
        if block >= len(self.blocks):
            return 0
        if not self._is_real[block]:
            height = self._measure(self.blocks[block])
            self._is_real[block] = True
            if height != self._heights[block]:
                self._heights[block] = height
                self._starts = None
        return self._heights[block]

    def step(self, spot: Spot, by: int) -> Spot:
        """The line so many further on; the first or the last where there are not so many."""
        block, line = self.inside(spot)
        line += by
        while line < 0 and block > 0:
            block -= 1
            line += self.size_of(block)
        while block < len(self.blocks) - 1 and line >= self.size_of(block):
            line -= self.size_of(block)
            block += 1
        return self.inside(Spot(block, line))

    @property
    def last(self) -> Spot:
        return self.inside(Spot(len(self.blocks), 2**31))

    def lines(self, first: Spot, count: int) -> Iterator[Spot]:
        """That many lines from there on, fewer where they end."""
        block, line = first
        while count > 0 and block < len(self.blocks):
            if line >= self.size_of(block):
                block, line = block + 1, 0
                continue
            yield Spot(block, line)
            line, count = line + 1, count - 1

    def _start_of(self, block: int) -> int:
        if self._starts is None:
            self._starts = [0, *accumulate(self._heights)]
        return self._starts[block]


def _guess(block: Block, width: int) -> int:
    """Lines that the block will about take; what is never wrapped is counted."""
    piece = block.piece
    if piece is None:
        return block.gap + 1
    lines = block.gap + piece.text.count("\n") + 1
    return lines if piece.form in _UNWRAPPED else lines + len(piece.text) // max(width, 1)
