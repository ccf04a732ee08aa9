"""A run's output, brought from its journal to the screen as it grows."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.message import Message
from textual.widget import Widget
from textual.worker import Worker, get_current_worker

from kugetsu_tui.commands.read_log import ReadLog
from kugetsu_tui.domain.errors import KugetsuError, NotFoundError
from kugetsu_tui.domain.run import Journalled, Saying
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.session_words import event_lines, paragraphs
from kugetsu_tui.tui.widgets.text_lines import MOST_LINES, Line

_FRAME = 1 / 30
"""Seconds between two deliveries of output."""
_READ_ALONG = 16 * 1024
"""Characters shown of a block that is being written: its end, until all of it is there."""

NO_RUN = (
    Line("No run of it is kept here.", Tone.MUTED),
    Line("What was said to it is in its transcript.", Tone.MUTED),
)


@dataclass
class OutputArrived(Message):
    """More of a run's output, or with `is_first` the beginning of it."""

    run_id: RunId
    lines: Sequence[Line]
    is_first: bool
    unfinished: Sequence[Line] = ()
    """Of a block that is still being written: its end."""


class OutputTail:
    """One thread that reads along; turning to another run ends the one before."""

    def __init__(self, widget: Widget, log: ReadLog) -> None:
        self._widget = widget
        self._log = log
        self._worker: Worker[None] | None = None
        self.run_id: RunId | None = None
        """The run whose output counts."""

    def follow(self, run_id: RunId, *, is_live: bool) -> None:
        """Read this run from its beginning, and along with it while it lives."""
        is_followed = self._worker is not None and self._worker.is_running
        if run_id == self.run_id and (is_followed or not is_live):
            return
        self.leave()
        self.run_id = run_id
        read = partial(self._read, run_id, follow=is_live)
        self._worker = self._widget.run_worker(read, thread=True, exclusive=True, group="output")

    def leave(self) -> None:
        """Read no longer."""
        if self._worker is not None:
            self._worker.cancel()
        self._worker = self.run_id = None

    def _read(self, run_id: RunId, *, follow: bool) -> None:
        """In a thread: deliver the run's output, many lines at a time, until it ends."""
        worker = get_current_worker()
        lines: deque[Line] = deque(maxlen=MOST_LINES)
        is_first, sent_at, said, shown = True, time.monotonic(), "", ""

        def deliver() -> None:
            nonlocal is_first, sent_at, shown
            if not worker.is_cancelled and (lines or is_first or said != shown):
                unfinished = tuple(paragraphs(said)) if said else ()
                more = OutputArrived(run_id, tuple(lines), is_first, unfinished)
                self._widget.post_message(more)
                is_first, shown = False, said
            lines.clear()
            sent_at = time.monotonic()

        def is_wanted() -> bool:
            deliver()
            return not worker.is_cancelled

        try:
            if prompt := self._log.prompt(run_id).strip("\n"):
                lines += paragraphs(prompt, Tone.OPEN)
            for journalled in self._log(run_id, follow=follow, is_wanted=is_wanted):
                said = _unfinished(said, journalled)
                lines += event_lines(journalled)
                if worker.is_cancelled:
                    return
                if follow and time.monotonic() - sent_at >= _FRAME:
                    deliver()
        except NotFoundError:
            lines += NO_RUN
        except KugetsuError as error:
            lines += paragraphs(error.message, Tone.BAD)
        deliver()


def _unfinished(said: str, journalled: Journalled) -> str:
    """The end of what is being written, after one more event."""
    event = journalled.event
    return (said + event.text)[-_READ_ALONG:] if isinstance(event, Saying) else ""
