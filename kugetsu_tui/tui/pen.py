"""Styles as a terminal is told of them, with nothing said that holds already."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style
from textual.strip import Strip


class Pen(NamedTuple):
    """How cells are written: parameters of SGR (ECMA-48), and where a link (OSC 8) leads."""

    attributes: str = ""
    ink: str = ""
    ground: str = ""
    link: str = ""

    @property
    def of_blanks(self) -> Pen:
        """One that writes the same blanks: they show no ink, save that of a line through them."""
        return self if self.attributes else self._replace(ink="")

    def after(self, before: Pen) -> str:
        """What makes this one of another; attributes can only be taken back together."""
        codes = []
        if before.attributes not in {"", self.attributes} or not any(self[:3]):
            codes += ["0"] if any(before[:3]) else []
            before = Pen(link=before.link)
        if self.attributes != before.attributes:
            codes.append(self.attributes)
        if self.ink != before.ink:
            codes.append(self.ink or "39")
        if self.ground != before.ground:
            codes.append(self.ground or "49")
        turned = f"\x1b[{';'.join(codes)}m" if codes else ""
        return turned if self.link == before.link else f"{turned}\x1b]8;;{self.link}\x1b\\"


PLAIN = Pen()
"""With all attributes off."""


@lru_cache(4096)
def pen_of(style: Style | None, colors: ColorSystem) -> Pen:
    """The pen for a style, in as many colours as the terminal has."""
    if style is None:
        return PLAIN
    return Pen(
        Strip.render_ansi(style.without_color, colors),
        _codes(style.color, colors, is_ink=True),
        _codes(style.bgcolor, colors, is_ink=False),
        style.link or "",
    )


def _codes(color: Color | None, colors: ColorSystem, *, is_ink: bool) -> str:
    if color is None or color.is_default:
        return ""
    return ";".join(color.downgrade(colors).get_ansi_codes(foreground=is_ink))
