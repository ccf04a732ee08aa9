"""Where a message of several lines is typed."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import TextArea

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import Draft
from kugetsu_tui.tui.voice import key_name

_GLANCE = 60
"""Characters of a message that are shown before it is brought back."""


class MessageArea(TextArea):
    """Every key stroke is in the draft at once."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.message, id="message", show_line_numbers=False, soft_wrap=True)
        self._draft = draft
        self._before = ""

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)

    def on_unmount(self) -> None:
        """Have the app forget it: it keeps whoever watches its theme until that changes."""
        watchers = getattr(self.app, "__watchers", {}).get("theme", [])
        watchers[:] = [each for each in watchers if each[0] is not self]

    def offer(self, before: str) -> None:
        """Have that message brought back by the key that goes up, while there is no other."""
        self._before = before.rstrip()
        if self._before:
            self.placeholder = Content(f"{key_name('↑')} {clean_line(self._before, _GLANCE)}")

    def action_cursor_up(self, select: bool = False) -> None:  # noqa: FBT001, FBT002 - as Textual has it
        """Where nothing is typed, the message that was offered."""
        if self.text or not self._before:
            super().action_cursor_up(select)
        else:
            self.load_text(self._before)
            self.move_cursor(self.document.end)

    def on_text_area_changed(self) -> None:
        self._draft.message = self.text
