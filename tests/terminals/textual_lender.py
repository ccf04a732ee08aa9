"""A Textual app that hands its terminal to the command in its arguments when `r` is pressed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Label

from kugetsu_tui.domain.errors import EndedBySignalError, exit_code_of
from kugetsu_tui.terminals.hand_over import hand_over


class Lender(App[int]):
    BINDINGS: ClassVar[list[BindingType]] = [("r", "lend"), ("q", "leave")]

    def compose(self) -> ComposeResult:
        yield Label("board", id="board")

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.exit, 128 + signal.SIGTERM)

    def action_lend(self) -> None:
        status: int | None = None
        with self.suspend():
            try:
                end = hand_over(sys.argv[1:], directory=Path(), environment=os.environ)
                words = f"back with {end.exit_status}"
            except EndedBySignalError as error:
                status, words = exit_code_of(error), error.message
        self.query_one("#board", Label).update(words)
        if status is not None:
            self.exit(status)

    def action_leave(self) -> None:
        self.exit(0)


if __name__ == "__main__":
    sys.exit(Lender().run())
