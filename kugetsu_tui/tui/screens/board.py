"""The board: the sessions, the selected one up close, and the keys; what they do is in flows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.canvas import Frugal, draw_anew
from kugetsu_tui.tui.flows.catalogue import flow_of, flow_that_wears
from kugetsu_tui.tui.flows.stage import Stage
from kugetsu_tui.tui.keys.footer import SEEKING, TYPING, footer
from kugetsu_tui.tui.keys.keymap import Keymap, keymap_of
from kugetsu_tui.tui.keys.table import BOARD_KEYS, MOVE_KEYS
from kugetsu_tui.tui.screens.board_stage import BoardStage
from kugetsu_tui.tui.screens.crier import Crier
from kugetsu_tui.tui.screens.feed import BoardChanged, BoardUnreadable, Feed
from kugetsu_tui.tui.screens.inspector import Inspector
from kugetsu_tui.tui.screens.keyboard import Keyboard
from kugetsu_tui.tui.screens.palette import choice
from kugetsu_tui.tui.screens.player import Player
from kugetsu_tui.tui.screens.rows import Refused, Rows, RowsChanged
from kugetsu_tui.tui.screens.scope import Scope
from kugetsu_tui.tui.screens.standing import notice
from kugetsu_tui.tui.widgets.detail import Head
from kugetsu_tui.tui.widgets.field import Field
from kugetsu_tui.tui.widgets.filter_bar import FilterBar
from kugetsu_tui.tui.widgets.look import Tone, theme_of
from kugetsu_tui.tui.widgets.one_liners import KeyLine, Masthead, Notice
from kugetsu_tui.tui.widgets.reader import Reader
from kugetsu_tui.tui.widgets.roster import Roster
from kugetsu_tui.tui.widgets.search_bar import SearchBar, SearchInput
from kugetsu_tui.tui.widgets.session_table import SessionTable
from kugetsu_tui.tui.widgets.toned import Toned
from kugetsu_tui.tui.widgets.too_small import TooSmall

_NOTICED = 0.3
"""Seconds without a board after which it is said that it is being read."""


class BoardScreen(Screen[None]):
    """Composes, holds the one roster, and passes everything on."""

    BINDINGS: ClassVar[list[BindingType]] = [key.binding() for key in (*BOARD_KEYS, *MOVE_KEYS)]
    """For what a field has no use for while words are typed; the rest is the keyboard's."""

    roster: reactive[Roster] = reactive(Roster, always_update=True, repaint=False)
    """What is shown; assigned where news arrives and nowhere else."""
    error: reactive[KugetsuError | None] = reactive(None, repaint=False)
    """Why there are no news; the last good roster stands."""

    def __init__(
        self, commands: Commands, keymap: Keymap, scope: Scope, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._compositor = Frugal()
        self._commands = commands
        self._clock = clock
        self._asked_for = scope.key
        """The row to open: what is sought first."""
        self._feed = Feed(self, commands.watch)
        self._is_read = False
        self._sought = scope.key
        self.settings = commands.settings
        """As they hold now: they may be changed on the screen."""
        self.rows = Rows(commands, scope, clock)
        self.stage = BoardStage(
            self,
            self.rows,
            commands,
            keymap,
            clock,
            lambda: self.roster,
            self.select,
            self.settle,
        )
        self.keyboard = Keyboard(self, self.stage.hold, keymap)
        self._player = Player(self.stage)
        self._crier = Crier(self.stage, commands.announce, lambda: self.settings)

    def compose(self) -> ComposeResult:
        yield Masthead()
        yield Notice()
        with Container(id="panes"):
            yield self.rows
            yield Inspector(self._commands, self._clock)
        yield FilterBar(lambda: self.roster.board)
        yield KeyLine()
        yield TooSmall()

    def on_mount(self) -> None:
        for warning in (*self._commands.warnings, *self.stage.keymap.warnings):
            self.stage.warn(warning)
        self.query_one(Head).dates = self.settings.dates
        self.set_focus(self.rows.table)
        self._feed.begin(self.rows.listing.view)
        self.set_timer(_NOTICED, self._tell_reading)

    def _tell_reading(self) -> None:
        if not self._is_read:
            self.query_one(Masthead).standing = (("reading the board…", Tone.MUTED),)

    def on_unmount(self) -> None:
        self._feed.end()

    @on(BoardChanged)
    def _board_changed(self, message: BoardChanged) -> None:
        if message.round == self._feed.round:
            self._is_read = True
            self.error = None
            self.roster = message.roster
            self._crier.hear(message.roster.board)
            self._go_to_sought()

    @on(BoardUnreadable)
    def _board_unreadable(self, message: BoardUnreadable) -> None:
        if message.round == self._feed.round:
            self._is_read = True
            self.error = message.error

    def watch_roster(self) -> None:
        self._draw()

    def watch_error(self) -> None:
        self._draw()

    @on(RowsChanged)
    def _draw(self) -> None:
        if not self._is_read:
            return
        self.rows.draw(self.roster, self.error, self.stage.keymap)
        self.query_one(Masthead).standing = self.rows.standing
        self.query_one(Notice).words = notice(self.roster, self.error)
        self.set_class(not self.rows.table.rows, "-bare")
        if not self.rows.table.rows:
            self._see_rows()
        self._draw_keys()

    @on(Refused)
    def _refused(self, message: Refused) -> None:
        self.stage.refuse(message.error)

    def settle(self, settings: Settings) -> None:
        """Let these hold from now on."""
        self.settings = settings
        self.rows.settle(settings)
        self.query_one(Head).dates = settings.dates
        self.app.theme = theme_of(settings.theme, self.app.available_themes)
        keymap = self.stage.keymap = keymap_of(settings.keys)
        self.keyboard.know(keymap)
        self.app.set_keymap(dict(keymap.chosen))
        self._draw()

    def select(self, key: str) -> None:
        """Put the cursor on the row of that key, as soon as there is one."""
        self._sought = key
        self._go_to_sought()

    def _go_to_sought(self) -> None:
        if not self._sought:
            return
        is_asked_for = self._sought == self._asked_for
        if self.rows.reveal(self._sought):
            self._sought = self._asked_for = ""
            if is_asked_for:
                self.action_open()
        elif is_asked_for and not self.roster.board.warnings:  # else it may be there, unread
            self.stage.warn(f"{clean_line(self._sought)}: no such session")
            self._sought = self._asked_for = ""

    @on(SessionTable.Selected)
    def _selected(self, message: SessionTable.Selected) -> None:
        inspector = self.query_one(Inspector)
        before = inspector.row.key if inspector.row else ""
        if self.has_class("-open") and all(row.key != before for row in self.rows.table.rows):
            self._see_rows()  # what was read is gone, and nobody asked for the next one
        inspector.look_at(message.row)
        self._draw_keys()

    @on(events.DescendantFocus)
    @on(Reader.Changed)
    def _draw_keys(self) -> None:
        """Only keys that do something now."""
        focused, line = self.focused, self.query_one(KeyLine)
        if isinstance(focused, Input):
            line.keys = SEEKING if isinstance(focused, SearchInput) else TYPING
            return
        is_open = self.has_class("-open")
        idle = () if is_open or self._is_beside else self.rows.idle
        line.keys = footer(
            self.stage.keymap,
            self.stage.selected,
            marked=self.stage.marked,
            begin=self.rows.begin,
            is_open=is_open,
            is_read=isinstance(focused, Reader),
            idle=focused.idle if isinstance(focused, Reader) else idle,
        )

    @on(SessionTable.Opened)
    def action_open(self) -> None:
        if (row := self.rows.table.selected) is not None:
            self.add_class("-open")
            self.query_one(Inspector).open(row, self.rows.listing.filter.needle)

    def _see_rows(self) -> None:
        """What changes them is not to happen behind a session that has the whole screen."""
        if self.has_class("-open"):
            self.remove_class("-open")
            self.set_focus(self.rows.table)

    def action_back(self) -> None:
        self.clear_selection()
        if self.has_class("-open"):
            self._see_rows()
        elif self._is_beside:
            self.set_focus(self.rows.table)
        elif self.rows.listing.marks:
            self.rows.unmark()
        elif self.query_one(FilterBar).words:
            self.query_one(FilterBar).close()
        elif self.rows.directory:
            self.rows.directory = ""
            self._draw()

    @property
    def _is_beside(self) -> bool:
        """Whether the keys are with what stands beside the rows."""
        return isinstance(self.focused, Toned) and self.focused is not self.rows.table

    def action_pane(self) -> None:
        inspector, table = self.query_one(Inspector), self.rows.table
        if not table.has_focus and not self.has_class("-open"):
            self.set_focus(table)
        elif inspector.display:
            inspector.focus_lines()
        else:
            self.action_open()

    def action_section(self, by: int) -> None:
        inspector = self.query_one(Inspector)
        inspector.section = inspector.section.next(by)

    def action_filter(self) -> None:
        self._see_rows()
        self.query_one(FilterBar).open()

    @on(FilterBar.Changed)
    def _filter_changed(self, message: FilterBar.Changed) -> None:
        if message.words:
            self._see_rows()
        self.rows.filter(message.words)
        self._draw()

    @on(Field.Leaving)
    def _field_leaving(self, message: Field.Leaving) -> None:
        # By way of the app: keys that delete are on the way there, ahead of this.
        self.app.call_later(message.field.leave, with_words=message.with_words)

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        self.set_focus(self.rows.table)
        self.stage.hold.end(self.app)

    @on(SearchBar.Left)
    def _search_left(self) -> None:
        self.stage.hold.end(self.app)

    @on(FilterBar.Moved)
    def _filter_moved(self, message: FilterBar.Moved) -> None:
        self.rows.table.action_move(message.by)

    def action_view(self, name: str, choice: str = "") -> None:
        """Go on to that order, kind, span or layout; to the next one, where none is named."""
        self._see_rows()
        self.rows.change_view(name, choice)
        if name == "kind":
            self._feed.begin(self.rows.listing.view)

    def action_mark(self) -> None:
        self.rows.mark()

    def action_mark_all(self) -> None:
        self.rows.mark_all()

    def action_see(self) -> None:
        if not self.rows.see():
            self.stage.tell("all of it was looked at before")

    def action_refresh(self) -> None:
        """Read everything again, and draw it all: something else may have drawn over it."""
        draw_anew(self.app)
        self.rows.look_again()
        self._feed.begin(self.rows.listing.view)

    def action_palette(self) -> None:
        self._player.play("palette", self._choose)

    async def _choose(self, stage: Stage) -> None:
        if (call := await choice(stage, press=self._press, wear=self._wear)) is not None:
            call()

    def _press(self, action: str) -> None:
        self.run_worker(self.run_action(action), group="palette")

    def _wear(self, theme: str) -> None:
        self._player.play("theme", flow_that_wears(theme))

    @property
    def _moved(self) -> Toned:
        """What the keys that move move through."""
        return self.focused if isinstance(self.focused, Toned) else self.rows.table

    def action_move(self, by: int) -> None:
        self._moved.action_move(by)

    def action_page(self, by: int) -> None:
        self._moved.action_page(by)

    def action_first(self) -> None:
        self._moved.action_first()

    def action_last(self) -> None:
        self._moved.action_last()

    def action_flow(self, name: str) -> None:
        """Play that flow, one of a kind at a time."""
        self._player.play(name, flow_of(name))

    action_aside = action_flow
    """Where it is no verb: only somebody at a screen needs it."""
