"""What a command ends with, in words: for help, manual, README and SKILL.md alike."""

from __future__ import annotations

from kugetsu_tui.domain.errors import ExitCode

EXIT_CODES = {
    str(int(code)): meaning
    for code, meaning in (
        (ExitCode.OK, "done"),
        (ExitCode.FAILED, "the run or the operation failed"),
        (ExitCode.USAGE, "usage: the words of the call are off, nothing was done"),
        (ExitCode.NOT_FOUND, "not found: nobody tracks it, or there is no base"),
        (ExitCode.CONFLICT, "conflict: it exists already"),
        (ExitCode.ENVIRONMENT, "environment: opencode, a terminal or a home is missing"),
        (ExitCode.DAMAGED, "the store is damaged, and untouched"),
        (ExitCode.CANNOT_SAVE, "cannot save: nothing was changed"),
        (ExitCode.BUG, "a bug in kugetsu"),
        (ExitCode.BUSY, "busy: try later"),
        (ExitCode.TIMEOUT, "timeout: the run was ended for being late"),
    )
} | {"128+n": "ended by signal n: 130 is ctrl+c, which stops the run it follows"}
"""The number as it is written → what it says."""
