"""Keys as people write them, and as Textual names them."""

from __future__ import annotations

_SHOWN = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎", "escape": "esc",
    "slash": "/", "question_mark": "?", "pageup": "PgUp", "pagedown": "PgDn",
    "f5": "F5", "home": "Home", "end": "End", "space": "␣",
}  # fmt: skip
_TYPED = {"/": "slash", "?": "question_mark", "esc": "escape", "return": "enter"}


def spelled(keys: str) -> str:
    """The keys as people write them."""
    return " ".join(
        _SHOWN.get(key, key.replace("ctrl+", "^")) for key in keys.replace(" ", "").split(",")
    )


def textual_name(key: str) -> str:
    """Textual's name of a key that a person typed."""
    return _TYPED.get(key.strip(), key.strip())
