"""A conversation as it is read: who said what, in which order, and which parts are wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self

from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.moment import from_milliseconds
from kugetsu_tui.domain.passages import Passage
from kugetsu_tui.domain.session import SessionId


class PartKind(StrEnum):
    """What an entry is; each can be looked at alone."""

    USER = "user"
    ANSWER = "answer"
    THINKING = "thinking"
    TOOL = "tools"
    """Tools that are none of the following."""
    FILE = "files"
    """Files read, searched and written."""
    SHELL = "shell"
    TASK = "tasks"
    """Work given to sub-agents."""
    WEB = "web"
    OTHER = "other"


@frozen(kw_only=True)
class Entry:
    """One thing that was said or done."""

    id: str
    """Stays the same while the entry grows."""
    kind: PartKind
    at: datetime
    title: str = ""
    """One line: what was done, to what. What was said has none."""
    passages: tuple[Passage, ...] = ()
    status: str = ""
    """A tool's: `pending`, `running`, `completed` or `error`."""
    remark: str = ""
    """What came of it, in a line."""
    child: SessionId | None = None
    """The sub-agent's own session."""
    is_noise: bool = False
    """Bookkeeping that nobody said or did."""

    @property
    def text(self) -> str:
        """All of it that can be read, as it stands."""
        return "\n".join(passage.text for passage in self.passages)


@frozen(kw_only=True)
class Place:
    """Where a message stands in its session: by time, then by id."""

    created: int
    """Milliseconds, as opencode has it."""
    message_id: str


@frozen(kw_only=True)
class Turn:
    """One message, entry by entry."""

    place: Place
    role: str
    is_over: bool
    """Nothing will be added to it."""
    entries: tuple[Entry, ...]

    @property
    def at(self) -> datetime:
        return from_milliseconds(self.place.created)


class Order(StrEnum):
    """How a page stands to what was read before it."""

    AFRESH = "afresh"
    """In place of everything."""
    EARLIER = "earlier"
    """In front of everything."""
    LATER = "later"
    """From its first turn on, in place of what was there."""


@frozen
class Page:
    """Turns that were read together."""

    order: Order
    turns: Sequence[Turn]


@frozen
class Wanted:
    """The parts that are shown; none chosen is all of them."""

    kinds: frozenset[PartKind] = field(default_factory=frozenset)
    with_noise: bool = False

    def toggled(self, kind: PartKind) -> Self:
        """With that kind chosen, or no longer; without the last one all are shown again."""
        return type(self)(self.kinds ^ {kind})

    def all(self) -> Self:
        """Everything; asked for once more, the bookkeeping too."""
        is_all = not self.kinds
        return type(self)(with_noise=is_all and not self.with_noise)

    def has(self, kind: PartKind, *, is_noise: bool = False) -> bool:
        """Whether an entry of that kind is shown."""
        if is_noise:
            return self.with_noise or (kind in self.kinds and kind is PartKind.OTHER)
        return not self.kinds or kind in self.kinds


@frozen
class Match:
    """Where a search found its words."""

    entry: int
    """Its place among those searched."""
    nth: int
    """Which of the finds in this entry, from 0."""


def find(sought: str, texts: Iterable[str]) -> Sequence[Match]:
    """Every place that holds the words, in order.

    Args:
        sought: the words as they were typed; case is ignored.
        texts: one for each entry, in lower case.
    """
    sought = sought.casefold()
    return [
        Match(place, nth)
        for place, text in enumerate(texts)
        for nth in range(text.count(sought) if sought else 0)
    ]


def next_match(matches: Sequence[Match], place: int, by: int) -> int | None:
    """The match that comes next, around the end.

    Args:
        matches: in order.
        place: of the entry from which it is looked for.
        by: 1 forward, -1 back.
    """
    if not matches:
        return None
    if by > 0:
        return next((i for i, match in enumerate(matches) if match.entry >= place), 0)
    before = [i for i, match in enumerate(matches) if match.entry <= place]
    return before[-1] if before else len(matches) - 1


def entries_of(turns: Iterable[Turn]) -> Iterator[Entry]:
    """All entries, in order."""
    for turn in turns:
        yield from turn.entries
