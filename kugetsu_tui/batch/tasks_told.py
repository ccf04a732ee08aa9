"""The tasks of a file, as they go: a bar on a terminal, else a line for each change."""

from __future__ import annotations

from collections import Counter
from signal import SIGINT
from types import TracebackType
from typing import Self

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.ctrl_c import HeldCtrlC
from kugetsu_tui.commands.task_results import Fate, TaskMoved, TaskNews, TaskResult
from kugetsu_tui.domain.errors import EndedBySignalError
from kugetsu_tui.report import envelope

_BAR = 20
"""Columns."""


class TasksTold:
    """Tells what happens to each; in its block, ctrl+c ends them all."""

    def __init__(self, console: Console, ctrl_c: HeldCtrlC, *, is_line: bool) -> None:
        """Tell nothing yet.

        Args:
            console: where to.
            ctrl_c: what holds it back while a run is launched.
            is_line: the call came over stdin among others, and one envelope answers it.
        """
        self._console = console
        self._ctrl_c = ctrl_c
        self.streams = console.is_json and not is_line
        """Each result is told as JSON when it is there."""
        self._total = 0
        self._fates: Counter[Fate] = Counter()
        self._now: dict[str, str] = {}
        """The state of those that are on their way, by issue."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._console.has_status_line and self._total:
            self._console.status("")
        if isinstance(error, KeyboardInterrupt):
            raise EndedBySignalError(
                "run: what was on its way is stopped",
                signal=SIGINT,
                hint="kugetsu run FILE --resume does what was not done",
            ) from None

    def begin(self, total: int) -> None:
        self._total = total

    def heed(self) -> None:
        """Raise what came meanwhile: ctrl+c, or else that nobody reads any more."""
        self._ctrl_c.heed()
        self._console.require_reader()

    def pause(self) -> None:
        """Pass the time between two looks, and heed what came."""
        try:
            self._console.pause()
        finally:  # ctrl+c also ends who reads from a pipe: it is what was meant
            self._ctrl_c.heed()

    def __call__(self, news: TaskNews) -> None:
        if isinstance(news, TaskResult):
            self._fates[news.fate] += 1
            self._now.pop(news.issue_ref, None)
            if self.streams:
                self._console.json_line(envelope.streamed("run", news.data()))
        else:
            self._now[news.issue_ref] = news.state
        if not self._console.has_status_line:
            self._console.say(f"{news.issue_ref}: {news.words}")
            return
        if _is_for_people(news):
            self._console.status("")
            self._console.say(f"{news.issue_ref}: {news.words}")
        self._console.status(self._bar())

    def _bar(self) -> str:
        over = self._fates.total()
        filled = _BAR * over // max(self._total, 1)
        counted = (*self._fates.items(), *Counter(self._now.values()).items())
        counts = ", ".join(f"{count} {what}" for what, count in counted)
        return f"[{'#' * filled}{'.' * (_BAR - filled)}] {over}/{self._total}  {counts}"


def _is_for_people(news: TaskNews) -> bool:
    """There is something to know or to do, and not only one more to count."""
    return bool(news.need) if isinstance(news, TaskMoved) else news.fate is Fate.FAILED
