"""How the board is looked at: which rows, in which order, since when, and in which groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, TypeVar

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.moment import parse_moment
from kugetsu_tui.domain.session import BUSY_STATES, SessionState

Choice = TypeVar("Choice", bound=StrEnum)
Place: TypeAlias = tuple[int | float | str, ...]
"""Rows are sorted by it; places of one order compare with each other."""


class Order(StrEnum):
    """What comes first."""

    ATTENTION = "attention"
    """What waits for you, failed, ended and was not looked at yet, is at work; then the rest."""
    UPDATED = "updated"
    CREATED = "created"
    MESSAGES = "messages"
    TOKENS = "tokens"
    COST = "cost"
    REF = "ref"


class BoardColumn(StrEnum):
    """What the board can say of a session, beside the sign of its state."""

    STATE = "state"
    ISSUE = "issue"
    TITLE = "title"
    DIRECTORY = "directory"
    MODEL = "model"
    MESSAGES = "messages"
    FILES = "files"
    TOKENS = "tokens"
    COST = "cost"
    AGE = "age"


class Kinds(StrEnum):
    """Which sessions."""

    ISSUES = "issues"
    """What is tracked: the issues, and the base before them."""
    BASE = "base"
    UNTRACKED = "untracked"
    CHILDREN = "children"
    """Sub-agents' sessions."""
    ALL = "all"


class Span(StrEnum):
    """How long ago the last activity may be."""

    ALL = "all"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"


class Layout(StrEnum):
    FLAT = "flat"
    REPOSITORIES = "repositories"


_SHOWN = {
    Kinds.ISSUES: frozenset({RowKind.BASE, RowKind.ISSUE}),
    Kinds.BASE: frozenset({RowKind.BASE}),
    Kinds.UNTRACKED: frozenset({RowKind.UNTRACKED}),
    Kinds.CHILDREN: frozenset({RowKind.CHILD}),
    Kinds.ALL: frozenset(RowKind),
}
_SPANS: Mapping[Span, timedelta] = {
    Span.DAY: timedelta(hours=24),
    Span.WEEK: timedelta(days=7),
    Span.MONTH: timedelta(days=30),
}


def following(choice: Choice) -> Choice:
    """The next one of its kind, around the end."""
    every = list(type(choice))
    return every[(every.index(choice) + 1) % len(every)]


@frozen(kw_only=True)
class View:
    """What was chosen, and stays chosen."""

    order: Order = Order.ATTENTION
    kind: Kinds = Kinds.ISSUES
    span: Span = Span.ALL
    layout: Layout = Layout.FLAT

    @property
    def has_untracked(self) -> bool:
        """Whether sessions that nobody tracks are among what is shown."""
        return self.kind in {Kinds.UNTRACKED, Kinds.CHILDREN, Kinds.ALL}

    @property
    def has_children(self) -> bool:
        """Whether sub-agents' sessions are."""
        return self.kind in {Kinds.CHILDREN, Kinds.ALL}

    def shows(self, row: Row, now: datetime) -> bool:
        """Whether the row is of that kind, and its last activity within the span, ends included.

        The base is where everything comes from: it is shown however old it is.
        """
        if row.kind not in _SHOWN[self.kind]:
            return False
        if self.span is Span.ALL or row.kind is RowKind.BASE:
            return True
        return row.updated_at is not None and row.updated_at >= now - _SPANS[self.span]


_BAD = frozenset({SessionState.FAILED, SessionState.INTERRUPTED, SessionState.DAMAGED})
_NEEDY = frozenset({SessionState.WAITING})


def _attention(row: Row, *, is_unseen: bool) -> Place:
    if row.state in _NEEDY:
        return 0, -_seconds(row.since)
    if row.state in _BAD:
        return 1, -_seconds(row.since)
    if row.state is SessionState.QUEUED:
        return 3, _seconds(row.since)  # behind what has its turn, in the order of theirs
    if row.state in BUSY_STATES:
        return 3, 0  # what works on says something every second: it had better not change places
    return 2 if is_unseen else 4, -_seconds(row.updated_at or row.since)


_MEASURES: Mapping[Order, Callable[[Row], float]] = {
    Order.UPDATED: lambda row: _seconds(row.updated_at),
    Order.CREATED: lambda row: _seconds(parse_moment(row.created_at)),
    Order.MESSAGES: lambda row: row.messages or 0,
    Order.TOKENS: lambda row: row.tokens,
    Order.COST: lambda row: row.cost,
}
"""What is sorted by a number has its largest first."""


def place_of(row: Row, order: Order, *, is_unseen: bool) -> Place:
    """Where the row belongs; the base comes first in every order, and no two places are equal."""
    ahead = 0 if row.kind is RowKind.BASE else 1
    if order is Order.ATTENTION:
        return ahead, *_attention(row, is_unseen=is_unseen), *_name(row)
    if order is Order.REF:
        return ahead, *_name(row)
    return ahead, -_MEASURES[order](row), *_name(row)


def _name(row: Row) -> Place:
    """Issues by repository and number, then whatever has no issue."""
    if row.issue_ref is None:
        return 1, row.title, row.session_id or ""
    repository, _, number = row.issue_ref.rpartition("#")
    return 0, repository, int(number) if number.isdecimal() else 0, row.issue_ref


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment is not None else 0.0


def nested(rows: Sequence[Row]) -> Sequence[Row]:
    """The same rows, each sub-agent's session behind the one that it works for."""
    here = {row.session_id for row in rows}
    works_for: dict[str | None, list[Row]] = {}
    for row in rows:
        if row.parent_id is not None and row.parent_id in here:
            works_for.setdefault(row.parent_id, []).append(row)
    if not works_for:
        return rows

    def family(row: Row) -> Iterator[Row]:
        yield row
        for child in works_for.get(row.session_id, ()):
            yield from family(child)

    heads = (row for row in rows if row.parent_id is None or row.parent_id not in here)
    return [member for head in heads for member in family(head)]


def repository_of(row: Row) -> str:
    """Under which name a row is grouped: its repository; without one, where it works."""
    if row.kind is RowKind.BASE:
        return ""
    return row.issue_ref.rpartition("#")[0] if row.issue_ref else row.directory


def grouped(rows: Iterable[Row]) -> Mapping[str, Sequence[Row]]:
    """The rows by repository; the group of the first row first, sub-agents' with their parents'."""
    groups: dict[str, list[Row]] = {}
    name = ""
    for row in rows:
        name = name if row.kind is RowKind.CHILD and groups else repository_of(row)
        groups.setdefault(name, []).append(row)
    return groups
