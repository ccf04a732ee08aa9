"""The machine around the verbs: clocks, folders, the settings file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kugetsu_tui.domain.setting import Choice


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, with a zone."""
        ...


class Monotonic(Protocol):
    def __call__(self) -> float:
        """Seconds that only ever grow."""
        ...


class Checkout(Protocol):
    """Folders and their git remotes."""

    def current_directory(self) -> Path: ...

    def repositories(self, directory: Path) -> Sequence[str]:
        """`instance/user/repo` of each git remote, `origin` first; empty outside a checkout."""
        ...

    def diff(self, directory: Path, files: Sequence[str]) -> str:
        """What is uncommitted in these files, as a unified diff; empty outside a work tree."""
        ...


class SettingsFile(Protocol):
    """The file of what the user chose, and the layers over it."""

    @property
    def path(self) -> Path: ...

    def chosen(self) -> Mapping[str, Choice]:
        """Dotted key → what holds instead of the default; also keys this version does not know."""
        ...

    def warnings(self) -> tuple[str, ...]:
        """What was not understood, and what holds instead."""
        ...

    def set(self, key: str, value: str) -> None:
        """In the file. Raises `UsageError` where the setting does not take the value."""
        ...
