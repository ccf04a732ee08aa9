"""The board as it changes, brought from a thread to the screen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Event

from textual.message import Message
from textual.screen import Screen

from kugetsu_tui.commands.watch_board import WatchBoard
from kugetsu_tui.domain.board import Board
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.view import View
from kugetsu_tui.tui.widgets.roster import Roster

PAUSE = 0.25
"""Seconds between two looks: what another terminal does is seen within a second."""
_RETRY = 2.0
"""Seconds until a store that could not even be looked at is tried again."""


@dataclass
class BoardChanged(Message):
    """The board is not what it was."""

    roster: Roster
    round: int

    def can_replace(self, message: Message) -> bool:
        """Only the newest board matters."""
        return isinstance(message, BoardChanged)


@dataclass
class BoardUnreadable(Message):
    """The store cannot be read; what was read last still stands."""

    error: KugetsuError
    round: int


class Feed:
    """One thread that watches; beginning again ends the one before."""

    def __init__(self, screen: Screen[None], watch: WatchBoard) -> None:
        self._screen = screen
        self._watch = watch
        self._rounds = itertools.count(1)
        self._ended = Event()
        self.round = 0
        """The watch whose news count; an earlier one may have some on the way."""

    def begin(self, view: View) -> None:
        """Watch afresh: everything is read again at once."""
        self.end()
        self._ended, self.round = Event(), next(self._rounds)
        follow = partial(self._follow, self._ended, self.round, view)
        self._screen.run_worker(follow, thread=True, group="feed")

    def end(self) -> None:
        """Stop watching; nothing more comes."""
        self._ended.set()

    def _follow(self, ended: Event, number: int, view: View) -> None:
        post: Callable[[Message], object] = self._screen.post_message
        roster = Roster()
        watch = partial(self._watch, untracked=view.has_untracked, children=view.has_children)
        while not ended.is_set():
            try:
                for news in watch(lambda: not ended.wait(PAUSE)):
                    if isinstance(news, Board):
                        roster = roster.after(news)
                        post(BoardChanged(roster, number))
                    else:
                        post(BoardUnreadable(news, number))
            except KugetsuError as error:
                post(BoardUnreadable(error, number))
                ended.wait(_RETRY)
