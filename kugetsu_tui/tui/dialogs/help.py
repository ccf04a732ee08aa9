"""Every key that works on the screen beneath, and what it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

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


class HelpDialog(Dialog[None]):
    """Any key but those that scroll closes it, and does nothing else."""

    def __init__(self, keys: Sequence[Key], *, warnings: Sequence[str] = ()) -> None:
        """Prepare the page.

        Args:
            keys: those that work.
            warnings: what of the user's own keys could not be kept.
        """
        super().__init__("keys", hints=[("any key", "back"), ("↑ ↓", "scroll")])
        self._keys = keys
        self._warnings = warnings

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page"):
            yield HelpPage(self._keys, self._warnings)

    def first_field(self) -> Widget:
        return self.query_one("#page")

    def on_key(self, event: events.Key) -> None:
        if event.key not in _SCROLLING:
            event.stop()
            event.prevent_default()
            self.dismiss(None)


class HelpPage(Static):
    """Chapters of keys, then the glyphs of the states; sentences stay in their column."""

    def __init__(self, keys: Sequence[Key], warnings: Sequence[str]) -> None:
        super().__init__()
        self._keys = keys
        self._warnings = warnings

    def on_resize(self) -> None:
        self.refresh(layout=True)  # how high it is depends on how wide it is

    def render(self) -> Content:
        width = max(self.size.width - _MARGIN - _KEYS_WIDTH, _NARROWEST)
        parts: list[tuple[str, str]] = []
        for group in Group:
            parts.append(toned(f"{group}\n", Tone.STRONG, "bold"))
            for key in self._keys:
                if key.group is group:
                    parts += _entry(spelled(key.keys), key.summary, width)
            parts.append(("\n", ""))
        parts.append(toned("States\n", Tone.STRONG, "bold"))
        for state, look in LOOKS.items():
            parts.append(toned(f"{'':{_MARGIN}}{look.glyph} {state}\n", look.tone))
        parts += [toned(f"\n{clean_line(warning)}", Tone.MIND) for warning in self._warnings]
        return Content.assemble(*parts)


def _entry(keys: str, summary: str, width: int) -> Iterator[tuple[str, str]]:
    first, *others = wrapped(summary, width)
    yield toned(f"{'':{_MARGIN}}{fitted(keys, _KEYS_WIDTH)}", Tone.OPEN)
    yield toned(f"{first}\n", Tone.PLAIN)
    for line in others:
        yield toned(f"{'':{_MARGIN + _KEYS_WIDTH}}{line}\n", Tone.PLAIN)
