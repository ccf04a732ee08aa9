"""What to say to a session that there is, or to the one that is to be the base."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kugetsu_tui.commands.run_options import require_message
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import Dialog, Draft
from kugetsu_tui.tui.dialogs.message_area import MessageArea
from kugetsu_tui.tui.widgets.look import Tone, toned

_HINTS = (("^s", "send"), ("esc", "back, text kept"))


class MessageDialog(Dialog[str]):
    """A message of several lines."""

    def __init__(
        self,
        title: str,
        draft: Draft,
        *,
        about: Sequence[str] = (),
        before: Callable[[], str] | None = None,
        refusal: str = "",
    ) -> None:
        """Ask.

        Args:
            title: whom it goes to.
            draft: what was typed before, and where what is typed is kept.
            about: what is good to know, in a line each.
            before: what was said before, and may be meant once more.
            refusal: why the message was not accepted.
        """
        super().__init__(title, refusal=refusal, hints=_HINTS)
        self._draft = draft
        self._about = about
        self._before = before

    def body(self) -> ComposeResult:
        with VerticalScroll(id="said", can_focus=False):
            for line in self._about:
                yield Static(Content.assemble(toned(clean_line(line), Tone.MUTED)))
        yield MessageArea(self._draft)

    def on_mount(self) -> None:
        super().on_mount()
        if self._before is not None:
            self.load(self._before, self.query_one(MessageArea).offer, lambda error: error.message)

    def first_field(self) -> Widget:
        return self.query_one(MessageArea)

    def action_send(self) -> None:
        try:
            self.dismiss(require_message(self._draft.message))
        except KugetsuError as error:
            self.refuse(error.message)
