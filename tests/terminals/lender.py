"""A program that hands its terminal to the command in its arguments and tells how that went."""

from __future__ import annotations

import json
import os
import select
import sys
import termios
import tty
from pathlib import Path

from kugetsu_tui.domain.errors import KugetsuError, exit_code_of
from kugetsu_tui.terminals.hand_over import hand_over
from kugetsu_tui.terminals.this_terminal import Modes

LISTENS = 0.5
"""Seconds in which late replies would reach whoever reads after the hand-over."""


def main() -> int:
    directory = Path(os.environ.get("LENDER_DIRECTORY", "."))
    before = termios.tcgetattr(0)
    status = 0
    told: dict[str, object]
    try:
        end = hand_over(sys.argv[1:], directory=directory, environment=os.environ)
        told = {
            "exit_status": end.exit_status,
            "signal": end.signal,
            "closing_words": end.closing_words,
        }
    except KugetsuError as error:
        status, told = exit_code_of(error), {"error": error.message}
    try:
        told["modes_whole"] = termios.tcgetattr(0) == before
    except termios.error:
        return status  # closed: nobody to tell
    told["left_in_the_line"] = _what_comes(before)
    sys.stdout.write(f"\nTOLD {json.dumps(told)} END\n")
    return status


def _what_comes(modes: Modes) -> str:
    tty.setraw(0, termios.TCSANOW)
    heard = os.read(0, 4096) if select.select([0], [], [], LISTENS)[0] else b""
    termios.tcsetattr(0, termios.TCSANOW, modes)
    return heard.decode(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
