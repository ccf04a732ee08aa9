"""What keys mean on the board, done at once."""

from __future__ import annotations

from textual.screen import Screen

from kugetsu_tui.tui.keys.key import Context
from kugetsu_tui.tui.keys.keymap import Keymap
from kugetsu_tui.tui.screens.key_hold import KeyHold
from kugetsu_tui.tui.widgets.field import LEAVES, Field
from kugetsu_tui.tui.widgets.toned import Toned


class Keyboard:
    """Knows the keymap, and where the focus is.

    On its way through all that is around the focus a key would take as long as drawing what it
    changes, and come too late for a question that the one before it asks.
    """

    def __init__(self, screen: Screen[None], hold: KeyHold, keymap: Keymap) -> None:
        self._screen = screen
        self._hold = hold
        self.know(keymap)

    def know(self, keymap: Keymap) -> None:
        """Let this one hold from now on."""
        self._meanings = {context: keymap.meanings(context) for context in Context}

    async def press(self, name: str) -> bool:
        """Do what the key means where the focus is; false where that is not said here."""
        place = self._screen.focused
        if isinstance(place, Field) and name in LEAVES:
            self._hold.begin()  # what comes behind is for who has the focus then
            place.post_message(Field.Leaving(place, LEAVES[name]))
            return True
        if isinstance(place, Toned | None):  # nothing has it where there are no rows
            context = Context.BOARD if place is None else place.context
            for key in self._meanings[context].get(name, ()):
                target = place if key.context is Context.READING else self._screen
                if await self._screen.app.run_action(key.action, target):
                    return True
        return False
