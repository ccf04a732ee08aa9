"""The page that explains everything, from the same table as the screen's help."""

from __future__ import annotations

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.errors import ExitCode

_INTRODUCTION = """\
kugetsu – one issue, one opencode session

usage: kugetsu VERB …              headless; the same as kugetsu-tui --batch VERB …
       kugetsu-tui [PATH|REF|SESSION]   the full-screen program
       kugetsu-tui --demo               the same on a throw-away world

REF is host/user/repo#14, an issue's URL, or inside a checkout 14 or user/repo#14.
"""
_EVERY_VERB = """\
Every verb takes --json (one envelope on stdout), --debug, -q, and --help with an example.
--set KEY=VALUE in front of the verb is a setting for this call alone.
Without a verb, kugetsu reads one command a line from stdin and answers one envelope a line.
"""
_EXIT_CODES = {
    ExitCode.OK: "done",
    ExitCode.FAILED: "the run or the operation failed",
    ExitCode.USAGE: "usage",
    ExitCode.NOT_FOUND: "not found",
    ExitCode.CONFLICT: "conflict: it exists already",
    ExitCode.ENVIRONMENT: "environment: opencode, a terminal or a home is missing",
    ExitCode.DAMAGED: "the store is damaged, and untouched",
    ExitCode.CANNOT_SAVE: "cannot save: nothing was changed",
    ExitCode.BUG: "a bug in kugetsu",
    ExitCode.BUSY: "busy: try later",
    ExitCode.TIMEOUT: "timeout",
}


def help_page() -> str:
    """What `kugetsu help` prints."""
    width = max(len(name) for name in VERBS)
    verbs = "\n".join(f"  {verb.name:<{width}}  {verb.summary}" for verb in VERBS.values())
    codes = "\n".join(f"  {int(code):>3}  {meaning}" for code, meaning in _EXIT_CODES.items())
    return (
        f"{_INTRODUCTION}\nverbs:\n{verbs}\n\n{_EVERY_VERB}\n"
        f"exit codes:\n{codes}\n  128+n  ended by signal n\n"
    )
