"""The board, again, whenever something on it has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Self

from kugetsu_tui.commands.ports import Conversations, Monotonic, Runs, Store
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import Board
from kugetsu_tui.domain.errors import DamagedError
from kugetsu_tui.domain.frozen import frozen

UNASKED = 2.0
"""Seconds after which the board is read again although no file told of a change: processes die
and ages pass without one."""
_SHARE, _UNASKED_SHARE = 0.25, 0.005
"""Of the time, at most, that goes into reading the board: after a change, and without one."""


@frozen
class WatchBoard:
    read_board: ReadBoard
    store: Store
    runs: Runs
    conversations: Conversations
    monotonic: Monotonic

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            read_board=ReadBoard.of(world),
            store=world.store,
            runs=world.runs,
            conversations=world.conversations,
            monotonic=world.monotonic,
        )

    def __call__(
        self,
        pause: Callable[[], bool],
        *,
        untracked: bool = False,
        children: bool = False,
    ) -> Iterator[Board | DamagedError]:
        """Each board that differs from the one before; a damaged store is news too.

        Args:
            pause: passes the time between two looks; false ends the watch.
            untracked: also the sessions nobody tracks.
            children: also those of sub-agents.
        """
        last: Board | str | None = None
        version: object = None
        began, took = float("-inf"), 0.0
        while True:
            current = (self.store.version(), self.conversations.version(), self.runs.version())
            unasked = max(UNASKED, took / _UNASKED_SHARE)
            rest = took / _SHARE if current != version else unasked
            if self.monotonic() - began >= rest:
                version, began = current, self.monotonic()
                try:
                    board = self.read_board(untracked=untracked, children=children, figures=True)
                except DamagedError as error:
                    if error.message != last:
                        last = error.message
                        yield error
                else:
                    took = self.monotonic() - began
                    if board != last:
                        last = board
                        yield board
            if not pause():
                return
