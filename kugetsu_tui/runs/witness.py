"""Who is told what opencode does, and when it last showed that it is alive."""

from __future__ import annotations

import os
import time
from contextlib import suppress

from kugetsu_tui.domain.run_event import RunEvent
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.ask_desk import AskDesk
from kugetsu_tui.runs.capped_log import CappedLog
from kugetsu_tui.runs.testimony import Testimony, complain


class Witness:
    def __init__(self, testimony: Testimony, asks: AskDesk, log: CappedLog, lock: int) -> None:
        self._testimony = testimony
        self._asks = asks
        self._log = log
        self._lock = lock
        self.last_sign = time.monotonic()
        """Anything that shows it alive."""
        self.last_news = self.last_sign
        """The last of what takes a turn further: log lines do not count."""

    @property
    def session_id(self) -> SessionId | None:
        """The session opencode named, once it did."""
        return self._testimony.session_id

    def hear(self, event: RunEvent) -> bool:
        """Write it down; false where it names a session that is not this run's."""
        return not self._asks.note(event) or self._testimony.hear(event)

    def hear_words(self, words: str) -> None:
        """Words for people that are no event; the last ones count."""
        self._testimony.hear_words(words)

    def keep(self, text: bytes) -> None:
        """What opencode wrote for whoever looks into its log."""
        try:
            self._log.write(text)
        except OSError as error:
            complain(f"the log lost {len(text)} bytes: {error.strerror}")

    def note_sign(self, *, is_news: bool) -> None:
        """Also for the eyes of others: the time of the lock file is that of the last sign."""
        self.last_sign = time.monotonic()
        if is_news:
            self.last_news = self.last_sign
        with suppress(OSError):  # a disk that became read-only shows an older sign
            os.utime(self._lock)
