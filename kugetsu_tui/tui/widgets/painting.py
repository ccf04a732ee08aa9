"""Passages as lines of the terminal: Markdown, words, highlighted code, coloured diffs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from io import StringIO
from typing import NamedTuple

from rich.console import Console
from rich.markdown import Markdown
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.text import Text
from rich.theme import Theme
from textual.strip import Strip

from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.text import clean, clean_line
from kugetsu_tui.tui.widgets.cells import wrapped
from kugetsu_tui.tui.widgets.look import Tone
from kugetsu_tui.tui.widgets.toned import Toned

_MOST_COLOURED = 20_000
"""Characters of code in one piece that are still highlighted: longer lines are no code."""
_DARK, _LIGHT = "github-dark", "xcode"
"""Pygments styles whose colours can be told apart on our grounds."""


class Drawn(NamedTuple):
    """A line of the terminal; a wide one is scrolled sideways."""

    strip: Strip
    is_wide: bool = False


class Painter:
    """Draws passages in the colours of one theme; `inks` has one for each tone."""

    def __init__(self, inks: Mapping[Tone, Style], *, is_dark: bool) -> None:
        self._inks = inks
        self._code_theme = _DARK if is_dark else _LIGHT
        self._console = Console(
            file=StringIO(),
            force_terminal=True,
            color_system="truecolor",
            legacy_windows=False,
            theme=Theme(_markdown_styles(inks), inherit=True),
        )

    def paint(self, passage: Passage, width: int, tone: Tone) -> list[Drawn]:
        """The passage in lines of at most that width, save wide ones."""
        match passage.form:
            case Form.MARKDOWN:
                return list(self._markdown(passage.text, width))
            case Form.WORDS:
                style = self._inks[tone]
                return [
                    Drawn(Strip([Segment(piece, style)]))
                    for line in passage.text.split("\n")
                    for piece in wrapped(clean_line(line), width)
                ]
            case Form.DIFF:
                lines = passage.text.split("\n")
                return [Drawn(self._diff_line(line), is_wide=True) for line in lines]
            case Form.CODE:
                return [Drawn(strip, is_wide=True) for strip in self._code(passage)]

    def _markdown(self, text: str, width: int) -> Iterator[Drawn]:
        drawn = Markdown(text, code_theme=self._code_theme, hyperlinks=False)
        options = self._console.options.update(width=width)
        style = self._inks[Tone.PLAIN]
        lines = self._console.render_lines(drawn, options, style=style, pad=False)
        while lines and not "".join(segment.text for segment in lines[0]).strip():
            del lines[0]  # Rich puts one over a list
        for line in lines:
            # Markdown may spell characters by number that were cleaned away as themselves.
            yield Drawn(Strip([Segment(clean(text), style) for text, style, _ in line]))

    def _code(self, passage: Passage) -> Iterator[Strip]:
        style = self._inks[Tone.PLAIN]
        if not passage.language or len(passage.text) > _MOST_COLOURED:
            for line in passage.text.split("\n"):
                yield Strip([Segment(clean_line(line), style)])
            return
        syntax = Syntax("", passage.language, theme=self._code_theme, background_color="default")
        text = syntax.highlight(passage.text.rstrip("\n"))
        lines = text.split("\n", allow_blank=True)
        # The highlighter ends its last line, which makes one more.
        for coloured in lines[: passage.text.rstrip("\n").count("\n") + 1]:
            yield Strip(
                [Segment(text, style + _ink_of(own)) for text, own, _ in self._segments(coloured)]
            )

    def _segments(self, line: Text) -> Iterator[Segment]:
        line.end = ""
        return (segment for segment in line.render(self._console) if segment.text)

    def _diff_line(self, line: str) -> Strip:
        return Strip([Segment(clean_line(line), self._inks[_tone_of(line)])])


def _ink_of(style: Style | None) -> Style:
    """A style without its ground: ours shows through."""
    if style is None:
        return Style()
    return Style(color=style.color, bold=style.bold, italic=style.italic)


def painter_for(widget: Toned) -> Painter:
    """A painter in the colours that the widget has now."""
    inks = {tone: widget.ink(tone) for tone in Tone}
    return _painter(tuple(inks.items()), is_dark=widget.app.current_theme.dark)


@lru_cache(maxsize=4)
def _painter(inks: tuple[tuple[Tone, Style], ...], *, is_dark: bool) -> Painter:
    return Painter(dict(inks), is_dark=is_dark)


def _tone_of(line: str) -> Tone:
    """What a line of a unified diff is."""
    if line.startswith(("+++", "---", "Index:", "===", "diff ", "index ")):
        return Tone.MUTED
    tones = {"+": Tone.FRESH, "-": Tone.BAD, "@": Tone.OPEN}
    return tones.get(line[:1], Tone.PLAIN)


def _markdown_styles(inks: Mapping[Tone, Style]) -> dict[str, Style]:
    """Rich's names for the elements of Markdown, in our colours."""
    strong, muted, accent = inks[Tone.STRONG], inks[Tone.MUTED], inks[Tone.OPEN]
    bold = Style(bold=True)
    return {
        "markdown.code": accent,
        "markdown.code_block": accent,
        "markdown.block_quote": muted,
        "markdown.list": strong,
        "markdown.item.bullet": strong + bold,
        "markdown.item.number": strong,
        "markdown.hr": muted,
        "markdown.h1": strong + bold + Style(underline=True),
        "markdown.h1.border": muted,
        **{f"markdown.h{level}": strong + bold for level in range(2, 8)},
        "markdown.link": strong + Style(underline=True),
        "markdown.link_url": muted + Style(underline=True),
        "markdown.table.border": muted,
        "markdown.table.header": strong,
    }
