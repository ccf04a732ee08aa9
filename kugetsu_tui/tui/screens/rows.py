"""The pane with the rows: filtered, sorted, marked and looked at; or why there are none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.tui.keys.keymap import Keymap
from kugetsu_tui.tui.screens.gaze import Gaze
from kugetsu_tui.tui.screens.listing import Listing
from kugetsu_tui.tui.screens.scope import Scope
from kugetsu_tui.tui.screens.standing import emptiness, is_empty, standing
from kugetsu_tui.tui.screens.transcript_search import Found, TranscriptSearch
from kugetsu_tui.tui.widgets.empty_board import EmptyBoard
from kugetsu_tui.tui.widgets.filter_bar import FilterBar
from kugetsu_tui.tui.widgets.one_liners import Part
from kugetsu_tui.tui.widgets.roster import Roster
from kugetsu_tui.tui.widgets.session_table import SessionTable

_PATIENCE = 1.0
"""Seconds that may be waited for what is remembered, when the screen is left."""


class RowsChanged(Message):
    """Others are to be seen now, or other signs beside them."""


@dataclass
class Refused(Message):
    """Something beside the screen could not be done."""

    error: KugetsuError


class Rows(Vertical):
    """Holds how the board is looked at; is given the roster, and draws what is to be seen of it."""

    def __init__(
        self,
        commands: Commands,
        scope: Scope,
        clock: Callable[[], datetime],
    ) -> None:
        """Recall how it was looked at last."""
        super().__init__(id="rows")
        memory = commands.remember.recall()
        if order := commands.settings.order:
            memory = replace(memory, view=replace(memory.view, order=order))
        self.listing = Listing(memory, clock)
        if scope.is_untracked:
            self.listing.show_every_kind()
        self.directory = scope.directory
        """Only sessions that work there or below."""
        self._commands = commands
        self._settings = commands.settings
        self._clock = clock
        self._gaze = Gaze(self, self._look)
        self._search = TranscriptSearch(self, commands.narrow)
        self._roster: Roster | None = None
        self._error: KugetsuError | None = None
        self._wanted = ""
        """Key of a row that is selected as soon as it is drawn."""

    def compose(self) -> ComposeResult:
        yield SessionTable(self._clock)
        yield EmptyBoard()

    def on_mount(self) -> None:
        self.table.choose(self._settings.columns, self._settings.dates)

    def settle(self, settings: Settings) -> None:
        """Let these hold from now on."""
        if settings.order not in {None, self._settings.order}:
            self.listing.change("order", settings.order)
        self._settings = settings
        self.table.choose(settings.columns, settings.dates)

    async def on_unmount(self) -> None:
        """Remember how it was looked at; a disk that does not answer keeps nobody from leaving."""
        with suppress(KugetsuError, TimeoutError):  # nobody is there any more to be told
            await asyncio.wait_for(asyncio.to_thread(self._save), _PATIENCE)

    @property
    def table(self) -> SessionTable:
        return self.query_one(SessionTable)

    @property
    def is_unreadable(self) -> bool:
        """There is nothing to show, as the store cannot be read."""
        return self._error is not None and not (self._roster and self._roster.board.rows)

    @property
    def begin(self) -> str:
        """The verb that leads on from where there is nothing."""
        if self.is_unreadable:
            return "refresh"
        return "start" if self._roster is not None and self._roster.base else "init"

    @property
    def idle(self) -> Collection[str]:
        """Keys that have nothing to do: Escape undoes marks, and whatever hides rows."""
        is_narrowed = self.listing.marks or self.directory or self.screen.query_one(FilterBar).words
        of_rows = ("filter", "kind") if self.is_unreadable else ()
        return of_rows if is_narrowed else ("back", *of_rows)

    @property
    def standing(self) -> tuple[Part, ...]:
        """How things stand, the most important first."""
        roster = self._roster or Roster()
        return tuple(standing(roster, self._error, self.listing, directory=self.directory))

    def draw(self, roster: Roster, error: KugetsuError | None, keymap: Keymap) -> None:
        """Show what is to be seen of this roster.

        Args:
            roster: all there is.
            error: why there are no news.
            keymap: the user's, for the key that leads on from where there is nothing.
        """
        self._roster, self._error = roster, error
        listing, table = self.listing, self.table
        shown = listing.shown(roster, directory=self.directory)
        table.show(
            shown.rows,
            label_width=shown.label_width(roster.label_width),
            headings=shown.headings,
            notes=listing.notes,
            sorted_by=listing.view.order,
        )
        if self._wanted:
            table.select(self._wanted)
            self._wanted = ""
        self._tell_filter(len(shown.rows))
        table.display = bool(shown.rows)
        has_none = is_empty(shown.rows, listing.view)
        table.set_class(has_none, "-brief")
        self.query_one(EmptyBoard).display = has_none
        if has_none:
            words = self.screen.query_one(FilterBar).words
            self._tell_emptiness(self.query_one(EmptyBoard), shown.rows, words, keymap)

    @work(exclusive=True, group="emptiness")
    async def _tell_emptiness(
        self, empty: EmptyBoard, rows: Sequence[Row], words: str, keymap: Keymap
    ) -> None:
        """Say why there is no issue to show, and which key leads on."""
        why = await emptiness(
            self._roster or Roster(),
            rows,
            words=words,
            directory=self.directory,
            view=self.listing.view,
            missing=self._commands.install_opencode.missing,
            error=self._error,
        )
        if empty.is_attached:
            empty.say(why.title, why.lines, key=keymap.key_of(why.verb), does=why.does)

    def _tell_filter(self, count: int) -> None:
        bar, complaints = self.screen.query_one(FilterBar), self.listing.filter.complaints
        if complaints:
            bar.tell("; ".join(complaints), is_complaint=True)
        elif self._search.is_on:
            bar.tell("looking inside transcripts…")
        elif self._roster is not None:
            bar.tell(f"{count:,} of {len(self._roster.board.rows):,}")

    def filter(self, words: str) -> None:
        """Show only what passes; words inside transcripts are looked for beside the screen."""
        self.listing.read(words)
        self._search.seek(self.listing.filter.needle)

    def look_again(self) -> None:
        """Look into the transcripts once more, if that was asked for."""
        self._search.seek(self.listing.filter.needle, again=True)

    @on(Found)
    def _found(self, message: Found) -> None:
        message.stop()
        if self._search.has_ended(message):
            self.listing.lines = message.lines
            if message.error is not None:
                self.post_message(Refused(message.error))
            self._changed()

    def on_session_table_selected(self, message: SessionTable.Selected) -> None:
        self.listing.hold(message.row)
        self._gaze.rest(message.row)

    def _look(self, row: Row) -> None:
        if self.listing.look(row):
            self._changed()

    def reveal(self, key: str) -> bool:
        """Put the cursor on the row of that key, whatever hides it; whether there is one."""
        every = self._roster.board if self._roster is not None else ()
        row = next((row for row in every if row.key == key), None)
        if row is not None and not any(shown.key == key for shown in self.table.rows):
            self.listing.show(row)
            self.directory = ""
            self.screen.query_one(FilterBar).close()
            self._wanted = key
            self._changed()
        elif row is not None:
            self.table.select(key)
        return row is not None

    def mark(self) -> None:
        """Mark the selected row, or no longer, and go on to the next."""
        if (row := self.table.selected) is not None:
            self.listing.mark(row)
            self.table.action_move(1)
            self._changed()

    def mark_all(self) -> None:
        """Mark every issue that is shown; where all are marked, none."""
        self.listing.mark_all(self.table.rows)
        self._changed()

    def see(self) -> bool:
        """Take the marked rows, or all that are shown, for looked at; whether that is news."""
        is_news = self.listing.see(self.listing.marked() or self.table.rows)
        self.unmark()
        self.run_worker(self._remember, thread=True, group="memory")
        return is_news

    def unmark(self, *, but: Collection[str] = ()) -> None:
        """Forget all marks, but for those of these rows."""
        self.listing.marks = {key: None for key in self.listing.marks if key in but}
        self._changed()

    def change_view(self, name: str, choice: str = "") -> None:
        """Go on to that order, kind, span or layout, else to the next, and remember it."""
        self.listing.change(name, choice)
        self._changed()
        self.run_worker(self._remember, thread=True, group="memory")

    def _changed(self) -> None:
        self.post_message(RowsChanged())

    def _remember(self) -> None:
        try:
            self._save()
        except KugetsuError as error:
            self.post_message(Refused(error))

    def _save(self) -> None:
        if self._roster is not None and self._error is None:
            keys = {row.key for row in self._roster.board}
            self._commands.remember(self.listing.memory, keys)
