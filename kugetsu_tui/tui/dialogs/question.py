"""A question with a few answers, each with a key of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Static

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.voice import sign
from kugetsu_tui.tui.widgets.look import Tone, toned
from kugetsu_tui.tui.widgets.one_liners import KeyLine

_BETWEEN = 2
"""Columns between two choices."""


@frozen
class Choice:
    """One answer."""

    key: str
    """The letter that gives it at once."""
    label: str


@frozen
class Extra:
    """Something more that may be wanted."""

    key: str
    label: str
    is_on: bool = False


@frozen
class Picked:
    """The key of the choice, and the keys of the extras that are on."""

    choice: str
    extras: frozenset[str] = frozenset()


class Question(Dialog[Picked]):
    """Lines to read, extras to switch, and choices; the first one has the focus.

    Up and down scroll the lines where there is no room for all of them, and else go to the field
    before and the next one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "down(1)", show=False),
        Binding("up", "down(-1)", show=False),
        Binding("pagedown", "down(4)", show=False),
        Binding("pageup", "down(-4)", show=False),
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[tuple[str, Tone]],
        choices: Sequence[Choice],
        *,
        extras: Sequence[Extra] = (),
        is_list: bool = False,
    ) -> None:
        """Ask.

        Args:
            title: what is asked.
            lines: what there is to read before.
            choices: the answers, the likeliest first.
            extras: what else may be wanted.
            is_list: the choices are long, and stand under one another.
        """
        switch = [(" ".join(extra.key for extra in extras), "switch")] if extras else []
        super().__init__(title, hints=[("⏎", "choose"), ("tab", "next"), *switch, ("esc", "back")])
        self._is_list = is_list
        self._lines = lines
        self._choices = choices
        self._extras = extras

    def body(self) -> ComposeResult:
        with VerticalScroll(id="said", can_focus=False):
            for line, tone in self._lines:
                yield Static(Content.assemble(toned(clean_line(line), tone)))
        for extra in self._extras:
            yield ExtraBox(_keyed(extra.key, extra.label), extra.is_on, id=f"extra-{extra.key}")
        with Container(id="choices", classes="-list" if self._is_list else ""):
            for choice in self._choices:
                yield Button(_keyed(choice.key, choice.label), id=f"choice-{choice.key}")

    def first_field(self) -> Widget:
        return self.query(Button).first()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Have choices that do not fit side by side under one another, and name keys that help."""
        room = self.query_one("#choices").size.width + _BETWEEN
        needed = sum(cell_len(f" {each.key} {each.label} ") + _BETWEEN for each in self._choices)
        self.query_one("#choices").set_class(self._is_list or needed > room, "-list")
        scroll = [("↑ ↓", "scroll")] if self._said.max_scroll_y else []
        self.query_one(KeyLine).keys = (*scroll, *self._hints)

    @property
    def _said(self) -> VerticalScroll:
        return self.query_one("#said", VerticalScroll)

    def action_down(self, by: int) -> None:
        """So many lines or fields on."""
        if self._said.max_scroll_y:
            self._said.scroll_relative(y=by, animate=False)
        elif by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def on_key(self, event: events.Key) -> None:
        """The letters of choices and extras, from anywhere."""
        if event.character is None:
            return
        if event.character in {choice.key for choice in self._choices}:
            event.stop()
            self._pick(event.character)
        elif event.character in {extra.key for extra in self._extras}:
            event.stop()
            self.query_one(f"#extra-{event.character}", Checkbox).toggle()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self._pick((event.button.id or "").removeprefix("choice-"))

    def _pick(self, key: str) -> None:
        on = {box.id for box in self.query(Checkbox) if box.value}
        extras = {extra.key for extra in self._extras if f"extra-{extra.key}" in on}
        self.dismiss(Picked(key, frozenset(extras)))


class ExtraBox(Checkbox):
    """Whether it is on is told by a mark, not by a colour alone; a long label is not cut."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return Widget.get_content_height(self, container, viewport, width)

    def render(self) -> Content:
        self.BUTTON_LEFT, self.BUTTON_RIGHT = sign("▐"), sign("▌")
        self.BUTTON_INNER = sign("✓", "on") if self.value else sign(" ", "off")
        return super().render()


def _keyed(key: str, label: str) -> Content:
    """The key, then what it is for; the styles are the button's own, so that focus shows."""
    return Content.assemble((key, "bold underline"), f" {clean_line(label)}")
