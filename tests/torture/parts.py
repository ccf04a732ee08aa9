"""What every part of the torture is given, and what it gives: rows of one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line chose; each part has its own idea of what was left open."""

    folder: Path
    """Where parts make theirs, each under its own name; it is kept where something broke."""
    seed: int = 0
    seconds: float | None = None
    writers: int | None = None
    points: int | None = None
    """Of each verb, chosen at random; else all."""
    kill_rate: float = 6.0
    """Kills a second."""


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    tried: str
    how_much: str
    outcome: str


class BrokenError(Exception):
    """A promise was broken; its words say which, and how."""


Part = Callable[[Options], Iterable[Row]]
"""Raises `BrokenError`."""
