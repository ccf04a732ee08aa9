"""A line at a time that leads somebody new through the screen; each goes when it was tried."""

from __future__ import annotations

from collections.abc import Sequence

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.tui.keys.keymap import Keymap

_OTHER_KEYS = 8
"""Keys of other meanings after which a step has been seen long enough."""


@frozen
class Step:
    """What there is to see, or keys and what they do."""

    words: str
    keys: tuple[str, ...] = ()
    """Ids of the keymap; one of them is the end of the step. None: any key is."""


class Story:
    """What is told now, and what moves it on."""

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self._left = list(steps)
        self._others = 0

    def line(self, keymap: Keymap) -> str:
        """The step in words; empty once the story is over."""
        if not self._left:
            return ""
        step = self._left[0]
        keys = (keymap.key_of(name).partition(" ")[0] for name in step.keys)
        return " ".join((*keys, step.words))

    def heed(self, key: str, keymap: Keymap) -> None:
        """Somebody pressed that key, by Textual's name."""
        if not self._left:
            return
        self._others += 1
        wanted = {each for name in self._left[0].keys for each in keymap.keys[name].keys.split(",")}
        if not wanted or key in wanted or self._others >= _OTHER_KEYS:
            del self._left[0]
            self._others = 0
