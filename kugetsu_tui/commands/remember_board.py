"""What the board is to show again next time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Self

from kugetsu_tui.commands.ports import Notebook
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.memory import Memory


@frozen
class RememberBoard:
    notebook: Notebook

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(notebook=world.notebook)

    def recall(self) -> Memory:
        """What is remembered."""
        return self.notebook.read()

    def __call__(self, memory: Memory, keys: Collection[str]) -> None:
        """Remember it, beside what another board looked at in the meantime.

        Args:
            memory: this board's.
            keys: the issues there are; what is known of others is forgotten.

        Raises:
            CannotSaveError: the system refused.
        """
        looks = memory.looks.merged(self.notebook.read().looks, keys)
        self.notebook.write(Memory(memory.view, looks))
