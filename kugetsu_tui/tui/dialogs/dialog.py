"""What all questions have in common: a frame, a line for what was refused, and a way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import events
from textual._styles_cache import StylesCache
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.voice import VOICE
from kugetsu_tui.tui.widgets.look import Tone, toned
from kugetsu_tui.tui.widgets.one_liners import KeyLine
from kugetsu_tui.tui.widgets.too_small import TooSmall

Answer = TypeVar("Answer")
T = TypeVar("T")
_AROUND = 2
"""Rows that the lines around what scrolls need beyond two fifths of the terminal."""

BETWEEN_FIELDS: Sequence[BindingType] = (
    Binding("tab", "app.focus_next", show=False, priority=True),
    Binding("shift+tab", "app.focus_previous", show=False, priority=True),
)
"""Heeded before the field sees them: what is typed right behind them belongs to the next one."""


@dataclass(slots=True)
class Draft:
    """What was typed and not sent yet; it outlives the dialog it was typed into."""

    ref: str = ""
    message: str = ""


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A question on top of a screen; Escape leaves it without an answer."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+c", "leave", "back", show=False),
        Binding("ctrl+s", "send", "send", show=False),
    ]

    def __init__(self, title: str, *, refusal: str = "", hints: Sequence[tuple[str, str]]) -> None:
        """Prepare the frame.

        Args:
            title: what is asked.
            refusal: why the answer before this one was not accepted.
            hints: keys, and what they do here; the last is always in sight.
        """
        super().__init__()
        self._title = title
        self._refusal = refusal
        self._hints = hints

    def compose(self) -> ComposeResult:
        with Vertical(id="frame") as frame:
            frame.border_title = Content(clean_line(self._title))
            if VOICE.is_spoken:  # there is no border then
                yield Static(Content(clean_line(self._title)))
            yield from self.body()
            yield Static(Content(""), id="refusal")
            hints = KeyLine(id="hints")
            hints.keys = tuple(self._hints)
            yield hints
        yield TooSmall()

    def body(self) -> ComposeResult:
        """What stands between title and hints."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.refuse(self._refusal)
        self.set_focus(self.first_field())

    def on_resize(self) -> None:
        """Have the frame end where what scrolls does.

        Textual (8.2) heeds only a limit in cells when it measures how high a frame has to be.
        """
        for each in self.query(".-scrolls"):
            each.styles.max_height = self.size.height * 3 // 5 - _AROUND

    def on_key(self, event: events.Key) -> None:
        """What nobody here heeds goes no further.

        By the time it is back at the app, a key that came right behind it may have ended this
        dialog, and it would count for the screen beneath.
        """
        if event.key not in self.active_bindings:
            event.stop()

    def on_unmount(self) -> None:
        """Let go of how it looked: Textual keeps that of the last thousand widgets, gone or not."""
        StylesCache.get_inner_outer.cache_clear()

    def first_field(self) -> Widget:
        """Who gets the keys first."""
        raise NotImplementedError

    def load(
        self, call: Callable[[], T], show: Callable[[T], None], words: Callable[[KugetsuError], str]
    ) -> None:
        """Call it in a thread and show what it found; a refusal is told in `words`."""

        def work() -> None:
            try:
                found = call()
            except KugetsuError as error:
                self.call_later(self.refuse, words(error))
            else:
                self.call_later(show, found)

        self.run_worker(work, thread=True)

    def refuse(self, words: str) -> None:
        """Say why it cannot be sent so, or take that back."""
        line = self.query_one("#refusal", Static)
        line.update(Content.assemble(toned(clean_line(words), Tone.BAD)))
        line.display = bool(words)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Leave with that, once: another key may be on its way here already."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_send(self) -> None:
        """Answer, where that can be done from anywhere in the dialog."""
