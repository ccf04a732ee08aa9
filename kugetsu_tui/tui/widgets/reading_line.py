"""The line over what is read: which parts are shown, and where in it one is."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.domain.wanted_parts import Wanted
from kugetsu_tui.tui.keys.table import PART_NAMES
from kugetsu_tui.tui.voice import sign
from kugetsu_tui.tui.widgets.look import Tone, toned
from kugetsu_tui.tui.widgets.one_liners import Part
from kugetsu_tui.tui.widgets.reader import Reader


class ReadingLine(Static):
    """Left the parts with their keys, as far as there is room; right what is so now."""

    parts: reactive[tuple[Part, ...]] = reactive(())

    def render(self) -> Content:
        return Content.assemble(*(toned(words, tone) for words, tone in self.parts))

    def tell(self, reader: Reader, *, has_parts: bool) -> None:
        """Say how things stand with that reader."""
        right = list(_standing(reader))
        room = self.size.width - sum(cell_len(words) for words, _ in right) - 1
        legend = list(_legend(reader.wanted, room)) if has_parts else []
        used = sum(cell_len(words) for words, _ in legend)
        self.parts = (*legend, (" " * max(room - used, 0), Tone.PLAIN), *right)


def _legend(wanted: Wanted, room: int) -> Iterator[Part]:
    """The ten parts with their keys; where they do not fit, only those that were chosen."""
    kinds = (None, *PartKind)
    names = [
        (f"{n % 10} {name}  ", kind)
        for n, (name, kind) in enumerate(zip(PART_NAMES, kinds, strict=True), 1)
    ]
    if sum(len(name) for name, _ in names) > room:
        names = [(name, kind) for name, kind in names if kind in wanted.kinds]
        yield ("only " if names else "1…0 parts"), Tone.MUTED
    for name, kind in names:
        is_on = not wanted.kinds if kind is None else kind in wanted.kinds
        noise = "+ " if kind is None and wanted.with_noise else ""
        yield f"{name.rstrip()}{noise}  ", Tone.STRONG if is_on else Tone.MUTED


def _standing(reader: Reader) -> Iterator[Part]:
    quest = reader.quest
    if quest.words:
        count = len(quest.finds)
        words = f" {quest.at + 1:,}/{count:,} " if count else " not found "
        yield words, Tone.OPEN if count else Tone.MIND
    if reader.has_news:
        yield sign(" ↓", "") + " new below: f ", Tone.FRESH
    elif reader.follows:
        yield " following ", Tone.MUTED
