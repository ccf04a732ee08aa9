"""Where a filter is typed, how it goes on, how many rows pass it, and what it does not say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.filter import completed
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.widgets.field import Field
from kugetsu_tui.tui.widgets.look import Tone, toned

_HINT = "words, state:failed, is:unseen, since:2d, -word; / looks inside transcripts"
_LEAST_INPUT = 12
"""Columns that stay for what is typed, however much there is to say about it."""
_AROUND = 4
"""Columns of the slash, and for the cursor and what is typed next."""


class FilterBar(Horizontal):
    """Hidden while there are no words and none are being typed."""

    @dataclass
    class Changed(Message):
        """Other words."""

        words: str

    @dataclass
    class Left(Message):
        """The keys are to go back to the rows; the words stay."""

    @dataclass
    class Moved(Message):
        """The selection is to move, although words are being typed."""

        by: int

    def __init__(self, rows: Callable[[], Iterable[Row]]) -> None:
        """Make it.

        Args:
            rows: the board's, for what can be typed of them.
        """
        super().__init__()
        self._rows = rows
        self._told = ("", False)

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble(toned(" / ", Tone.STRONG, "bold")), id="slash")
        yield FilterInput(lambda text: completed(text, self._rows()))
        yield Static(id="found")

    @property
    def words(self) -> str:
        """What has been typed."""
        return self.query_one(Input).value

    def open(self) -> None:
        """Take the keys, at once: the next may be here already."""
        self.display = True
        self.screen.set_focus(self.query_one(Input))

    def put(self, words: str) -> None:
        """Have these words, as if they had been typed and kept."""
        self.query_one(Input).value = words
        self.display = bool(words)

    def close(self) -> None:
        """Forget the words."""
        self.put("")

    def tell(self, words: str, *, is_complaint: bool = False) -> None:
        """Tell how many rows pass, or what was not understood."""
        self._told = (words, is_complaint)
        if self.display:
            typed = max(_LEAST_INPUT, cell_len(self.words) + _AROUND)
            room = max(self.size.width - typed, self.size.width // 3)
            tone = Tone.MIND if is_complaint else Tone.MUTED
            found = Content.assemble(toned(f" {clean_line(words)} ", tone))
            found = found.truncate(room, ellipsis=True)
            told = self.query_one("#found", Static)
            told.update(found, layout=found.cell_length != told.size.width)

    def on_resize(self) -> None:
        """There was no room to tell anything while it was hidden."""
        words, is_complaint = self._told
        self.tell(words, is_complaint=is_complaint)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.display = bool(self.words)
        self.post_message(self.Left())


class FilterInput(Field):
    """Tab completes it, and the arrows move through what was found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("down", "row(1)", show=False),
        Binding("up", "row(-1)", show=False),
    ]

    def __init__(self, complete: Callable[[str], Sequence[str]]) -> None:
        """Make it.

        Args:
            complete: the texts that a text may be the beginning of.
        """
        super().__init__(placeholder=_HINT, suggester=Completion(complete))
        self._complete = complete
        self._offered: Sequence[str] = ()

    def action_row(self, by: int) -> None:
        self.post_message(FilterBar.Moved(by))

    def action_complete(self) -> None:
        """The likeliest text; pressed again, the next one."""
        if self.value in self._offered:
            place = (self._offered.index(self.value) + 1) % len(self._offered)
        else:
            place, self._offered = 0, self._complete(self.value)
        if self._offered:
            self.value = self._offered[place]
            self.cursor_position = len(self.value)


class Completion(Suggester):
    """Shows, greyed, how what is typed would go on."""

    def __init__(self, complete: Callable[[str], Sequence[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._complete = complete

    async def get_suggestion(self, value: str) -> str | None:
        """Only what begins with the text, as it was typed, can be shown behind it."""
        return next((text for text in self._complete(value) if text.startswith(value)), None)
