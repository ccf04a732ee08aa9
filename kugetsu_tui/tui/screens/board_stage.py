"""The board as a stage for flows: it asks, works beside the screen, and tells what came of it."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TypeVar

from textual.app import SuspendNotSupported
from textual.notifications import SeverityLevel
from textual.screen import Screen

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.errors import KugetsuError, NoOpencodeError, NoTerminalError
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.domain.text import clean, clean_line
from kugetsu_tui.report.report import Outcome
from kugetsu_tui.tui.beside import settle
from kugetsu_tui.tui.dialogs.dialog import Dialog, Draft
from kugetsu_tui.tui.keys.key import Context
from kugetsu_tui.tui.keys.keymap import Keymap
from kugetsu_tui.tui.screens.key_hold import KeyHold
from kugetsu_tui.tui.screens.rows import Rows
from kugetsu_tui.tui.widgets.filter_bar import FilterBar
from kugetsu_tui.tui.widgets.look import THEMES, Tone
from kugetsu_tui.tui.widgets.one_liners import Masthead
from kugetsu_tui.tui.widgets.reader import Reader
from kugetsu_tui.tui.widgets.roster import Roster
from kugetsu_tui.tui.widgets.toned import Toned

T = TypeVar("T")
_OPENING = "opening opencode…"
_GONE = "\r\x1b[2K"
"""ECMA-48: erase the line."""
_NOTICED = 0.15
"""Seconds after which a person notices a wait: then it is said what is being done."""
_LONG_TOAST, _TOAST = 12.0, 5.0
"""Seconds a refusal and a success stay in sight."""
_KEPT = 200
"""Things told that can be read again: a working day's."""
_TONES: Mapping[SeverityLevel, Tone] = {
    "information": Tone.PLAIN,
    "warning": Tone.MIND,
    "error": Tone.BAD,
}


class BoardStage:
    """Fits `flows.stage.Stage`; the board lends its screen, its rows and its roster."""

    def __init__(
        self,
        screen: Screen[None],
        rows: Rows,
        commands: Commands,
        keymap: Keymap,
        clock: Callable[[], datetime],
        roster: Callable[[], Roster],
        select: Callable[[str], None],
        settle: Callable[[Settings], None],
    ) -> None:
        self.commands = commands
        self.clock = clock
        self.keymap = keymap
        self._pending: set[asyncio.Event] = set()
        self.screen = screen
        self._roster = roster
        self.select = select
        self.settle = settle
        self._rows = rows
        self._drafts: dict[str, Draft] = {}
        self._asking = asyncio.Lock()
        self.told: deque[tuple[str, Tone]] = deque(maxlen=_KEPT)
        self.hold = KeyHold()

    @property
    def selected(self) -> Row | None:
        return self._rows.table.selected

    @property
    def marked(self) -> Sequence[Row]:
        return self._rows.listing.marked()

    @property
    def filter(self) -> str:
        return self.screen.query_one(FilterBar).words

    def narrow(self, words: str) -> None:
        self.screen.query_one(FilterBar).put(words)

    def unmark(self, *, but: Collection[str] = ()) -> None:
        self._rows.unmark(but=but)

    @property
    def roster(self) -> Roster:
        return self._roster()

    @property
    def context(self) -> Context:
        focused = self.screen.focused
        return focused.context if isinstance(focused, Toned) else Context.BOARD

    @property
    def senseless(self) -> Collection[str]:
        focused = self.screen.focused
        return focused.senseless if isinstance(focused, Reader) else ()

    @property
    def theme(self) -> str:
        return self.screen.app.theme

    @property
    def themes(self) -> Sequence[str]:
        ours = [theme.name for theme in THEMES]
        return [*ours, *sorted({*self.screen.app.available_themes} - {*ours})]

    def try_theme(self, name: str) -> None:
        self.screen.app.theme = name

    def draft(self, name: str) -> Draft:
        return self._drafts.setdefault(name, Draft())

    async def ask(self, dialog: Dialog[T]) -> T | None:
        async with self._asking:
            if not self.screen.has_class("-tall"):  # a toast would cover the dialog's keys
                self.screen.app.clear_notifications()
            answer = self.screen.app.push_screen(dialog, wait_for_dismiss=True)
            dialog.call_after_refresh(self.hold.end, self.screen.app)
            given = await answer
        self.hold.begin()  # what comes right behind may be for the next question
        return given

    async def do(self, doing: str, call: Callable[[], T]) -> T:
        done = asyncio.Event()
        self._pending.add(done)
        soon = self.screen.set_timer(_NOTICED, partial(self._notice, f"{doing}…"))
        try:
            return await asyncio.to_thread(call)
        finally:
            soon.stop()
            self._pending.discard(done)
            done.set()
            self._doing("")

    def _notice(self, doing: str) -> None:
        self._doing(doing)
        self.hold.forget()

    async def finish(self, seconds: float) -> None:
        """Wait for what is being done, but no longer than that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                for done in tuple(self._pending):
                    await done.wait()

    def say(self, doing: str) -> None:
        self.screen.call_later(self._doing, clean_line(doing))

    def _doing(self, doing: str) -> None:
        """Have it at the top, unless the screen is being left: then nothing is there any more."""
        for masthead in self.screen.query(Masthead):
            masthead.doing = doing

    def write(self, words: str) -> None:
        _write(f"{_GONE}{clean_line(words)}\r\n")

    async def hand_over(self, call: Callable[[], T]) -> T:
        app = self.screen.app
        painted = asyncio.Event()
        self._doing(_OPENING)
        self.screen.call_after_refresh(painted.set)
        await painted.wait()
        handed: Future[T] = Future()
        try:
            with app.suspend():
                _write(_OPENING)
                settle(handed, call)
                _write(_GONE)
        except SuspendNotSupported as error:
            raise NoTerminalError(
                "there is no terminal here that opencode's screen could have",
                hint="run kugetsu in a terminal",
            ) from error
        finally:
            self._doing("")
            self.hold.forget()  # it was meant for who had the terminal
        app.refresh(layout=True)
        return handed.result()

    def show(self, outcome: Outcome) -> None:
        if outcome.failure is not None:
            self.refuse(outcome.failure)
        report = outcome.report()
        rows = report.table.rows if report.table else ()
        words = report.headline or "\n".join(": ".join(row) for row in rows)
        if words and outcome.failure is None:
            self.tell(words)
        for warning in report.warnings:
            self.warn(warning)

    def refuse(self, error: KugetsuError) -> None:
        """Tell why it was not done, and which key helps."""
        self.announce(self.words(error), "error", _LONG_TOAST)

    def tell(self, words: str) -> None:
        """Tell what was done."""
        self.announce(words, "information", _TOAST)

    def copy(self, words: str) -> None:
        """Have the terminal put the words into its clipboard."""
        self.screen.app.copy_to_clipboard(words)

    def warn(self, words: str) -> None:
        """Tell something that deserves a look."""
        self.announce(words, "warning", _LONG_TOAST)

    def words(self, error: KugetsuError) -> str:
        remedy = error.remedy or ("init" if isinstance(error, NoOpencodeError) else "")
        remedy = self._rows.begin if remedy == "start" else remedy
        if key := self.keymap.key_of(remedy):
            return f"{error.message}; press {key} to {remedy}"
        return f"{error.message}; {error.hint}" if error.hint else error.message

    def announce(self, words: str, severity: SeverityLevel, seconds: float) -> None:
        """Tell it in passing, for so long; after that it can be read again."""
        words = clean(words)
        line = f"{self.clock().astimezone():%H:%M:%S}  {words}"
        self.told.appendleft((line, _TONES[severity]))
        self.screen.notify(words, severity=severity, timeout=seconds, markup=False)


def _write(words: str) -> None:
    """On the terminal, past the screen; one that is gone ends the program by its signal."""
    with suppress(OSError):
        os.write(1, words.encode())
