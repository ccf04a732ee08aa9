"""The detail kept up to date: the run's journal as it grows, and what opencode has of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.worker import Worker, get_current_worker

from kugetsu_tui.commands.read_log import ReadLog
from kugetsu_tui.commands.show_session import Shown, ShowSession
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.errors import KugetsuError, NotFoundError
from kugetsu_tui.domain.session import BUSY_STATES, RunId
from kugetsu_tui.tui.widgets.detail import Detail, Section
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.session_words import (
    event_lines,
    fact_lines,
    message_lines,
    paragraphs,
)
from kugetsu_tui.tui.widgets.text_lines import MOST_LINES, Line

_SETTLING = 0.08
"""Seconds a row has to stay selected before anything is read and drawn of it."""
_FRAME = 1 / 30
"""Seconds between two deliveries of output."""


class Inspector(Detail):
    """Reads what the shown section needs, and nothing for the others."""

    @dataclass
    class OutputArrived(Message):
        """More of a run's output, or with `is_first` the beginning of it."""

        run_id: RunId
        lines: Sequence[Line]
        is_first: bool

    @dataclass
    class SessionRead(Message):
        """What opencode's database has of the session."""

        key: str
        shown: Shown

    def __init__(
        self,
        log: ReadLog,
        show: ShowSession,
        clock: Callable[[], datetime],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(clock, id=id)
        self._log = log
        self._show = show
        self._settling: Timer | None = None
        self._tail: Worker[None] | None = None
        self._tailed: RunId | None = None

    def look_at(self, row: Row | None) -> None:
        """Turn to this row; to another session only once the selection rests there."""
        if self._settling is not None:
            self._settling.stop()
        is_another = self.row is not None and row is not None and row.key != self.row.key
        if is_another:
            self._settling = self.set_timer(_SETTLING, partial(setattr, self, "row", row))
        else:
            self.row = row

    def watch_row(self) -> None:
        super().watch_row()
        self._load()

    def watch_section(self, before: Section, section: Section) -> None:
        super().watch_section(before, section)
        self._load()

    def _load(self) -> None:
        row = self.row
        if row is None:
            for section in Section:
                self.lines_of(section).replace(())
        elif self.section is Section.OUTPUT:
            self._follow_output(row)
        else:
            read = partial(self._read_session, row)
            self.run_worker(read, thread=True, exclusive=True, group="session")

    def _follow_output(self, row: Row) -> None:
        if row.run_id is None:
            self._leave_tail()
            self.lines_of(Section.OUTPUT).replace(_NO_RUN)
            return
        is_followed = self._tail is not None and self._tail.is_running
        if row.run_id == self._tailed and (is_followed or row.state not in BUSY_STATES):
            return
        self._leave_tail()
        self._tailed = row.run_id
        tail = partial(self._read_output, row.run_id, follow=row.state in BUSY_STATES)
        self._tail = self.run_worker(tail, thread=True, exclusive=True, group="output")

    def _leave_tail(self) -> None:
        if self._tail is not None:
            self._tail.cancel()
        self._tail = self._tailed = None

    def _read_output(self, run_id: RunId, *, follow: bool) -> None:
        """In a thread: deliver the run's output, many lines at a time, until it ends."""
        worker = get_current_worker()
        lines: deque[Line] = deque(maxlen=MOST_LINES)
        is_first, sent_at = True, time.monotonic()

        def deliver() -> None:
            nonlocal is_first, sent_at
            if not worker.is_cancelled and (lines or is_first):
                self.post_message(self.OutputArrived(run_id, tuple(lines), is_first))
                is_first = False
            lines.clear()
            sent_at = time.monotonic()

        def is_wanted() -> bool:
            deliver()
            return not worker.is_cancelled

        try:
            if prompt := self._log.prompt(run_id).strip("\n"):
                lines += paragraphs(prompt, Tone.OPEN)
            for journalled in self._log(run_id, follow=follow, is_wanted=is_wanted):
                lines += event_lines(journalled)
                if worker.is_cancelled:
                    return
                if follow and time.monotonic() - sent_at >= _FRAME:
                    deliver()
        except NotFoundError:
            lines += _NO_RUN
        except KugetsuError as error:
            lines += paragraphs(error.message, Tone.BAD)
        deliver()

    def _read_session(self, row: Row) -> None:
        worker = get_current_worker()
        try:
            shown = self._show.of_row(row)
        except KugetsuError as error:
            why = (error.message,)
            shown = Shown(row=row, prompt="", messages=(), todos=(), changes=(), warnings=why)
        if not worker.is_cancelled:
            self.post_message(self.SessionRead(row.key, shown))

    @on(OutputArrived)
    def _output_arrived(self, message: OutputArrived) -> None:
        message.stop()
        if message.run_id != self._tailed:
            return
        output = self.lines_of(Section.OUTPUT)
        if message.is_first:
            output.replace(message.lines or _NO_OUTPUT)
        else:
            output.append(message.lines)

    @on(SessionRead)
    def _session_read(self, message: SessionRead) -> None:
        message.stop()
        if self.row is None or message.key != self.row.key:
            return
        said = tuple(message_lines(message.shown, self._clock()))
        self.lines_of(Section.MESSAGES).replace(said or [Line("no messages yet", Tone.MUTED)])
        self.lines_of(Section.FACTS).replace(fact_lines(message.shown))


_NO_RUN = (
    Line("No run of it is kept here.", Tone.MUTED),
    Line("What was said to it is under messages.", Tone.MUTED),
)
_NO_OUTPUT = (Line("Nothing of it is written down here; see its messages.", Tone.MUTED),)
