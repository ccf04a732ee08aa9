"""Where a message of several lines is typed."""

from __future__ import annotations

from textual.widgets import TextArea

from kugetsu_tui.tui.dialogs.dialog import Draft


class MessageArea(TextArea):
    """Every key stroke is in the draft at once."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.message, id="message", show_line_numbers=False, soft_wrap=True)
        self._draft = draft

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)

    def on_unmount(self) -> None:
        """Have the app forget it: it keeps whoever watches its theme until that changes."""
        watchers = getattr(self.app, "__watchers", {}).get("theme", [])
        watchers[:] = [each for each in watchers if each[0] is not self]

    def on_text_area_changed(self) -> None:
        self._draft.message = self.text
