"""What a run is asked with, and the wait for one in progress: all that comes before it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.ctrl_c import HeldCtrlC
from kugetsu_tui.commands.run_options import RunOptions
from kugetsu_tui.domain.errors import BusyError
from kugetsu_tui.domain.run import Engine


def options(asked: argparse.Namespace) -> RunOptions:
    """The choices of this call."""
    return RunOptions(
        model=asked.model,
        agent=asked.agent,
        start_timeout=asked.start_timeout,
        idle_timeout=asked.idle_timeout,
        timeout=asked.timeout,
        engine=Engine(asked.engine) if asked.engine else None,
        is_auto=asked.auto,
    )


def waiting(console: Console, ctrl_c: HeldCtrlC) -> Callable[[BusyError], None]:
    """What passes the time while a run is in progress: says so once, and can be left."""
    told: list[str] = []

    def wait(busy: BusyError) -> None:
        if busy.message not in told:
            told.append(busy.message)
            console.say(f"waiting: {busy.message}")
        console.pause()
        ctrl_c.heed()

    return wait
