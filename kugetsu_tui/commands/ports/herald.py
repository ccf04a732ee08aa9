"""Telling the user who looks elsewhere, as the verbs need it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol


class Herald(Protocol):
    """This terminal, and the user's own way of being told."""

    def call(self, argv: Sequence[str], facts: Mapping[str, str]) -> None:
        """Start a program that nobody waits for, with the facts among its variables."""
        ...

    def notification(self, title: str, words: str) -> str:
        """The escape sequence that has this terminal notify; empty where it has none."""
        ...
