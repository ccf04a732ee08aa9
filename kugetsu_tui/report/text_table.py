"""Tables as plain text, fitted to a width."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Table

_GAP = "  "
_NARROWEST = 8
"""Columns a shortened cell keeps at least."""


def cell_width(text: str) -> int:
    """Terminal columns of a safe line (Unicode TR 11: wide and full-width take two)."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, width: int) -> str:
    """The line, cut with an ellipsis where it is wider than `width`."""
    if cell_width(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        used += _columns(character)
        if used > width - 1:
            break
        kept.append(character)
    return "".join(kept) + "…"


def draw(table: Table, *, width: int | None) -> str:
    """Header, rule and rows; only the last column is cut, and only where there is a width."""
    rows = [tuple(clean_line(cell) for cell in row) for row in table.rows]
    widths = [
        max(cell_width(cell) for cell in column)
        for column in zip(table.columns, *rows, strict=True)
    ]
    if width is not None:
        others = sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
        widths[-1] = min(widths[-1], max(width - others, _NARROWEST))
    header = _row(table.columns, widths)
    rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    return "\n".join([header, rule, *(_row(row, widths) for row in rows)])


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell + " " * (width - cell_width(cell))
        for cell, width in zip(
            (fit(c, w) for c, w in zip(cells, widths, strict=True)), widths, strict=True
        )
    )
    return _GAP.join(padded).rstrip()
