"""The machine around us, as `doctor` needs it."""

from __future__ import annotations

from typing import Protocol

from kugetsu_tui.domain.surroundings import Surroundings


class Machine(Protocol):
    def surroundings(self) -> Surroundings:
        """What it may do to runs and prompts; what cannot be asked is left out."""
        ...
