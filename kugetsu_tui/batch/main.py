"""One argv, one command, one exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.parser import EVERYWHERE, options_in, parser_for, split_verb, unjoined
from kugetsu_tui.batch.verb_calls import CALLS
from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import ExitCode, KugetsuError, UsageError, exit_code_of
from kugetsu_tui.domain.frozen import replace

_HELP = frozenset({"-h", "--help"})
_TELL_THEMSELVES = frozenset({"settings", "doctor"})
"""Verbs whose answer says what of the settings was not understood."""


def run_batch(
    argv: Sequence[str],
    *,
    world: Callable[[Mapping[str, str]], World],
    console: Console,
    has_terminal: Callable[[], bool],
) -> int:
    """Do what argv says; without a verb, what each line of stdin says.

    Args:
        argv: the words after `kugetsu`, or after `kugetsu-tui --batch`.
        world: makes the commands, once they are needed, for the settings of this call alone:
            dotted key → value, as typed.
        console: where to write.
        has_terminal: tells whether a person sits at stdin, stdout and stderr.

    Returns:
        The exit code.
    """
    verb, rest = split_verb(argv)
    telling = _telling(world, console)
    if verb is None and sys.stdin.isatty():
        run_verb("help", rest, world=telling, console=console)
        return ExitCode.USAGE
    if verb is not None:
        return run_verb(verb, rest, world=telling, console=console, has_terminal=has_terminal)
    console = _console_for(rest, console)
    try:
        parser_for("help").understand(rest)
    except UsageError as error:
        console.refuse("", error)
        return exit_code_of(error)
    from kugetsu_tui.batch.lines import run_lines  # noqa: PLC0415 - a single verb needs none of it

    def one(words: Sequence[str]) -> int:
        named, others = split_verb(words)
        return run_verb(named or "", ["--json", *rest, *others], world=telling, console=console)

    return run_lines(sys.stdin, one, console=replace(console, is_json=True))


def run_verb(
    verb: str,
    rest: Sequence[str],
    *,
    world: Callable[[str, Mapping[str, str]], World],
    console: Console,
    has_terminal: Callable[[], bool] | None = None,
) -> int:
    """One command, told and judged.

    Args:
        verb: what to do.
        rest: the words beside it.
        world: makes the commands for the verb and the settings of this call alone.
        console: where to write.
        has_terminal: None where the command came from stdin, which nothing else may read then.

    Returns:
        The exit code.
    """
    rest = unjoined(rest)
    console = _console_for(rest, console)
    verb, rest = _help_wanted(verb, rest)
    try:
        if not verb:
            raise UsageError("which verb?", hint="kugetsu help")
        arguments = parser_for(verb).understand(rest)
        arguments.verb = verb
        call = Call(
            arguments, partial(world, verb, dict(arguments.set)), console, terminal=has_terminal
        )
        outcome = CALLS[verb](call)
        if outcome is None:
            return ExitCode.OK
        console.succeed(outcome)
        return exit_code_of(outcome.failure) if outcome.failure else ExitCode.OK
    except KugetsuError as error:
        console.refuse(verb, error)
        return exit_code_of(error)


def _console_for(rest: Sequence[str], console: Console) -> Console:
    """The console as the flags want it, before it is known whether they are understood."""
    options = options_in(rest)
    is_quiet = "-q" in options or "--quiet" in options
    return replace(console, is_json="--json" in options, is_quiet=is_quiet)


def _telling(
    world: Callable[[Mapping[str, str]], World], console: Console
) -> Callable[[str, Mapping[str, str]], World]:
    """The world for a verb; what of the settings was not understood is told once, beside it."""
    told: set[str] = set()

    def made_for(verb: str, settings: Mapping[str, str]) -> World:
        made = world(settings)
        if verb not in _TELL_THEMSELVES:
            for warning in made.warnings:
                if warning not in told:
                    console.warn(warning)
            told.update(made.warnings)
        return made

    return made_for


def _help_wanted(verb: str, rest: Sequence[str]) -> tuple[str, Sequence[str]]:
    """`VERB … --help` is `help VERB`, whatever else is there."""
    options = options_in(rest)
    if verb in _HELP:
        return "help", [word for word in rest if word not in _HELP]
    if verb not in VERBS or _HELP.isdisjoint(options):
        return verb, rest
    return "help", [verb, *(word for word in options if word in EVERYWHERE)]
