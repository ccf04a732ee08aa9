"""The page that explains everything, from the same table as the screen's help."""

from __future__ import annotations

from kugetsu_tui.batch.exit_codes import EXIT_CODES
from kugetsu_tui.batch.paragraphs import rows
from kugetsu_tui.commands.verbs import VERBS

SYNOPSIS = """\
usage: kugetsu VERB …              headless; the same as kugetsu-tui --batch VERB …
       kugetsu-tui [PATH|REF|SESSION]   the full-screen program
       kugetsu-tui --demo               the same on a throw-away world
"""
EVERY_VERB = """\
Every verb takes --json (one envelope on stdout), --debug, -q, and --help with an example.
--set KEY=VALUE in front of the verb is a setting for this call alone.
Without a verb, kugetsu reads one command a line from stdin and answers one envelope a line.
kugetsu man prints all there is to know, kugetsu skill the page for coding agents.
"""


def help_page() -> str:
    """What `kugetsu help` prints."""
    verbs = rows({verb.name: verb.summary for verb in VERBS.values()})
    return (
        f"kugetsu – one issue, one opencode session\n\n{SYNOPSIS}\n"
        "REF is host/user/repo#14, an issue's URL, or inside a checkout 14 or user/repo#14.\n\n"
        f"verbs:\n{verbs}\n{EVERY_VERB}\nexit codes:\n{rows(EXIT_CODES)}"
    )
