"""Every key that works where it was asked for, and what it does; found by typing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.keys.key import Group, Key
from kugetsu_tui.tui.keys.spelling import spelled
from kugetsu_tui.tui.widgets.cells import fitted, wrapped
from kugetsu_tui.tui.widgets.look import LOOKS, Tone, toned

_KEYS_WIDTH = 12
_MARGIN = 2
_NARROWEST = 16
_SCROLLING = frozenset({"up", "down", "pageup", "pagedown", "home", "end"})
_FINDS = "slash"


class HelpDialog(Dialog[None]):
    """Any key but those that scroll and the one that finds closes it, and does nothing else."""

    def __init__(self, title: str, keys: Sequence[Key], *, warnings: Sequence[str] = ()) -> None:
        """Prepare the page.

        Args:
            title: where these keys work.
            keys: those that work, with the user's own choices in them.
            warnings: what of the user's own keys could not be kept.
        """
        super().__init__(title, hints=[("↑ ↓", "scroll"), ("/", "find"), ("any key", "back")])
        self._keys = keys
        self._warnings = warnings

    def body(self) -> ComposeResult:
        yield Input(placeholder="words of what you want to do")
        with VerticalScroll(id="page"):
            yield HelpPage(self._keys, self._warnings)

    def first_field(self) -> Widget:
        return self.query_one("#page")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Input).display = False

    def on_key(self, event: events.Key) -> None:
        page, sought = self.query_one("#page", VerticalScroll), self.query_one(Input)
        if sought.has_focus:
            if event.key in {"up", "down"}:
                page.scroll_relative(y=1 if event.key == "down" else -1, animate=False)
        elif event.key == _FINDS:
            event.stop()
            sought.display = True
            self.set_focus(sought)
        elif event.key not in _SCROLLING:
            event.stop()
            event.prevent_default()
            self.dismiss(None)

    @on(Input.Changed)
    def _sought(self, event: Input.Changed) -> None:
        self.query_one(HelpPage).find(event.value)

    @on(Input.Submitted)
    def action_send(self) -> None:
        self.dismiss(None)


class HelpPage(Static):
    """Chapters of keys, then the glyphs of the states; sentences stay in their column."""

    def __init__(self, keys: Sequence[Key], warnings: Sequence[str]) -> None:
        super().__init__()
        self._keys = keys
        self._warnings = warnings
        self._sought: Sequence[str] = ()

    def find(self, words: str) -> None:
        """Show only what holds all these words."""
        self._sought = words.casefold().split()
        self.refresh(layout=True)

    def on_resize(self) -> None:
        self.refresh(layout=True)  # how high it is depends on how wide it is

    def render(self) -> Content:
        width = max(self.size.width - _MARGIN - _KEYS_WIDTH, _NARROWEST)
        parts: list[tuple[str, str]] = []
        for group in Group:
            keys = [key for key in self._keys if key.group is group and self._holds(key)]
            entries = [part for key in keys for part in _entry(key, width)]
            parts += _chapter(group, entries)
        parts += _chapter("States", list(self._states()))
        parts += [toned(f"{clean_line(warning)}\n", Tone.MIND) for warning in self._warnings]
        nothing = toned("nothing holds all these words", Tone.MUTED)
        return Content.assemble(*(parts or [nothing]))

    def _states(self) -> Iterator[tuple[str, str]]:
        for state, look in LOOKS.items():
            if all(word in state for word in self._sought):
                yield toned(f"{'':{_MARGIN}}{look.glyph} {state}\n", look.tone)

    def _holds(self, key: Key) -> bool:
        text = f"{key.id} {spelled(key.keys)} {key.summary}".casefold()
        return all(word in text for word in self._sought)


def _chapter(name: str, entries: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if entries:
        yield toned(f"{name}\n", Tone.STRONG, "bold")
        yield from entries
        yield ("\n", "")


def _entry(key: Key, width: int) -> Iterator[tuple[str, str]]:
    first, *others = wrapped(key.summary, width)
    yield toned(f"{'':{_MARGIN}}{fitted(spelled(key.keys), _KEYS_WIDTH)}", Tone.OPEN)
    yield toned(f"{first}\n", Tone.PLAIN)
    for line in others:
        yield toned(f"{'':{_MARGIN + _KEYS_WIDTH}}{line}\n", Tone.PLAIN)
