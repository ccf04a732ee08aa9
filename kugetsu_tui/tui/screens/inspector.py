"""The detail kept up to date: what the shown section needs is read, and nothing for the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from textual import on
from textual.message import Message
from textual.timer import Timer
from textual.worker import get_current_worker

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.session import BUSY_STATES, SessionState
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.screens.output_tail import NO_RUN, OutputArrived, OutputTail
from kugetsu_tui.tui.screens.readings import Readings
from kugetsu_tui.tui.screens.transcript_feed import TranscriptArrived, TranscriptFeed
from kugetsu_tui.tui.widgets.detail import READ, Detail, Section
from kugetsu_tui.tui.widgets.items import Item, item
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.reader import Reader
from kugetsu_tui.tui.widgets.text_lines import Line

_SETTLING = 0.08
"""Seconds a row has to stay selected before anything is read and drawn of it."""
_NO_OUTPUT = (Line("Nothing of it is written down here; see its transcript."),)
_EMPTY = {
    Section.TRANSCRIPT: "Nothing has been said yet.",
    Section.CHANGES: "It has changed no file.",
    Section.RUNS: "No run of it is kept here.",
}


class Inspector(Detail):
    """Turns to a row, and to a section of it."""

    @dataclass
    class Read(Message):
        """What a section of that row holds, or, where named, what is beneath one of its items."""

        key: str
        section: Section
        items: Sequence[Item] = ()
        lines: Sequence[Line] = ()
        beneath: str = ""
        trouble: str = ""
        """Why there is no more of it."""

    def __init__(
        self,
        commands: Commands,
        clock: Callable[[], datetime],
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(clock, id=id)
        self._readings = Readings(commands, clock)
        self._settling: Timer | None = None
        self._output = OutputTail(self, commands.log)
        self._transcript = TranscriptFeed(self, commands.transcript)
        self._sought = ""
        """What the transcript was found by, until one is there in it."""
        self._shown: dict[Section, str] = {}
        """Whose things each section shows."""

    def open(self, row: Row, words: str) -> None:
        """Turn to this row at once and take the keys.

        Args:
            row: the one that is to be read.
            words: what its transcript was found by, and is to be shown at; or none.
        """
        self._turn_to(row)
        self._sought = words
        if words:
            self.section = Section.TRANSCRIPT
            self._seek()
        self.focus_lines()

    def _seek(self) -> None:
        """Go to the words, as soon as a page that has them is there."""
        if self._sought:
            reader = self.reader_of(Section.TRANSCRIPT)
            reader.search(self._sought)
            if reader.quest.item is not None:
                self._sought = ""

    def look_at(self, row: Row | None) -> None:
        """Turn to this row; to another session only once the selection rests there."""
        is_another = self.row is not None and row is not None and row.key != self.row.key
        if is_another:
            self._stay()
            self._settling = self.set_timer(_SETTLING, partial(self._turn_to, row))
        else:
            self._turn_to(row)

    def _turn_to(self, row: Row | None) -> None:
        self._stay()
        if self.row is None or row is None or row.key != self.row.key:
            self._sought = ""
        self.row = row

    def _stay(self) -> None:
        if self._settling is not None:
            self._settling.stop()

    def on_unmount(self) -> None:
        self._transcript.leave()

    def watch_row(self) -> None:
        super().watch_row()
        self._load()

    def watch_section(self, before: Section, section: Section) -> None:
        super().watch_section(before, section)
        self._load()

    def _load(self) -> None:
        row = self.row
        if row is None or self.section is not Section.TRANSCRIPT:
            self._transcript.leave()
        if row is None:
            self._output.leave()
            self.lines_of(Section.OUTPUT).replace(())
        elif self.section is Section.OUTPUT:
            self._follow_output(row)
        elif self.section is Section.TRANSCRIPT:
            self._follow_transcript(row)
        else:
            read = partial(self._read, self.section, row)
            self.run_worker(read, thread=True, exclusive=True, group="session")

    def _follow_output(self, row: Row) -> None:
        if row.run_id is None:
            self._output.leave()
            has_transcript = row.state is not SessionState.MISSING
            self.lines_of(Section.OUTPUT).replace(NO_RUN if has_transcript else NO_RUN[:1])
        else:
            self._output.follow(row.run_id, is_live=row.state in BUSY_STATES)

    def _follow_transcript(self, row: Row) -> None:
        if self._shown.get(Section.TRANSCRIPT) != row.key:
            self._show_items(row.key, Section.TRANSCRIPT, (), "reading…")
        if row.session_id is None:
            self._transcript.leave()
            self._show_items(row.key, Section.TRANSCRIPT, (), _EMPTY[Section.TRANSCRIPT])
        else:
            self._transcript.follow(row.session_id)

    def _show_items(self, key: str, section: Section, items: Sequence[Item], empty: str) -> None:
        is_afresh = self._shown.get(section) != key
        self._shown[section] = key
        self.reader_of(section).show(items, empty=empty, afresh=is_afresh)

    def _read(self, section: Section, row: Row) -> None:
        """In a thread: what the section holds, or why that cannot be said."""
        worker, news = get_current_worker(), self.Read(row.key, section)
        try:
            if section in READ:
                news.items = self._readings.items(section, row)
            else:
                news.lines = self._readings.lines(section, row)
        except KugetsuError as error:
            news.trouble = clean_line(error.message)
        if not worker.is_cancelled:
            self.post_message(news)

    def _read_beneath(self, section: Section, row: Row, above: Item) -> None:
        """In a thread: what is folded beneath that item."""
        try:
            items = self._readings.beneath(section, above.source)
        except KugetsuError as error:
            words = Passage(Form.WORDS, error.message)
            items = (item(f"{above.id}-trouble", passages=[words], tone=Tone.BAD),)
        self.post_message(self.Read(row.key, section, items, beneath=above.id))

    @on(OutputArrived)
    def _output_arrived(self, message: OutputArrived) -> None:
        message.stop()
        if message.run_id != self._output.run_id:
            return
        output = self.lines_of(Section.OUTPUT)
        if message.is_first:
            has_any = message.lines or message.unfinished
            output.replace(message.lines if has_any else _NO_OUTPUT)
            output.append((), unfinished=message.unfinished)
        else:
            output.append(message.lines, unfinished=message.unfinished)

    @on(TranscriptArrived)
    def _transcript_arrived(self, message: TranscriptArrived) -> None:
        message.stop()
        if self.row is not None and message.session_id == self._transcript.session_id:
            empty = message.trouble or _EMPTY[Section.TRANSCRIPT]
            self._show_items(self.row.key, Section.TRANSCRIPT, message.items, empty)
            self._seek()

    @on(Read)
    def _read_arrived(self, message: Read) -> None:
        message.stop()
        if self.row is None or message.key != self.row.key:
            return
        if message.section not in READ:
            trouble = (Line(message.trouble, Tone.BAD),) if message.trouble else ()
            self.lines_of(message.section).replace((*message.lines, *trouble))
        elif message.beneath:
            self.reader_of(message.section).put_beneath(message.beneath, message.items)
        else:
            empty = message.trouble or _EMPTY[message.section]
            self._show_items(message.key, message.section, message.items, empty)

    @on(Reader.Unfolded)
    def _unfolded(self, message: Reader.Unfolded) -> None:
        message.stop()
        if self.row is not None:
            read = partial(self._read_beneath, self.section, self.row, message.item)
            self.run_worker(read, thread=True, group="beneath")
