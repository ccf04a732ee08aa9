"""Words sought inside all transcripts while they are typed; no key ever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from kugetsu_tui.commands.narrow_board import NarrowBoard
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.session import SessionId

_SETTLING = 0.12
"""Seconds without another letter, after which what was typed is sought."""


@dataclass
class Found(Message):
    """What transcripts hold of the words."""

    round: int
    lines: Mapping[SessionId, str]
    error: KugetsuError | None = None


class TranscriptSearch:
    """One search at a time: the next one cuts the one before short."""

    def __init__(self, pane: Widget, narrow: NarrowBoard) -> None:
        self._pane = pane
        self._narrow = narrow
        self._settling: Timer | None = None
        self._needle = ""
        self.round = 0
        """The search whose finds count."""
        self.is_on = False

    def seek(self, needle: str, *, again: bool = False) -> None:
        """Look for these words as soon as nobody types; for none, stop looking.

        Args:
            needle: the words.
            again: although they were found before.
        """
        if needle == self._needle and not again:
            return
        self._needle = needle
        self.round += 1
        if self._settling is not None:
            self._settling.stop()
        self.is_on = bool(needle)
        if needle:
            begin = partial(self._begin, needle, self.round)
            self._settling = self._pane.set_timer(_SETTLING, begin)

    def has_ended(self, message: Found) -> bool:
        """Whether these finds count: then the search is over."""
        if message.round != self.round:
            return False
        self.is_on = False
        return True

    def _begin(self, needle: str, number: int) -> None:
        self._pane.run_worker(partial(self._look, needle, number), thread=True, group="search")

    def _look(self, needle: str, number: int) -> None:
        is_wanted: Callable[[], bool] = lambda: number == self.round  # noqa: E731 - it is typed
        try:
            found = Found(number, self._narrow.find(needle, is_wanted=is_wanted))
        except KugetsuError as error:
            found = Found(number, {}, error)
        if is_wanted():
            self._pane.post_message(found)
