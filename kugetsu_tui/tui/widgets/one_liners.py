"""The lines at the edges of the screen: what is going on, and which keys there are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from kugetsu_tui.tui.keys.spelling import textual_name
from kugetsu_tui.tui.voice import key_name
from kugetsu_tui.tui.widgets.look import Tone, toned

Part = tuple[str, Tone]
"""Safe words and their tone."""


_ENOUGH = 40
"""Columns about how things stand, after which a story has precedence."""


class Masthead(Static):
    """The name of the program, how things stand, and at the right what it is busy with."""

    standing: reactive[tuple[Part, ...]] = reactive(())
    doing: reactive[str] = reactive("")
    story: reactive[str] = reactive("")
    """Told where nothing is being done and there is room: it takes no line of anything."""

    def render(self) -> Content:
        parts = [toned(" kugetsu ", Tone.STRONG, "bold")]
        used = len(" kugetsu ")
        doing = f"{self.doing} " if self.doing else ""
        room = self.size.width - cell_len(doing)
        told = cell_len(self.story) + 2 if self.story and not doing else 0
        for words, tone in self.standing:
            piece = f" {words} "
            if used + cell_len(piece) > (room - told if used > _ENOUGH else room):
                break
            parts.append(toned(piece, tone))
            used += cell_len(piece)
        if self.story and not doing and used + cell_len(self.story) < room:
            doing = f"{self.story} "
            room -= cell_len(doing)
        parts.append((" " * max(room - used, 0), ""))
        parts.append(toned(doing, Tone.OPEN))
        return Content.assemble(*parts)


class Notice(Static):
    """What could not be read, while it cannot; hidden while everything can."""

    words: reactive[str] = reactive("", init=False)

    def watch_words(self, words: str) -> None:
        self.display = bool(words)
        self.update(Content(words))


_ANY = {"key": "escape"}
"""What is pressed where any key will do."""


class KeyLine(Static):
    """Keys that do something now; the last ones are dropped where the line is short."""

    keys: reactive[tuple[tuple[str, str], ...]] = reactive(())

    def render(self) -> Content:
        parts: list[tuple[str, str]] = [(" ", "")]
        for key, label in self._fitting:
            parts += [toned(key, Tone.STRONG, "bold"), toned(f" {label}  ", Tone.MUTED)]
        return Content.assemble(*parts)

    @property
    def _fitting(self) -> list[tuple[str, str]]:
        named = [(key_name(key), label) for key, label in self.keys]
        return _fitting(named, self.size.width - 1)

    def on_click(self, event: events.Click) -> None:
        """A click on it is as good as pressing it."""
        event.stop()
        end, names = 1, {key_name(key): key for key, _ in self.keys}
        for key, label in self._fitting:
            end += cell_len(f"{key} {label}  ")
            if 0 < event.x < end:
                *_, last = names[key].split()
                self.app.simulate_key(_ANY.get(last) or textual_name(last))
                return


def _fitting(keys: Sequence[tuple[str, str]], room: int) -> list[tuple[str, str]]:
    """As many as fit; the last, which explains the others, always."""
    *others, last = keys or [("", "")]
    room -= cell_len(" ".join(last))
    kept = []
    for key, label in others:
        room -= cell_len(f"{key} {label}") + 2
        if room < 0:
            break
        kept.append((key, label))
    return [*kept, last]
