"""Keys as people write them, and as Textual names them."""

from __future__ import annotations

from textual.keys import Keys, _character_to_key, format_key

from kugetsu_tui.tui.voice import key_name

_SHOWN = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎", "escape": "esc",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "space": "␣",
}  # fmt: skip
_TYPED = {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown"}
_WRITTEN = {shown: name for name, shown in _SHOWN.items()} | {"⌫": "backspace"}
_NAMED = frozenset(key.value for key in Keys if not key.value.startswith("<"))


def spelled(keys: str) -> str:
    """The keys as people write them."""
    return key_name(" ".join(_spelled(key) for key in keys.replace(" ", "").split(",")))


def _spelled(key: str) -> str:
    modifiers, plus, name = key.rpartition("+")
    shown = _SHOWN.get(name) or format_key(name)
    if name.startswith("f") and name[1:].isdigit():
        shown = name.upper()
    return (modifiers + plus).replace("ctrl+", "^") + shown


def textual_name(key: str) -> str:
    """Textual's name of a key that a person typed."""
    key = key.strip()
    if key in _WRITTEN:
        return _WRITTEN[key]
    if len(key) == 1:
        return _character_to_key(key)
    modifiers, plus, name = key.replace("^", "ctrl+").lower().rpartition("+")
    return modifiers + plus + _TYPED.get(name, name)


def is_key(name: str) -> bool:
    """Whether Textual knows a key of that name."""
    base = name.rpartition("+")[2]
    return name in _NAMED or base in _NAMED or len(format_key(base)) == 1
