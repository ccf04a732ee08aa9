"""Text measured and cut by the columns it takes on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import chop_cells, set_cell_size

from kugetsu_tui.tui.canvas import columns

ELLIPSIS = "…"


def fitted(text: str, width: int) -> str:
    """Exactly `width` columns: padded, or cut at the end with an ellipsis."""
    used = columns(text)
    if used <= width:
        return text + " " * (width - used)
    return set_cell_size(text, width - 1) + ELLIPSIS if width > 0 else ""


def fitted_end(text: str, width: int) -> str:
    """Exactly `width` columns: padded, or cut at the beginning: the end says more."""
    if len(text) <= width or width < 1:
        return fitted(text, max(width, 0))
    return fitted(ELLIPSIS + text[len(text) - width + 1 :], width)


def right(text: str, width: int) -> str:
    """Exactly `width` columns, set flush right."""
    used = columns(text)
    return " " * (width - used) + text if used <= width else fitted(text, width)


def wrapped(text: str, width: int) -> Iterator[str]:
    """The lines of a paragraph without line breaks, broken between words where that is possible.

    Leading blanks are kept on every line: code and lists stay in their column.
    """
    width = max(width, 1)
    if len(text) <= width and columns(text) <= width:
        yield text
        return
    body = text.lstrip(" ")
    margin = " " * min(len(text) - len(body), width // 2)
    room = width - len(margin)
    line, used = "", 0
    for word in body.split(" "):
        length = columns(word)
        if line and used + 1 + length <= room:
            line, used = f"{line} {word}", used + 1 + length
            continue
        if line:
            yield margin + line
        *full, line = chop_cells(word, room) if length > room else [word]
        yield from (margin + piece for piece in full)
        used = columns(line)
    yield margin + line
