"""What starts opencode, as whoever knows opencode says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol


class Command(Protocol):
    """What to start, and in what surroundings."""

    @property
    def argv(self) -> Sequence[str]: ...

    @property
    def environment(self) -> Mapping[str, str]: ...

    @property
    def directory(self) -> Path: ...
