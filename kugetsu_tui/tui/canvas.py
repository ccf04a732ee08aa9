"""What the terminal shows: of each frame only those cells are sent that are others now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress, groupby, repeat
from operator import itemgetter, ne
from typing import TypeVar

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from textual._compositor import ChopsUpdate, Compositor, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kugetsu_tui.tui.pen import PLAIN, Pen, pen_of

_AGREED = re.compile(r"[ -~¡-¬®-˿Ͱ-҂Ҋ-ԯ‐-‧‰-⁞←-⌙⌜-⌨⎛-⏎─-◼⚑✓✗]*")
"""Characters of one column wherever they are shown: no wide ones, marks, or shaped scripts."""
_CLOSE = 7
"""Cells between two changes that are sent along: to go over them takes as many bytes."""

_T = TypeVar("_T")
Cell = tuple[str, Pen]
"""A column. Of text that terminals may not agree about, the first one has all."""
Piece = tuple[int, int, Strip]
"""Column, line, and what is to be seen from there on."""

_UNKNOWN: Cell = ("", PLAIN)
_text, _pen = itemgetter(0), itemgetter(1)


def columns(text: str) -> int:
    """How many the text takes; told in a quarter of the time where nobody doubts it."""
    return len(text) if _AGREED.fullmatch(text) else cell_len(text)


class Canvas:
    """The cells of one terminal as they were last sent."""

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """Others have written there, or not all has arrived: whatever comes is sent."""
        self._lines.clear()

    def draw(self, pieces: Iterator[Piece], colors: ColorSystem) -> str:
        """What makes the terminal show these; its attributes are off before and after."""
        sent, pen = list[str](), PLAIN
        for x, y, strip in pieces:
            cells = _cells(strip, colors)
            for start, end in self._changed(x, y, cells):
                sent.append(f"\x1b[{y + 1};{x + start + 1}H")
                for wanted, run in groupby(cells[start:end], _pen):
                    sent.append(wanted.after(pen))
                    sent.extend(map(_text, run))
                    pen = wanted
        return "".join((*sent, PLAIN.after(pen)))

    def _changed(self, x: int, y: int, cells: Sequence[Cell]) -> Iterator[tuple[int, int]]:
        """Keep these cells; yields from where to where others were there before.

        Where terminals may not agree how wide something is, that is everything, and what stands
        to the right of it is not known any more.
        """
        end = x + len(cells)
        line = self._lines.setdefault(y, [])
        line.extend([_UNKNOWN] * (end - len(line)))
        before = line[x:end]
        if before == cells:
            return
        line[x:end] = cells
        if _is_agreed(before) and _is_agreed(cells):
            yield from _differing(before, cells)
        else:
            del line[end:]
            yield 0, len(cells)


class Frugal(Compositor):
    """Has only those widgets draw that an update touches; Textual's, all whose parents it does."""

    @property
    def visible_widgets(self) -> dict[Widget, tuple[Region, Region]]:
        if self._visible_widgets is None:
            self._visible_widgets = {
                widget: (region, region.intersection(clip))
                for widget, (region, clip) in super().visible_widgets.items()
            }
        return self._visible_widgets


class Sparing(CompositorUpdate):
    """An update of Textual's, of which only that is sent which the canvas does not show yet."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, canvas: Canvas) -> None:
        self._update = update
        self._canvas = canvas

    def render_segments(self, console: Console) -> str:
        colors = COLOR_SYSTEMS[console.color_system or "truecolor"]
        return self._canvas.draw(_pieces(self._update), colors)


def _pieces(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    if isinstance(update, ChopsUpdate):
        for y, start, end in update.spans:
            for edge, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=True):
                if strip is not None and x < end and edge > start:
                    yield x, y, strip if edge <= end else strip.crop(0, end - x)
        return
    for y, strips in enumerate(update.strips, update.region.y):
        x = update.region.x
        for strip in strips:
            yield x, y, strip
            x += strip.cell_length


def _cells(strip: Strip, colors: ColorSystem) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, _ in strip:
        pen = pen_of(style, colors)
        if _AGREED.fullmatch(text):
            cells += zip(text, repeat(pen))
        elif width := cell_len(text):
            cells += [(text, pen), *[("", pen)] * (width - 1)]
        elif cells:
            cells[-1] = (cells[-1][0] + text, cells[-1][1])
    return cells


def _is_agreed(cells: Sequence[Cell]) -> bool:
    text = "".join(map(_text, cells))
    return len(text) == len(cells) and _AGREED.fullmatch(text) is not None


def _differing(before: Sequence[Cell], cells: Sequence[Cell]) -> Iterator[tuple[int, int]]:
    """From where to where they differ, in one where that is close to the next."""
    others = compress(range(len(cells)), map(ne, before, cells))
    places = [
        place
        for place in others
        if cells[place][0] != " " or not _is_alike_blank(before[place], cells[place])
    ]
    if not places:
        return
    start = last = places[0]
    for place in places:
        if place - last > _CLOSE:
            yield start, last + 1
            start = place
        last = place
    yield start, last + 1


def _is_alike_blank(before: Cell, blank: Cell) -> bool:
    """Whether nobody can tell that blank from what was there."""
    return before[0] == " " and before[1].of_blanks == blank[1].of_blanks


CANVAS = Canvas()
"""One a process, as there is one terminal."""


def draw_anew(app: App[_T]) -> None:
    """All of the screen, as if nothing of it had ever been sent."""
    CANVAS.forget()
    app.refresh(layout=True)
