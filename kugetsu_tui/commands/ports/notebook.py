"""What the board remembers, as the verbs need it."""

from __future__ import annotations

from typing import Protocol

from kugetsu_tui.domain.memory import Memory


class Notebook(Protocol):
    """Kept for this user and this store, outside the store."""

    def read(self) -> Memory:
        """What is remembered; a damaged notebook is an empty one."""
        ...

    def begin(self) -> Memory:
        """The same; where there is none yet, it is begun now, as far as that can be saved."""
        ...

    def write(self, memory: Memory) -> None:
        """Remember this instead. Raises `CannotSaveError`."""
        ...
