"""What wakes the supervisor: a child that ends, and being asked to end itself."""

from __future__ import annotations

import os
import signal
from types import FrameType


class Alarm:
    """Handlers are functions, never `SIG_IGN`: opencode would inherit that."""

    def __init__(self) -> None:
        self.descriptor, wake = os.pipe()
        """Readable once something has happened."""
        os.set_blocking(self.descriptor, False)
        os.set_blocking(wake, False)
        self.is_rung = False
        """Somebody asked us to end."""
        self.is_request = False
        """A person did (SIGINT); a system that goes down, too, sends SIGTERM."""
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ring)
        for number in (signal.SIGCHLD, signal.SIGHUP):
            signal.signal(number, self._pass_over)

    def hush(self) -> None:
        """Empty the descriptor, so that it can wake again."""
        os.read(self.descriptor, 4096)

    def _ring(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.is_rung = True
        self.is_request = self.is_request or number == signal.SIGINT

    def _pass_over(self, number: int, frame: FrameType | None) -> None:
        del number, frame
