"""Textual's driver, for a terminal that may stop reading or be gone, and that knows its size."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from queue import Empty, Full, Queue
from threading import Thread

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from kugetsu_tui.domain.errors import SIGNALLED
from kugetsu_tui.tui.canvas import CANVAS

_PATIENCE = 0.5
"""Seconds that a terminal may take for what is to be drawn; keys and signals wait as long."""
_ENDING = 3.0
"""Seconds it may take for the rest when it is left, or handed over: a slow link needs some."""
_PAUSE = 1.0
"""Seconds until a terminal that was too slow is tried again."""
_GIVEN_WAY = 0.000_05
"""Seconds in which the writer's thread begins, instead of when all else that a key does is done: it
is in sight 0.3 ms earlier."""
_FORGOTTEN = "\x1b[?1016l\x1b[?2048l"
"""Mouse in pixels, and sizes in band: what terminals that know them are asked for.

Textual 8.2 never takes the first back, and the second only where it has heard of it in time.
"""


class PatientDriver(LinuxDriver):
    """What a terminal does not take in time is dropped; all is drawn anew once it reads again.

    Textual waits for ever, in the one thread that could end the program: a lost connection, or
    a terminal that was told to hold its output, would keep it until somebody kills it.
    """

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        """Prepare a way to the terminal; all arguments are Textual's."""
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._is_stalled = False
        stream = sys.__stderr__
        if stream is not None:
            # A writer that is still held up at the very end holds the lock of its stream; Python,
            # which flushes its own streams then, would crash on that.
            own = os.dup(stream.fileno())
            self._file = open(own, "w", encoding=stream.encoding, errors=stream.errors)  # noqa: SIM115, PTH123 - open as long as the program

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own: exported COLUMNS and LINES are those of another moment."""
        try:
            columns, rows = os.get_terminal_size(self.fileno)
        except OSError:
            columns, rows = 0, 0
        return (columns, rows) if columns and rows else super()._get_terminal_size()

    @property
    def _queue(self) -> Queue[str | None]:
        if self._writer_thread is None:
            raise RuntimeError("there is no screen to draw on")
        return self._writer_thread._queue  # noqa: SLF001 - it has no way to try

    def write(self, data: str) -> None:
        try:
            self._queue.put(data, timeout=0 if self._is_stalled else _PATIENCE)
            time.sleep(_GIVEN_WAY)
        except Full:
            CANVAS.forget()
            if not self._is_stalled:
                self._is_stalled = True
                self._app.call_later(self._app.set_timer, _PAUSE, self._try_again)

    def _try_again(self) -> None:
        self._is_stalled = False
        self._app.refresh(layout=True)

    def resume_application_mode(self) -> None:
        """Take the terminal back: others have drawn on it."""
        CANVAS.forget()
        super().resume_application_mode()

    def stop_application_mode(self) -> None:
        """What restores the terminal goes before whatever was still to be drawn."""
        with suppress(Empty):
            while self._is_stalled:
                self._queue.get_nowait()
        super().stop_application_mode()
        self.write(_FORGOTTEN)

    @property
    def is_gone(self) -> bool:
        """The terminal was closed; who is not of its session gets no SIGHUP, and reads nothing."""
        hung_up = select.poll()
        hung_up.register(self.fileno, 0)
        return bool(hung_up.poll(0))

    def run_input_thread(self) -> None:
        """Where there is nothing to read from any more, the program ends as by SIGHUP."""
        try:
            super().run_input_thread()
        except OSError:
            gone = partial(self._app.exit, return_code=SIGNALLED + signal.SIGHUP)
            self._app.call_later(gone)

    def close(self) -> None:
        """End the writing; what the terminal does not take in time, it goes without."""
        ending = Thread(target=super().close, daemon=True)
        ending.start()
        ending.join(_ENDING)
