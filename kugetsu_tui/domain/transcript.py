"""A conversation as it is read: who said and did what, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from kugetsu_tui.domain.frozen import frozen
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
