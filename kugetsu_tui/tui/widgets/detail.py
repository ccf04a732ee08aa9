"""The selected session, up close: who it is, what it does, and one section of what it said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.style import Style
from textual.widgets import Static

from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.errors import BadReferenceError
from kugetsu_tui.domain.issue_url import issue_url
from kugetsu_tui.domain.moment import Dates, spell_lasting, spell_when
from kugetsu_tui.domain.session import BUSY_STATES
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.voice import key_name, sign
from kugetsu_tui.tui.widgets.cells import fitted_end
from kugetsu_tui.tui.widgets.look import LOOKS, Tone, toned
from kugetsu_tui.tui.widgets.reader import Reader
from kugetsu_tui.tui.widgets.reading_line import ReadingLine
from kugetsu_tui.tui.widgets.search_bar import SearchBar
from kugetsu_tui.tui.widgets.text_lines import TextLines
from kugetsu_tui.tui.widgets.toned import Toned


class Section(StrEnum):
    """What can be looked at of a session, one at a time."""

    OUTPUT = "output"
    """What its latest run says, as it says it."""
    TRANSCRIPT = "transcript"
    CHANGES = "changes"
    TODOS = "todos"
    RUNS = "runs"
    FACTS = "facts"

    def next(self, by: int) -> Section:
        """The section that many places on, around the end."""
        every = list(Section)
        return every[(every.index(self) + by) % len(every)]


READ = frozenset({Section.TRANSCRIPT, Section.CHANGES, Section.RUNS})
"""Sections with things that fold; the others are lines."""


class Detail(Vertical):
    """Head, the names of the sections, and the one that is shown."""

    row: reactive[Row | None] = reactive(None, repaint=False)
    section: reactive[Section] = reactive(Section.OUTPUT, repaint=False, init=False)

    @dataclass
    class SectionChanged(Message):
        """Another section was asked for."""

        section: Section

    def __init__(self, clock: Callable[[], datetime], *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._clock = clock

    def compose(self) -> ComposeResult:
        yield Head(self._clock)
        yield SectionNames(id="sections")
        yield ReadingLine()
        for section in Section:
            pane: Toned
            if section in READ:
                is_talk = section is Section.TRANSCRIPT
                pane = Reader(self._ask_for_words, is_talk=is_talk, id=section)
            else:
                pane = TextLines(is_tail=section is Section.OUTPUT, id=section)
            yield pane.set_class(section is self.section, "-shown")
        yield SearchBar()

    def pane_of(self, section: Section) -> Toned:
        """Where that section is shown."""
        return self.query_one(f"#{section}", Toned)

    def lines_of(self, section: Section) -> TextLines:
        """Where the lines of that section are."""
        return self.query_one(f"#{section}", TextLines)

    def reader_of(self, section: Section) -> Reader:
        """Where the things of that section are read."""
        return self.query_one(f"#{section}", Reader)

    def focus_lines(self) -> None:
        """Give the keys to the section that is shown."""
        self.screen.set_focus(self.pane_of(self.section))

    def watch_row(self) -> None:
        self.query_one(Head).row = self.row

    def watch_section(self, before: Section, section: Section) -> None:
        had_focus = self.pane_of(before).has_focus
        self.query_one(SearchBar).close()
        for each in Section:
            self.pane_of(each).set_class(each is section, "-shown")
        self.query_one(SectionNames).section = section
        self._tell_where()
        if had_focus:
            self.focus_lines()

    def _tell_where(self) -> None:
        line = self.query_one(ReadingLine)
        line.display = self.section in READ
        if self.section in READ:
            line.tell(self.reader_of(self.section), has_parts=self.section is Section.TRANSCRIPT)

    def on_detail_section_changed(self, message: SectionChanged) -> None:
        message.stop()
        self.section = message.section

    def on_reader_changed(self, message: Reader.Changed) -> None:
        if self.section in READ and message.reader is self.reader_of(self.section):
            self._tell_where()

    def _ask_for_words(self, words: str) -> None:
        self.query_one(SearchBar).open(words)

    def on_search_bar_changed(self, message: SearchBar.Changed) -> None:
        message.stop()
        self.reader_of(self.section).search(message.words)

    def on_search_bar_left(self) -> None:
        self.focus_lines()


_LINES = 2
"""Of the head; where the terminal is low it has one, and all of it stands there."""


class Head(Static):
    """What the session does, how long, and who it is; beneath, its title and what that rests on."""

    row: reactive[Row | None] = reactive(None)
    dates: reactive[Dates] = reactive(Dates.RELATIVE)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._clock = clock
        self._drawn = ""

    def on_mount(self) -> None:
        self.set_interval(1.0, self._age)

    def _age(self) -> None:
        if self.row is not None and self._how_long(self.row) != self._drawn:
            self.refresh()

    def render(self) -> Content:
        row = self.row
        if row is None:
            return Content.assemble(toned("nothing is selected", Tone.MUTED))
        look, self._drawn = LOOKS[row.state], self._how_long(row)
        does = Content.assemble(
            toned(f"{look.glyph} {row.state} {self._drawn}".rstrip() + "  ", look.tone),
            toned("AUTO ", Tone.BAD, "bold") if row.is_auto else "",
            toned(f"+{row.queued_messages} queued  ", Tone.MIND) if row.queued_messages else "",
        )
        is_low = self.size.height < _LINES
        room = self.size.width - does.cell_length
        label = _label(row, room // 2 if is_low else room)
        return Content.assemble(does, label, "  " if is_low else "\n", *_about(row))

    def _how_long(self, row: Row) -> str:
        if row.since is None:
            return ""
        now = self._clock()
        if row.state in BUSY_STATES:
            return spell_lasting(max((now - row.since).total_seconds(), 0))
        return spell_when(row.since, now, self.dates)


def _about(row: Row) -> Iterator[tuple[str, str]]:
    """Its title, and what its state rests on: that first where it is bad or deserves a look."""
    tone = LOOKS[row.state].tone
    has_trouble = tone in {Tone.BAD, Tone.MIND}
    title, why = (row.title, Tone.PLAIN), (row.why, tone if has_trouble else Tone.MUTED)
    for words, each in (why, title) if has_trouble else (title, why):
        if words:
            yield toned(f"{clean_line(words)}  ", each)


def _label(row: Row, width: int) -> Content:
    """Who it is, without its host where it is long; an issue is a link (OSC 8) to its page."""
    words = clean_line(row.label)
    if row.issue_ref and cell_len(words) > width:
        words = fitted_end(words.partition("/")[2], width).rstrip()
    label = Content.assemble(toned(words, Tone.STRONG, "bold"))
    if row.issue_ref is None:
        return label
    try:
        return label.stylize(Style(link=issue_url(row.issue_ref)))
    except BadReferenceError:
        return label


_AROUND = 2
"""Columns around the name of a section."""


class SectionNames(Static):
    """The sections by name, the one that is shown marked."""

    section: reactive[Section] = reactive(Section.OUTPUT)

    def render(self) -> Content:
        parts = [
            toned(f"{sign(' ', '[')}{name}{sign(' ', ']')}", Tone.STRONG, "bold reverse")
            if name is self.section
            else toned(f" {name} ", Tone.MUTED)
            for name in self._fitting
        ]
        names = Content.assemble(*parts)
        arrows = Content.assemble(toned(f"  {key_name('← →')}", Tone.MUTED))
        has_room = names.cell_length + arrows.cell_length <= self.size.width
        return names + arrows if has_room else names

    @property
    def _fitting(self) -> Sequence[Section]:
        """What there is room for: the one that is shown, those before it, those behind it."""
        every, fitting = list(Section), list[Section]()
        wanted = every.index(self.section)
        left = self.size.width
        for section in (*reversed(every[: wanted + 1]), *every[wanted + 1 :]):
            left -= len(section) + _AROUND
            if left < 0:
                break
            fitting.append(section)
        return sorted(fitting, key=every.index)

    def on_click(self, event: events.Click) -> None:
        end = 0
        for section in self._fitting:
            end += len(section) + _AROUND
            if event.x < end:
                self.post_message(Detail.SectionChanged(section))
                return
