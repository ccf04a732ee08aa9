"""Which issue, and what to say first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from kugetsu_tui.commands.run_options import require_message
from kugetsu_tui.commands.start_issue import StartRequest
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import BETWEEN_FIELDS, Dialog, Draft
from kugetsu_tui.tui.dialogs.message_area import MessageArea
from kugetsu_tui.tui.widgets.look import Tone, toned

SEND_HINTS = (("^s", "send"), ("tab", "next field"), ("esc", "back, text kept"))


class StartDialog(Dialog[StartRequest]):
    """The reference is read as it is typed, and what it is understood as stands beneath it."""

    BINDINGS: ClassVar[list[BindingType]] = [*BETWEEN_FIELDS]

    def __init__(
        self,
        draft: Draft,
        *,
        resolve: Callable[[str], str],
        base: Callable[[], Conversation],
        doubts: Callable[[str, str], Sequence[str]],
        words: Callable[[KugetsuError], str],
        refusal: str = "",
    ) -> None:
        """Ask.

        Args:
            draft: what was typed before, and where what is typed is kept.
            resolve: a reference as it is typed → the issue's key; raises where it is none.
            base: what is forked; raises where nothing can be.
            doubts: an issue's key and a directory → why it may not be meant to be worked on there.
            words: how a refusal is told.
            refusal: why the answer before this one was not accepted.
        """
        super().__init__("start an issue", refusal=refusal, hints=SEND_HINTS)
        self._draft = draft
        self._resolve = resolve
        self._base = base
        self._doubts = doubts
        self._directory = ""
        self._words = words

    def body(self) -> ComposeResult:
        yield Static(Content("issue"), classes="name")
        yield Input(
            self._draft.ref,
            id="ref",
            placeholder="host/user/repo#14, its URL, or 14 inside a checkout",
        )
        yield ReadBack()
        yield Static(Content("message"), classes="name")
        yield MessageArea(self._draft)
        yield Static(id="where")

    def first_field(self) -> Widget:
        return self.query_one(Input)

    def on_mount(self) -> None:
        super().on_mount()
        self.load(self._base, self._show_base, self._words)

    def _show_base(self, base: Conversation) -> None:
        self._directory = base.directory
        self._tell_where(())
        self._read_back()

    def _tell_where(self, doubts: Sequence[str]) -> None:
        where = toned(f"works in {clean_line(self._directory)}", Tone.MUTED)
        more = (toned(f"\n{clean_line(doubt)}", Tone.MIND) for doubt in doubts)
        self.query_one("#where", Static).update(Content.assemble(where, *more))

    def on_input_changed(self, event: Input.Changed) -> None:
        self._draft.ref = event.value
        self._read_back()

    def _read_back(self) -> None:
        self.query_one(ReadBack).read(self._draft.ref, self._understand)

    def _understand(self, text: str) -> str:
        """In a thread: what the reference is understood as; where it works is told beside that."""
        doubts: Sequence[str] = ()
        try:
            key = self._resolve(text)
            doubts = self._doubts(key, self._directory) if self._directory else ()
        finally:
            self.call_later(self._doubt, text, doubts)
        return key

    def _doubt(self, text: str, doubts: Sequence[str]) -> None:
        if self._directory and text == self._draft.ref.strip():
            self._tell_where(doubts)

    def on_input_submitted(self) -> None:
        self.query_one(MessageArea).focus()

    def action_send(self) -> None:
        try:
            message = require_message(self._draft.message)
        except KugetsuError as error:
            self.refuse(error.message)
            self.query_one(MessageArea).focus()
            return
        self.dismiss(StartRequest(ref=self._draft.ref.strip(), message=message))


class ReadBack(Static):
    """What a typed reference is understood as, or why it is none."""

    def read(self, text: str, resolve: Callable[[str], str]) -> None:
        """Look it up; only the newest text counts."""
        if text.strip():
            self.run_worker(
                partial(self._look_up, text.strip(), resolve),
                thread=True,
                exclusive=True,
                group="read-back",
            )
        else:
            self.workers.cancel_group(self, "read-back")
            self._say("", Tone.MUTED)

    def _look_up(self, text: str, resolve: Callable[[str], str]) -> None:
        worker = get_current_worker()
        try:
            words, tone = f"→ {resolve(text)}", Tone.FRESH
        except KugetsuError as error:
            words, tone = f"{error.message}; {error.hint}", Tone.MIND
        if not worker.is_cancelled:
            self.call_later(self._say, words, tone)

    def _say(self, words: str, tone: Tone) -> None:
        self.update(Content.assemble(toned(clean_line(words), tone)))
