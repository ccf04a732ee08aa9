"""Which session of opencode's, and the issue it is to be tracked as."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from kugetsu_tui.commands.adopt_session import AdoptRequest
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.tui.dialogs.dialog import BETWEEN_FIELDS, Dialog, Draft
from kugetsu_tui.tui.dialogs.start_issue import SEND_HINTS, ReadBack
from kugetsu_tui.tui.widgets.roster import Roster
from kugetsu_tui.tui.widgets.session_table import SessionTable


class AdoptDialog(Dialog[AdoptRequest]):
    """The reference, words to find the session by, and the sessions that nobody tracks."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *BETWEEN_FIELDS,
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(
        self,
        draft: Draft,
        *,
        untracked: Callable[[], Roster],
        resolve: Callable[[str], str],
        clock: Callable[[], datetime],
        words: Callable[[KugetsuError], str],
        refusal: str = "",
    ) -> None:
        """Ask.

        Args:
            draft: what was typed before; its message is the words to find the session by.
            untracked: the sessions to choose from; raises where there are none.
            resolve: a reference as it is typed → the issue's key; raises where it is none.
            clock: now.
            words: how a refusal is told.
            refusal: why the answer before this one was not accepted.
        """
        super().__init__("adopt a session", refusal=refusal, hints=SEND_HINTS)
        self._draft = draft
        self._untracked = Roster()
        self._find = untracked
        self._words = words
        self._resolve = resolve
        self._clock = clock

    def body(self) -> ComposeResult:
        yield Static(Content("track it as issue"), classes="name")
        yield Input(self._draft.ref, id="ref", placeholder="host/user/repo#14, or its URL")
        yield ReadBack()
        yield Static(Content("session"), classes="name")
        yield Input(self._draft.message, id="words", placeholder="words of its title or directory")
        yield SessionTable(self._clock)

    def first_field(self) -> Widget:
        return self.query_one("#ref", Input)

    def on_mount(self) -> None:
        super().on_mount()
        self.load(self._find, self._show_found, self._words)

    def _show_found(self, untracked: Roster) -> None:
        self._untracked = untracked
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "ref":
            self._draft.ref = event.value
            self.query_one(ReadBack).read(event.value, self._resolve)
        else:
            self._draft.message = event.value
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "ref":
            self.query_one("#words", Input).focus()
        else:
            self.action_send()

    def _show(self) -> None:
        rows = self._untracked.matching(self._draft.message)
        self.query_one(SessionTable).show(rows, label_width=self._untracked.label_width)

    def action_move(self, by: int) -> None:
        self.query_one(SessionTable).action_move(by)

    def action_send(self) -> None:
        row = self.query_one(SessionTable).selected
        if row is None or row.session_id is None:
            self.refuse("no session is selected")
            return
        self.dismiss(AdoptRequest(self._draft.ref.strip(), row.session_id))
