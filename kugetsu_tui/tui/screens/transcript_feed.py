"""A transcript as it grows, brought from the database to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event

from textual.message import Message
from textual.widget import Widget

from kugetsu_tui.commands.read_transcript import ReadTranscript
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Order, Page, Place
from kugetsu_tui.tui.widgets.items import Item
from kugetsu_tui.tui.widgets.session_items import items_of

_PAUSE = 0.25
"""Seconds between two looks at whether anything was written."""

_Known = list[tuple[Place, tuple[Item, ...]]]


@dataclass
class TranscriptArrived(Message):
    """All that is known of a session's transcript now."""

    session_id: SessionId
    items: Sequence[Item]
    trouble: str = ""
    """Why there is no more of it."""


class TranscriptFeed:
    """One thread that reads along; turning to another session ends the one before."""

    def __init__(self, widget: Widget, read: ReadTranscript) -> None:
        self._widget = widget
        self._read = read
        self._ended = Event()
        self.session_id: SessionId | None = None
        """The session whose transcript counts."""

    def follow(self, session_id: SessionId) -> None:
        """Read this session from now on."""
        if session_id == self.session_id and not self._ended.is_set():
            return
        self.leave()
        self.session_id, self._ended = session_id, Event()
        follow = partial(self._follow, session_id, self._ended)
        self._widget.run_worker(follow, thread=True, group="transcript")

    def leave(self) -> None:
        """Read no longer."""
        self._ended.set()
        self.session_id = None

    def _follow(self, session_id: SessionId, ended: Event) -> None:
        """In a thread. Earlier pages are told one, two, four at a time: it costs little in all."""
        known: _Known = []
        told = 0

        def pause() -> bool:
            nonlocal told
            if told < len(known):
                told = self._deliver(session_id, known, ended)
            return not ended.wait(_PAUSE)

        try:
            for page in self._read.follow(session_id, pause):
                known = _joined(known, page)
                if page.order is not Order.EARLIER or len(known) >= 2 * told:
                    told = self._deliver(session_id, known, ended)
        except KugetsuError as error:
            self._deliver(session_id, known, ended, trouble=error.message)
            ended.set()

    def _deliver(
        self, session_id: SessionId, known: _Known, ended: Event, *, trouble: str = ""
    ) -> int:
        """Tell what is known; how many turns that is."""
        if not ended.is_set():
            items = [item for _, items in known for item in items]
            self._widget.post_message(TranscriptArrived(session_id, items, trouble))
        return len(known)


def _joined(known: _Known, page: Page) -> _Known:
    """What is known with this page in its place."""
    turns = [(turn.place, tuple(items_of([turn]))) for turn in page.turns]
    match page.order:
        case Order.AFRESH:
            return turns
        case Order.EARLIER:
            return turns + known
        case Order.LATER:
            places = [place for place, _ in known]
            first = places.index(turns[0][0]) if known else 0
            return known[:first] + turns
