"""Tells of runs that end or need somebody while nobody looks at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.notifications import SeverityLevel

from kugetsu_tui.commands.announce_news import AnnounceNews
from kugetsu_tui.domain.board import Board
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.news import Lookout, News, NewsKind
from kugetsu_tui.domain.settings import Notify, Settings
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.screens.board_stage import BoardStage

_IN_SIGHT = 8.0
"""Seconds."""


class Crier:
    """Compares each board with the one before."""

    def __init__(
        self, stage: BoardStage, announce: AnnounceNews, settings: Callable[[], Settings]
    ) -> None:
        """Begin to look out.

        Args:
            stage: where it is told to who is there.
            announce: tells those who are not.
            settings: as they are by then.
        """
        self._stage = stage
        self._screen = stage.screen
        self._announce = announce
        self._settings = settings
        self._lookout = Lookout()

    def hear(self, board: Board) -> None:
        """Tell what is new on it."""
        self._lookout, every = self._lookout.after(board)
        looked_at = self._stage.selected if self._screen.app.app_focus else None
        news = [each for each in every if not (looked_at and each.row.key == looked_at.key)]
        if news and self._settings().notify is not Notify.OFF:
            self._tell(news)

    def _tell(self, news: Sequence[News]) -> None:
        settings, app = self._settings(), self._screen.app
        for each in news:
            severity: SeverityLevel = "information" if each.kind is NewsKind.ENDED else "warning"
            self._stage.announce(f"{clean_line(each.row.label)} {each.words}", severity, _IN_SIGHT)
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
            self._screen.call_later(self._stage.announce, error.message, "error", _IN_SIGHT)
