"""Text as it is to be read: Markdown, words as they were typed, code and diffs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from kugetsu_tui.domain.frozen import frozen

_PROSE_SIZE = 1_500
"""Characters of Markdown after which the next safe place ends a piece: it takes a millisecond to
draw."""
_MOST_LINES = 120
"""Lines of code in a piece: two screens full."""
_FENCE = r"(?m)^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^`\n]*$"
"""CommonMark 4.5: what begins fenced code, and its language."""
_SAFE = r"\n[ \t]*\n(?=[^\s\-*+>|\d#`~<])|\n(?=#{1,6} )"
"""Where Markdown can be cut: before a paragraph or a heading that belongs to nothing else."""


class Form(StrEnum):
    """How a passage is to be read."""

    MARKDOWN = "markdown"
    WORDS = "words"
    """Verbatim, and wrapped."""
    CODE = "code"
    """Verbatim, and never wrapped."""
    DIFF = "diff"


@frozen
class Passage:
    """Some text of one form; `language` as in a Markdown fence, or a file's name ending."""

    form: Form
    text: str
    language: str = ""


def pieces(passage: Passage) -> Iterator[Passage]:
    """The passage in parts that are each drawn in about a millisecond; Markdown's code apart."""
    if passage.form is Form.MARKDOWN:
        yield from _cut_markdown(passage.text)
    else:
        yield from _cut_lines(passage)


def _cut_markdown(text: str) -> Iterator[Passage]:
    place = 0
    while fence := re.compile(_FENCE).search(text, place):
        yield from _cut_prose(text[place : fence.start()])
        mark = fence[1]
        closing = re.compile(rf"^ {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        end = closing.search(text, fence.end())
        code = text[fence.end() + 1 : end.start() if end else None]
        yield from _cut_lines(Passage(Form.CODE, code, fence[2]))
        place = end.end() if end else len(text)
    yield from _cut_prose(text[place:])


def _cut_lines(passage: Passage) -> Iterator[Passage]:
    lines = passage.text.strip("\n").split("\n")
    for first in range(0, len(lines), _MOST_LINES):
        piece = "\n".join(lines[first : first + _MOST_LINES])
        if piece or len(lines) > 1:
            yield Passage(passage.form, piece, passage.language)


def _cut_prose(text: str) -> Iterator[Passage]:
    while len(text) > _PROSE_SIZE:
        safe = re.compile(_SAFE).search(text, _PROSE_SIZE)
        cut = safe or re.compile(r"\n").search(text, 4 * _PROSE_SIZE)
        if cut is None:
            break
        if head := text[: cut.start()].strip("\n"):
            yield Passage(Form.MARKDOWN, head)
        text = text[cut.end() :]
    if text.strip():
        yield Passage(Form.MARKDOWN, text.strip("\n"))
