"""The full-screen program: theme, keys and signals; everything else is on its screens."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, cast

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.constants import MAX_FPS
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets._toast import ToastHolder, ToastRack
from textual.worker import WorkerFailed

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.errors import SIGNALLED, ExitCode
from kugetsu_tui.tui.beside import Beside
from kugetsu_tui.tui.canvas import CANVAS, Sparing, draw_anew
from kugetsu_tui.tui.keys.keymap import keymap_of
from kugetsu_tui.tui.link import FEW_FRAMES, LINK
from kugetsu_tui.tui.patient_driver import PatientDriver
from kugetsu_tui.tui.screens.board import BoardScreen
from kugetsu_tui.tui.screens.clipboard import clipboard_sequence
from kugetsu_tui.tui.screens.scope import Scope, scope_of
from kugetsu_tui.tui.screens.story import Step, Story
from kugetsu_tui.tui.voice import VOICE
from kugetsu_tui.tui.widgets.look import THEMES, theme_of
from kugetsu_tui.tui.widgets.one_liners import Masthead
from kugetsu_tui.tui.widgets.too_small import LEAST_COLUMNS, LEAST_ROWS

_GRACE = 3.0
"""Seconds that what is being saved may take before the program is left anyway."""
_COLLECTING = (5_000, 20, 10)
"""A look for garbage through everything takes 40 ms beside a long transcript, and so long no key is
answered: with Python's own thresholds that is every twentieth page, with these every 250th."""
_LOW, _TALL = 16, 28
"""Rows from which on there is room for a session beneath the board, and for some air."""
_SETTLED = 0.3
"""Seconds without another size after which a terminal keeps the one it has."""
_LOOK = 1.0
"""Seconds between two looks at whether the terminal is still there."""
_TOASTS = 3
"""How many stand over the board at a time, at most; where it is low they would hide it."""


class KugetsuApp(App[None], inherit_bindings=False):
    """One board; what ends the app is its return code."""

    TITLE = "kugetsu"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = "screens/board.tcss"  # Textual does not load that of a default screen
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "help_quit", system=True)]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (LEAST_COLUMNS, "-slim"), (112, "-wide")]  # noqa: RUF012 - as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (LEAST_ROWS, "-flat"), (_LOW, "-low"), (_TALL, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        commands: Commands,
        *,
        scope: Scope | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        story: Sequence[Step] = (),
    ) -> None:
        super().__init__(driver_class=PatientDriver)
        LINK.is_spared = MAX_FPS <= FEW_FRAMES
        VOICE.is_spoken = commands.settings.is_reader
        self.set_class(VOICE.is_spoken, "-spoken")
        self.bug: BaseException | None = None
        """What ended the app although it should not have."""
        keymap = keymap_of(commands.settings.keys)
        self.board = BoardScreen(commands, keymap, scope or Scope(), clock)
        for theme in THEMES:
            self.register_theme(theme)
        self._story = Story(story)
        self._settling: Timer | None = None
        self._is_played = bool(story)
        """The world that a story is told of is gone with the screen, and its runs too."""
        self.theme = theme_of(commands.settings.theme, self.available_themes)
        self.set_keymap(dict(keymap.chosen))

    def get_default_screen(self) -> Screen[None]:
        return self.board

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(Beside())
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            loop.add_signal_handler(number, self._leave, number)
        loop.add_signal_handler(signal.SIGCONT, self._wake)
        loop.add_signal_handler(signal.SIGTSTP, self.action_suspend_process)
        self.set_interval(_LOOK, self._leave_what_is_gone)

    async def on_event(self, event: events.Event) -> None:
        """Keys that a question is waited for with are held; all else goes its way.

        A key that comes while the screen closes finds nobody. Where there is no room to show what
        it would do, it does nothing; that can be left.
        """
        if isinstance(event, events.Resize):
            self._draw_anew_soon()
        if not isinstance(event, events.Key):
            await super().on_event(event)
        elif self._is_left or (self._is_too_small and event.key not in self._leaving):
            pass
        elif self.board.stage.hold.is_on and not event.is_forwarded:
            self.board.stage.hold.take(event)
        else:
            self.app_focus = True  # as Textual concludes from every key that it is left to handle
            is_for_board = self.screen is self.board and not event.is_forwarded
            if not (is_for_board and await self.board.keyboard.press(event.key)):
                await super().on_event(event)
            if is_for_board and not self._is_left:  # and not on its way back from there
                self._story.heed(event.key, self.board.stage.keymap)
                self._tell_story()

    def _draw_anew_soon(self) -> None:
        """Once the terminal keeps its size; Textual too waits for that, and draws meanwhile.

        What goes to a terminal of another size than it was made for is lost, or ends up elsewhere.
        """
        CANVAS.forget()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(_SETTLED, partial(draw_anew, self))

    def _tell_story(self) -> None:
        line = self._story.line(self.board.stage.keymap)
        self.board.query_one(Masthead).story = line

    @property
    def _is_left(self) -> bool:
        return not self.is_running or self.return_code is not None

    @property
    def _is_too_small(self) -> bool:
        return self.size.width < LEAST_COLUMNS or self.size.height < LEAST_ROWS

    @property
    def _leaving(self) -> set[str]:
        return {*self.board.stage.keymap.keys["quit"].keys.split(","), "ctrl+c"}

    def on_ready(self) -> None:
        self._tell_story()
        gc.collect()  # thousands of objects that served the start alone, and would be kept too
        gc.freeze()
        gc.set_threshold(*_COLLECTING)
        gc.enable()

    def _leave_what_is_gone(self) -> None:
        if isinstance(self._driver, PatientDriver) and self._driver.is_gone:
            self._leave(signal.SIGHUP)

    def _leave(self, number: int) -> None:
        self.exit(return_code=SIGNALLED + number)

    def _wake(self) -> None:
        """After a stop the shell has set the terminal as it likes it: set it anew, draw anew.

        A lost terminal comes with the same signal, on top of the one that ends the app: then the
        terminal, and the thread that reads from it, have been let go already.
        """
        if self._driver is not None and self._driver.can_suspend and self.return_code is None:
            self._driver.suspend_application_mode()
            self._driver.resume_application_mode()
            self.refresh(layout=True)

    def action_suspend_process(self) -> None:
        """Give the terminal back to the shell until it continues us, as ctrl+z does elsewhere.

        The kernel stops the whole group, whoever started us included. Where no shell waits it
        stops nothing, and the screen is there again at once.
        """
        with suppress(SuspendNotSupported), self.suspend():
            ours = [
                (number, signal.signal(number, signal.SIG_DFL))
                for number in (signal.SIGTSTP, signal.SIGCONT)
            ]
            os.kill(0, signal.SIGTSTP)
            for number, handler in ours:
                signal.signal(number, handler)
        self.refresh(layout=True)

    def copy_to_clipboard(self, text: str) -> None:
        """As Textual's own, and through what lies between us and the terminal."""
        self._clipboard = text
        if self._driver is not None:
            is_tmux, is_screen = "TMUX" in os.environ, "STY" in os.environ
            self._driver.write(clipboard_sequence(text, is_tmux=is_tmux, is_screen=is_screen))

    def action_help_quit(self) -> None:
        quit_key = self.board.stage.keymap.key_of("quit")
        fate = "ends the demo, nothing is kept" if self._is_played else "leaves; what runs goes on"
        self.notify(f"{quit_key} {fate}", markup=False)

    async def action_quit(self) -> None:
        """Let what is being saved be saved, and say what goes on without us."""
        await self.board.stage.finish(_GRACE)
        at_work = 0 if self._is_played else self.board.roster.at_work
        runs = "1 run goes on" if at_work == 1 else f"{at_work} runs go on"
        self.exit(message=Text(f"{runs}: kugetsu list") if at_work else None)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = cast("RenderableType", Sparing(renderable, CANVAS))  # as Textual's own
        super()._display(screen, renderable)

    def _refresh_notifications(self) -> None:
        """Those that came last are in sight; all can be read again.

        Textual (8.2) takes away a toast before its time, and leaves what it stood in.
        """
        most = _TOASTS - (self.size.height < _TALL) - (self.size.height < _LOW)
        for old in [*self._notifications][:-most]:
            self._unnotify(old, refresh=False)
        wanted = {ToastRack._toast_id(each) for each in self._notifications}  # noqa: SLF001
        for holder in self.board.query(ToastHolder):
            if holder.id not in wanted:
                holder.remove()
        super()._refresh_notifications()

    def _handle_exception(self, error: Exception) -> None:
        """Keep the bug for whoever started the app, and show nothing of it.

        Textual would print a traceback with the values of all local variables: messages,
        titles, paths.
        """
        if self.bug is None:
            self.bug = error.error if isinstance(error, WorkerFailed) else error
        self._exception = error
        self._exception_event.set()
        self._return_code = ExitCode.BUG
        self._close_messages_no_wait()


def run_screen(commands: Commands, *, scope: str | None = None, story: Sequence[Step] = ()) -> int:
    """Show the screen until it is left; the exit code.

    Args:
        commands: all that can be done.
        scope: a directory, an issue or a session to show; else everything.
        story: what somebody new is told, a line at a time.

    Raises:
        BadReferenceError: the scope is none of these.
        NotFoundError: nobody tracks it.
    """
    gc.disable()  # until the first frame: most of what is made for it stays
    gc.freeze()  # all that is loaded does
    app = KugetsuApp(commands, scope=scope_of(scope, commands.resolve), story=story)
    app.run(mouse=commands.settings.has_mouse)
    if app.bug is not None:
        raise app.bug
    return app.return_code or ExitCode.OK
