"""Counts, as people write them."""

from __future__ import annotations

_TOO_LONG = 10
"""Digits: far above anything that could be counted here, and quick to convert."""


def parse_count(text: str) -> int | None:
    """A whole number from 1 on; nothing where it is none."""
    is_number = text.isascii() and text.isdecimal() and len(text) < _TOO_LONG
    number = int(text) if is_number else 0
    return number or None
