"""What a row of the board says, and how much of it fits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.moment import Dates, spell_age, spell_when
from kugetsu_tui.domain.session import BUSY_STATES
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.widgets.cells import fitted, fitted_end, right
from kugetsu_tui.tui.widgets.look import LOOKS, STATE_WIDTH, Tone

GAP = 2
"""Blanks between two columns."""
_ALL_THERE_IS = 10_000
_STEPS = (
    ("glyph", 1),
    ("issue", 12),
    ("age", 4),
    ("issue", 20),
    ("state", STATE_WIDTH),
    ("title", 16),
    ("title", 24),
    ("issue", _ALL_THERE_IS),
    ("title", 36),
    ("tokens", 6),
    ("model", 18),
    ("cost", 7),
    ("messages", 5),
    ("files", 5),
    ("directory", 22),
    ("directory", 36),
    ("title", _ALL_THERE_IS),
)
"""Who gets room, and up to how many columns, the most important first."""
_DRAWN = (
    "glyph", "state", "issue", "title", "directory", "model", "messages", "files", "tokens", "cost",
    "age",
)  # fmt: skip
_WHEN = {Dates.RELATIVE: 4, Dates.SMART: 8, Dates.ABSOLUTE: 8}
"""Columns of the longest ages and dates."""
_SORTED = 4
"""Steps, after which the figure that the rows are sorted by gets its room."""


@frozen
class Column:
    """One column, as wide as it was given."""

    name: str
    width: int
    is_short: bool = False
    """Not every reference fits: their hosts are left out."""
    is_number: bool = False
    """The repository is written over the rows: a reference is its number."""


def columns_for(
    width: int,
    label_width: int,
    *,
    chosen: Sequence[str] = (),
    sorted_by: str = "",
    in_groups: bool = False,
    dates: Dates = Dates.RELATIVE,
) -> Sequence[Column]:
    """The columns that fit, in the order they are drawn.

    Args:
        width: columns of the terminal there are.
        label_width: columns of the widest reference; more than these it does not need.
        chosen: which there may be, in their order; none: all, in ours. The issue is always there.
        sorted_by: the figure that the rows are in the order of: it is shown first.
        in_groups: the rows stand under the names of their repositories.
        dates: how it is told when something was.
    """
    ample_of = dict(_STEPS)
    steps = [(name, _WHEN[dates] if name == "age" else ample) for name, ample in _STEPS]
    if sorted_by in ample_of:
        steps.insert(_SORTED, (sorted_by, ample_of[sorted_by]))
    drawn = _drawn(chosen) if chosen else _DRAWN
    steps = [(name, ample) for name, ample in steps if name in drawn]
    widths: dict[str, int] = {}
    room = width + GAP
    for name, ample in steps:
        least = min(ample, max(label_width, 1)) if name == "issue" else ample
        more = least - widths.get(name, -GAP)
        if more > room and (name not in widths or least == label_width):
            break
        more = max(min(more, room), 0)
        widths[name] = widths.get(name, -GAP) + more
        room -= more
    last = "title" if "title" in widths else "issue"
    widths[last] = widths.get(last, 0) + room
    return [
        Column(
            name,
            widths[name],
            is_short=name == "issue" and widths[name] < label_width,
            is_number=name == "issue" and in_groups,
        )
        for name in drawn
        if widths.get(name, 0) > 0
    ]


def _drawn(chosen: Sequence[str]) -> Sequence[str]:
    needed = () if "issue" in chosen else ("issue",)
    return "glyph", *needed, *chosen


def age_of(row: Row, now: datetime, dates: Dates) -> str:
    """How long what is at work has been so; else since when it is not, or was last changed."""
    moment = row.since or row.updated_at
    if moment is None:
        return ""
    if row.state in BUSY_STATES:
        return spell_age((now - moment).total_seconds())
    return spell_when(moment, now, dates)


def thousands(count: int) -> str:
    """A count in at most six columns: `812`, `48k`, `3.1M`; none is nothing to say."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit:
            return f"{count / unit:.1f}".removesuffix(".0") + letter
    return str(count) if count else ""


def dollars(cost: float) -> str:
    """A cost in at most seven columns: `$0.04`, `$12.50`, `$1.2k`; none is nothing to say."""
    if cost >= _MANY_DOLLARS:
        return f"${thousands(int(cost))}"
    return f"${cost:.2f}" if cost else ""


_MANY_DOLLARS = 1_000.0


def _model(row: Row) -> str:
    """Without its provider."""
    return clean_line(row.model.rpartition("/")[2])


_WORDS: Mapping[str, Callable[[Row, int], tuple[str, Tone]]] = {
    "glyph": lambda row, width: (fitted(LOOKS[row.state].glyph, width), LOOKS[row.state].tone),
    "state": lambda row, width: (fitted(row.state, width), LOOKS[row.state].tone),
    "title": lambda row, width: (
        fitted(clean_line(row.title or row.why), width),
        Tone.PLAIN if row.title else Tone.MUTED,
    ),
    "directory": lambda row, width: (fitted_end(clean_line(row.directory), width), Tone.MUTED),
    "model": lambda row, width: (fitted(_model(row), width), Tone.MUTED),
    "messages": lambda row, width: (right(thousands(row.messages or 0), width), Tone.MUTED),
    "files": lambda row, width: (right(thousands(row.changed_files or 0), width), Tone.MUTED),
    "tokens": lambda row, width: (right(thousands(row.tokens), width), Tone.MUTED),
    "cost": lambda row, width: (right(dollars(row.cost), width), Tone.MUTED),
}
_HEADINGS = {"glyph": "", "messages": "msgs"}
"""Where they are not the columns' own names."""


def cell(row: Row, column: Column, age: str) -> tuple[str, Tone]:
    """Exactly as many columns of safe text as the column is wide, and its tone."""
    if column.name == "age":
        return right(age, column.width), Tone.MUTED
    if column.name == "issue":
        label = clean_line(row.label)
        if row.kind is RowKind.CHILD:
            return f"└ {fitted_end(label, column.width - 2)}", Tone.STRONG
        if column.is_number and row.issue_ref:
            return fitted(f"#{label.rpartition('#')[2]}", column.width), Tone.STRONG
        short = label.partition("/")[2] if column.is_short and row.issue_ref else ""
        return fitted_end(short or label, column.width), Tone.STRONG
    return _WORDS[column.name](row, column.width)


def heading(column: Column) -> str:
    """The name over a column."""
    words = _HEADINGS.get(column.name, column.name)
    is_figure = column.name in {"messages", "files", "tokens", "cost", "age"}
    return right(words, column.width) if is_figure else fitted(words, column.width)
