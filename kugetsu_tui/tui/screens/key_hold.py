"""Keys that come while a flow is on its way to its question: they are meant for the question."""

from __future__ import annotations

from textual.app import App
from textual.events import Key


class KeyHold:
    """Holds keys back, and lets them go to whoever has the screen then."""

    def __init__(self) -> None:
        self.is_on = False
        self._held: list[Key] = []

    def begin(self) -> None:
        """Hold from now on."""
        self.is_on = True

    def take(self, event: Key) -> None:
        """Keep this key for later."""
        self._held.append(event)

    def end(self, app: App[None]) -> None:
        """Let them all go to whoever has the screen now."""
        for event in self._held:
            app.post_message(Key(event.key, event.character))
        self.forget()

    def forget(self) -> None:
        """Hold no longer: who waited for something cannot mean what they typed a while ago."""
        self._held, self.is_on = [], False
