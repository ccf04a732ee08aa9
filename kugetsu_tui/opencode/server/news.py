"""What happens on a server, also after the connection to it was lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from kugetsu_tui.domain.errors import ServerUnreachableError
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.opencode.server.events import listen


class News:
    """Of one directory; a stream that breaks is opened again, as long as somebody answers."""

    def __init__(
        self,
        address: ServerAddress,
        directory: str,
        *,
        is_there: Callable[[], bool],
        tick: float,
        patience: float,
    ) -> None:
        """Listen from now on: what comes is not missed.

        Args:
            address: of the server.
            directory: whose sessions' events are wanted.
            is_there: whether that server still lives, for all that is known.
            tick: seconds of quiet, until there is nothing.
            patience: seconds without a stream, until the server counts as dead.

        Raises:
            ServerUnreachableError: nobody is there.
            ServerRefusedError: it does not let one listen.
        """
        self._address = address
        self._directory = directory
        self._is_there = is_there
        self._tick = tick
        self._patience = patience
        self._broke_at = 0.0
        self._stream: Iterator[JsonObject | None] | None = self._open()
        self.has_gap = False
        """Something may have happened that was not heard of."""

    def next(self) -> JsonObject | None:
        """The next event; nothing after a quiet tick.

        Raises:
            ServerUnreachableError: it died, or there was no stream for as long as patience goes.
        """
        try:
            if self._stream is None:
                self._stream = self._open()
            return next(self._stream)
        except ServerUnreachableError:
            now = time.monotonic()
            if self._stream is not None or not self.has_gap:
                self._stream, self._broke_at, self.has_gap = None, now, True
            if now - self._broke_at > self._patience or not self._is_there():
                raise
            time.sleep(self._tick)
            return None

    @property
    def is_broken(self) -> bool:
        return self._stream is None

    def _open(self) -> Iterator[JsonObject | None]:
        stream = listen(self._address, self._directory, tick=self._tick)
        next(stream)
        return stream
