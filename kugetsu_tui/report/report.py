"""What a verb has to say: to people as words and tables, to programs as data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject


@frozen
class Table:
    """Columns and rows, as plain words; whoever prints it decides on widths."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[str, ...]]
    """Where they are many they are made as they are drawn, once: programs ask for none."""


@frozen(kw_only=True)
class Report:
    """An outcome in words."""

    headline: str = ""
    """What happened, in a line."""
    table: Table | None = None
    body: str = ""
    """Text that is the result itself: an answer, a transcript, a script."""
    is_answer: bool = False
    """stdout is for the body alone, even an empty one: the headline goes to stderr."""
    warnings: tuple[str, ...] = ()


class Outcome(Protocol):
    """What a verb returns; both faces render it, neither words it."""

    @property
    def verb(self) -> str: ...

    @property
    def failure(self) -> KugetsuError | None:
        """Why the verb failed although there is something to show."""
        ...

    def report(self) -> Report: ...

    def data(self) -> JsonObject:
        """The envelope's `data`; keys are only ever added."""
        ...


class Success:
    """An outcome that is no failure."""

    __slots__ = ()

    @property
    def failure(self) -> KugetsuError | None:
        return None
