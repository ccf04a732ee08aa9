"""One verb as it was called, and the question whether it is meant."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from kugetsu_tui.batch.console import Console
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import frozen


@frozen
class Call:
    """One verb as it was called."""

    arguments: argparse.Namespace
    world: Callable[[], World]
    """Builds it, once it is needed."""
    console: Console
    terminal: Callable[[], bool] | None
    """Tells whether a person sits there; None: the call is one of many lines on stdin."""

    @property
    def is_line(self) -> bool:
        """It came over stdin, among others: one envelope answers it, and stdin is not its own."""
        return self.terminal is None

    def has_terminal(self) -> bool:
        return self.terminal is not None and self.terminal()

    def message(self, text: str) -> str:
        """The message as it was typed, or stdin's where it is `-`; read for nothing else.

        Raises:
            UsageError: stdin is where the commands come from.
        """
        if text != "-":
            return text
        if self.is_line:
            raise UsageError(
                f"{self.arguments.verb}: stdin holds the commands, so - cannot be the message",
                hint='as a JSON array, a line takes any message: ["start", "REF", "MESSAGE"]',
            )
        return sys.stdin.buffer.read().decode(errors="surrogateescape")


def confirm(call: Call, question: str) -> None:
    """Ask the person at the terminal.

    Raises:
        UsageError: there is nobody to ask, or the answer was no.
    """
    if not is_wanted(call, question):
        raise UsageError(f"{call.arguments.verb}: not confirmed, nothing was changed")


def is_wanted(call: Call, question: str) -> bool:
    """What the person at the terminal says to it.

    Raises:
        UsageError: there is nobody to ask.
    """
    if not call.has_terminal():
        raise UsageError(
            f"{call.arguments.verb}: asks first, and there is no terminal", hint="add -y"
        )
    call.console.ask(f"{question} [y/N]")
    return sys.stdin.readline().strip().casefold() in {"y", "yes"}
