"""Keys that come while a flow is on its way to its question: they are meant for the question."""

from __future__ import annotations

from textual.app import App
from textual.events import Key


class KeyHold:
    """Holds keys back, and lets them go to whoever has the screen then."""

    def __init__(self) -> None:
        self.is_on = False
        self._held: list[Key] = []
        self._round = 0
        """Who holds: only the last to begin is let end it."""

    def begin(self) -> None:
        """Hold from now on."""
        self.is_on = True
        self._round += 1

    def take(self, event: Key) -> None:
        """Keep this key for later."""
        self._held.append(event)

    def end(self, app: App[None]) -> None:
        """Let them all go to whoever has the screen now.

        Once what is on its way to the app is held too: it was pressed later, and comes behind.
        """
        app.call_later(self._let_go, app, self._round)

    async def _let_go(self, app: App[None], number: int) -> None:
        if number == self._round:
            held = self._held
            self.forget()
            for event in held:
                await app.on_event(Key(event.key, event.character))

    def forget(self) -> None:
        """Hold no longer: who waited for something cannot mean what they typed a while ago."""
        self._held, self.is_on = [], False
