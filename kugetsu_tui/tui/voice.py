"""Whom the screen speaks to: eyes, or a screen reader. Settled before anything is drawn."""

from __future__ import annotations

_NAMES = {
    "⏎": "Enter", "↑": "Up", "↓": "Down", "←": "Left", "→": "Right",
    "␣": "Space", "⌫": "Backspace", "^": "Ctrl+",
}  # fmt: skip


class Voice:
    """One a process, as there is one terminal."""

    is_spoken = False
    """Words instead of glyphs."""


VOICE = Voice()


def sign(glyph: str, word: str = " ") -> str:
    """The glyph for eyes, the word for ears."""
    return word if VOICE.is_spoken else glyph


def key_name(keys: str) -> str:
    """Keys as people write them, or as they are read out."""
    if not VOICE.is_spoken:
        return keys
    return " ".join("".join(_NAMES.get(each, each) for each in key) for key in keys.split())
