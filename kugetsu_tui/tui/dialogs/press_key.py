"""Another key for a verb, by pressing it."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.keys.spelling import spelled
from kugetsu_tui.tui.widgets.look import Tone, toned

_LEAVES, _FORGETS = "escape", "backspace"


class KeyDialog(Dialog[str]):
    """The next key that is free is the answer; an empty one is the key it had at first."""

    def __init__(self, name: str, keys: str, *, complaint: Callable[[str], str]) -> None:
        """Ask.

        Args:
            name: the binding's id.
            keys: its keys now.
            complaint: why a key cannot be had; empty where it can.
        """
        hints = [("any key", "take it"), ("⌫", "as it was at first"), ("esc", "back")]
        super().__init__(f"key for {name}", hints=hints)
        self._keys = keys
        self._complaint = complaint

    def body(self) -> ComposeResult:
        now = clean_line(spelled(self._keys))
        yield KeyCatcher(Content.assemble(toned(f"now {now}; press another", Tone.PLAIN)))

    def first_field(self) -> Widget:
        return self.query_one(KeyCatcher)

    def on_key(self, event: events.Key) -> None:
        if event.key == _LEAVES:
            return
        event.stop()
        event.prevent_default()
        if event.key == _FORGETS:
            self.dismiss("")
        elif words := self._complaint(event.key):
            self.refuse(words)
        else:
            self.dismiss(event.key)


class KeyCatcher(Static, can_focus=True):
    """Has the focus, so that no key goes anywhere else."""
