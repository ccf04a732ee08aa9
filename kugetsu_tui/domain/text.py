"""Foreign text made safe for a terminal."""

from __future__ import annotations

import re

LINE_CAP = 8192
"""Characters shown of one line; a longer one ends in an ellipsis."""

_UNSAFE = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"  # invisible, bidi, breaks
    "\ufe00-\ufe0d\ufeff\ufff9-\ufffb\ud800-\udfff"  # variation, BOM, interlinear, surrogates
    "\U000e0000-\U000e0fff]"  # tags
)
"""Compiled when it is first asked: most of what comes by is plain ASCII."""
_PICTURES = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}


def _visible(found: re.Match[str]) -> str:
    return chr(_PICTURES.get(ord(found[0]), 0xFFFD))


def clean(text: str) -> str:
    """Text that no terminal obeys: control and invisible characters become visible ones.

    Tabs, line feeds and the joiner that emoji need are kept. ECMA-48 names the control
    characters, Unicode TR 36 the ones that deceive the eye.
    """
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_UNSAFE, _visible, text.replace("\r\n", "\n"))


def clean_line(text: str, cap: int = LINE_CAP) -> str:
    """One safe line of at most `cap` characters; line breaks and tabs become blanks."""
    short = text if len(text) <= cap else text[: cap - 1] + "…"
    if short.isascii() and short.isprintable():
        return short
    return clean(short).replace("\n", " ").replace("\t", " ")


def is_text(words: str) -> bool:
    """Whether it can be written down: bytes that are no UTF-8 come out of argv as surrogates."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True
