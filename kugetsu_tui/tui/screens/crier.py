"""Tells of runs that end or need somebody while nobody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.screen import Screen

from kugetsu_tui.commands.announce_news import AnnounceNews
from kugetsu_tui.domain.board import Board
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.news import Lookout, News, NewsKind
from kugetsu_tui.domain.settings import Notify, Settings
from kugetsu_tui.domain.text import clean_line

_IN_SIGHT = 8.0
"""Seconds."""


class Crier:
    """Compares each board with the one before."""

    def __init__(
        self,
        screen: Screen[None],
        announce: AnnounceNews,
        settings: Callable[[], Settings],
        looked_at: Callable[[], str],
    ) -> None:
        """Begin to look out.

        Args:
            screen: where it is told to who is there.
            announce: tells those who are not.
            settings: as they are by then.
            looked_at: the key of the selected row.
        """
        self._screen = screen
        self._announce = announce
        self._settings = settings
        self._looked_at = looked_at
        self._lookout = Lookout()

    def hear(self, board: Board) -> None:
        """Tell what is new on it."""
        self._lookout, every = self._lookout.after(board)
        is_here = self._screen.app.app_focus
        news = [each for each in every if not (is_here and each.row.key == self._looked_at())]
        if news and self._settings().notify is not Notify.OFF:
            self._tell(news)

    def _tell(self, news: Sequence[News]) -> None:
        settings, app = self._settings(), self._screen.app
        for each in news:
            self._screen.notify(
                f"{clean_line(each.row.label)} {clean_line(each.words)}",
                severity="information" if each.kind is NewsKind.ENDED else "warning",
                timeout=_IN_SIGHT,
                markup=False,
            )
            if settings.notify_command:
                call = partial(self._call, settings.notify_command, each)
                self._screen.run_worker(call, thread=True, group="herald")
        if settings.notify is Notify.ON:
            app.bell()
        if app._driver is not None and not app.is_headless:  # noqa: SLF001 - as App.bell does
            app._driver.write(self._announce.notification(news))  # noqa: SLF001

    def _call(self, argv: Sequence[str], news: News) -> None:
        try:
            self._announce.command(argv, news)
        except KugetsuError as error:
            self._screen.call_later(
                self._screen.notify, clean_line(error.message), severity="error", markup=False
            )
