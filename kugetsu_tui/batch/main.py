"""One argv, one command, one exit code."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from functools import partial

from kugetsu_tui.batch.arguments import parser_for, split_verb
from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.verb_calls import CALLS
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import ExitCode, KugetsuError, UsageError, exit_code_of
from kugetsu_tui.domain.frozen import replace

_TELL_THEMSELVES = frozenset({"settings", "doctor"})
"""Verbs whose answer says what of the settings was not understood."""


def run_batch(
    argv: Sequence[str],
    *,
    world: Callable[[], World],
    console: Console,
    has_terminal: Callable[[], bool],
) -> int:
    """Do what argv says; without a verb, what each line of stdin says.

    Args:
        argv: the words after `kugetsu`, or after `kugetsu-tui --batch`.
        world: makes the commands, once they are needed.
        console: where to write.
        has_terminal: tells whether a person sits at stdin, stdout and stderr.

    Returns:
        The exit code.
    """
    verb, rest = split_verb(argv)
    if verb in {"--help", "-h"}:
        verb = "help"
    telling = _telling(world, console)
    if verb or sys.stdin.isatty():
        return _one(verb, rest, world=telling, console=console, has_terminal=has_terminal)
    return _lines(rest, world=telling, console=console)


def _lines(flags: Sequence[str], *, world: Callable[[str], World], console: Console) -> int:
    """One command a line from stdin, one envelope a line on stdout; the worst exit code."""
    worst = 0
    for line in sys.stdin:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        verb = ""
        try:
            verb, rest = split_verb(shlex.split(line))
            code = _one(
                verb,
                ["--json", *flags, *rest],
                world=world,
                console=console,
                has_terminal=lambda: False,
            )
        except ValueError as error:
            refusal = UsageError(f"line not understood: {error}", hint="quote as in a shell")
            replace(console, is_json=True).refuse(verb, refusal)
            code = exit_code_of(refusal)
        worst = max(worst, code)
    return worst


def _telling(world: Callable[[], World], console: Console) -> Callable[[str], World]:
    """The world for a verb; what of the settings was not understood is told once, beside it."""
    told: set[str] = set()

    def made_for(verb: str) -> World:
        made = world()
        if verb not in _TELL_THEMSELVES:
            for warning in made.warnings:
                if warning not in told:
                    console.warn(warning)
            told.update(made.warnings)
        return made

    return made_for


def _one(
    verb: str,
    rest: Sequence[str],
    *,
    world: Callable[[str], World],
    console: Console,
    has_terminal: Callable[[], bool],
) -> int:
    console = replace(console, is_json="--json" in rest, is_quiet="-q" in rest or "--quiet" in rest)
    try:
        if not verb:
            raise UsageError("which verb?", hint="kugetsu help")
        arguments = parser_for(verb).parse_args(rest)
        arguments.verb = verb
        call = Call(arguments, partial(world, verb), console, has_terminal=has_terminal)
        outcome = CALLS[verb](call)
        if outcome is None:
            return ExitCode.OK
        console.succeed(outcome)
        return exit_code_of(outcome.failure) if outcome.failure else ExitCode.OK
    except KugetsuError as error:
        console.refuse(verb, error)
        return exit_code_of(error)
