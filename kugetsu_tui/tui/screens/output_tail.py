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
from kugetsu_tui.domain.run_event import Journalled, Saying
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.tui.link import LINK
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.session_words import event_lines, paragraphs
from kugetsu_tui.tui.widgets.text_lines import MOST_LINES, Line

_FRAME, _SPARING_FRAME = 1 / 30, 1.0
"""Seconds between two deliveries of output, and where a slow link is spared."""
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
        post = _Post(self._widget, run_id)
        try:
            if prompt := self._log.prompt(run_id).strip("\n"):
                post.lines += paragraphs(prompt, Tone.OPEN)
            for journalled in self._log(run_id, follow=follow, is_wanted=post.is_wanted):
                post.said = _unfinished(post.said, journalled)
                post.lines += event_lines(journalled)
                if post.worker.is_cancelled:
                    return
                if follow:
                    post.deliver(at_once=False)
        except NotFoundError:
            post.lines += NO_RUN
        except KugetsuError as error:
            post.lines += paragraphs(error.message, Tone.BAD)
        post.deliver(at_once=True)


class _Post:
    """What was read of a run and is to be delivered, from the thread of one worker."""

    def __init__(self, widget: Widget, run_id: RunId) -> None:
        self.worker = get_current_worker()
        self.lines: deque[Line] = deque(maxlen=MOST_LINES)
        self.said = ""
        """What is still being written."""
        self._widget = widget
        self._run_id = run_id
        self._shown = ""
        self._is_first = True
        self._sent_at = time.monotonic()
        self._pause = _SPARING_FRAME if LINK.is_spared else _FRAME

    def deliver(self, *, at_once: bool) -> None:
        """Deliver what has not been; not so soon after the last time, unless `at_once`."""
        if not at_once and time.monotonic() - self._sent_at < self._pause:
            return
        has_news = self.lines or self._is_first or self.said != self._shown
        if has_news and not self.worker.is_cancelled:
            # The blank line is there already that will be over it once it is finished.
            unfinished = (Line(""), *paragraphs(self.said)) if self.said else ()
            lines = tuple(self.lines)
            more = OutputArrived(self._run_id, lines, self._is_first, unfinished)
            self._widget.post_message(more)
            self._is_first, self._shown = False, self.said
        self.lines.clear()
        self._sent_at = time.monotonic()

    def is_wanted(self) -> bool:
        """Asked while nothing more is to be read: what there is can be seen."""
        self.deliver(at_once=self._is_first)
        return not self.worker.is_cancelled


def _unfinished(said: str, journalled: Journalled) -> str:
    """The end of what is being written, after one more event."""
    event = journalled.event
    return (said + event.text)[-_READ_ALONG:] if isinstance(event, Saying) else ""
