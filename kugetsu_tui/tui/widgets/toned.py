"""A scrolling widget that draws its own lines in the colours of meanings."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style as VisualStyle

from kugetsu_tui.tui.keys.key import Context
from kugetsu_tui.tui.widgets.look import TONE_STYLES, Tone


class Toned(ScrollView, can_focus=True, inherit_bindings=False):
    """Whoever inherits draws lines with `render_line`; the screen has the keys that move."""

    context: ClassVar[Context] = Context.READING
    """Whose keys count while it has the focus."""
    DEFAULT_CSS = """
    Toned {
        height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1;
        scrollbar-background: $foreground 4%; scrollbar-color: $foreground 25%;
        & > .heading { color: $foreground 40%; }
        & > .cursor { background: $foreground 8%; }
        &:focus > .cursor { background: $primary 22%; text-style: bold; }
        &:ansi > .heading { text-style: dim; }
        &:ansi > .cursor { background: ansi_default; text-style: underline; }
        &:ansi:focus > .cursor { background: ansi_default; text-style: reverse; }
    }
    """

    paper = Style.null()
    """What lines are drawn on; to ask for `rich_style` at each takes as long as to draw it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._inks: dict[Tone, Style] = {}

    def render_lines(self, crop: Region) -> list[Strip]:
        self.paper = self.rich_style
        return super().render_lines(crop)

    def notify_style_update(self) -> None:
        self._inks.clear()
        super().notify_style_update()

    def ink(self, tone: Tone) -> Style:
        """The colour of a tone, for any ground.

        Tones are no component classes: each would take 15 kB of every widget.
        """
        if tone not in self._inks:
            _, ground = self.background_colors
            wanted = VisualStyle.parse(TONE_STYLES[tone], self.app.theme_variables).foreground
            is_dim = tone is Tone.MUTED and self.app.native_ansi_color
            color = (ground + wanted).rich_color if wanted else None
            self._inks[tone] = Style(color=color, dim=is_dim or None)
        return self._inks[tone]

    def ground(self, name: str) -> Style:
        """The ground of a component, for any ink."""
        style = self.get_component_rich_style(name)
        return Style(
            bgcolor=style.bgcolor,
            bold=style.bold,
            reverse=style.reverse or None,
            underline=style.underline or None,
        )

    def go_to(self, line: int) -> None:
        """Scroll until that line is the first."""
        self.scroll_to(y=line, animate=False, immediate=True, force=True)

    def action_move(self, by: int) -> None:
        """So many rows or lines down."""
        raise NotImplementedError

    def action_page(self, by: int) -> None:
        raise NotImplementedError

    def action_first(self) -> None:
        raise NotImplementedError

    def action_last(self) -> None:
        raise NotImplementedError
