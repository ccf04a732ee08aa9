"""An answer while it is being written: its pieces, gathered into few."""

from __future__ import annotations

import time
from collections.abc import Callable

from kugetsu_tui.domain.run_event import Saying

_EVERY = 0.1
"""Seconds between two pieces that are told."""
_CAP = 64 * 1024
"""Characters of a block that are told before it is finished: what anybody reads along."""


class LiveText:
    """Of one block at a time: a model writes them one after the other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._block = ""
        self._gathered: list[str] = []
        self._told_at = clock()
        self._length = 0

    def add(self, block: str, text: str) -> None:
        """Some more of a block."""
        if block != self._block:
            self._block, self._gathered, self._length = block, [], 0
        if self._length < _CAP:
            self._gathered.append(text)
            self._length += len(text)

    def due(self) -> Saying | None:
        """What was gathered, where it is time to tell it."""
        if not self._gathered or self._clock() - self._told_at < _EVERY:
            return None
        told = Saying("".join(self._gathered))
        self._gathered, self._told_at = [], self._clock()
        return told

    def drop(self) -> None:
        """Its block is finished, and told as a whole."""
        self._gathered = []
