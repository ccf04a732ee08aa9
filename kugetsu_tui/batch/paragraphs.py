"""Words laid out for a page of fixed width."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

WIDTH = 100
"""Columns of every page: to ask a terminal for its own costs more than a page is worth."""


def paragraph(words: str, *, indent: int = 0, hanging: int = 0) -> str:
    """The words in lines: the first begins at one column, the others further in."""
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )


def rows(entries: Mapping[str, str], *, indent: int = 2) -> str:
    """A line for each: its name, and at one common column what is to be said about it."""
    width = max(len(name) for name in entries)
    return "".join(
        paragraph(f"{name:<{width}}  {words}".rstrip(), indent=indent, hanging=width + 2) + "\n"
        for name, words in entries.items()
    )
