"""Ctrl+c, held back while a run is launched: in that moment nobody is there to stop the run."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Self


class HeldCtrlC:
    """In its block, ctrl+c is noted; where it was ignored before, it still is."""

    def __init__(self) -> None:
        self._has_come = False
        self._before = signal.getsignal(signal.SIGINT)

    def __enter__(self) -> Self:
        if callable(self._before):
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def heed(self) -> None:
        """Raise `KeyboardInterrupt` where it has come meanwhile."""
        if self._has_come:
            raise KeyboardInterrupt

    def let_through(self) -> None:
        """Hold it back no longer."""
        signal.signal(signal.SIGINT, self._before)
        self.heed()

    def _note(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._has_come = True
