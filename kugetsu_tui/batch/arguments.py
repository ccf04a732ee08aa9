"""argv, understood: one parser a verb, built only for the verb that was asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.issue_ref import COMMENT_HINT
from kugetsu_tui.domain.moment import parse_span

EVERYWHERE = ("--json", "--debug", "-q", "--quiet")
"""Flags that every verb takes, also in front of it."""


class VerbParser(argparse.ArgumentParser):
    """A parser whose complaints are refusals like any other."""

    def error(self, message: str) -> NoReturn:
        hint = f"{self.prog} --help"
        if "required: REF" in message:
            hint = f"{hint}; {COMMENT_HINT}"
        elif "unrecognized arguments" in message:
            hint = f"{hint}; put quotes around a message, and -- before one that begins with a dash"
        raise UsageError(f"{self.prog.partition(' ')[2] or self.prog}: {message}", hint=hint)


class _Page(argparse.RawDescriptionHelpFormatter):
    """Help of a fixed width: a parser asks how wide the page is at every argument it is given."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=100)


def parser_for(verb: str) -> VerbParser:
    """The parser of one verb.

    Raises:
        UsageError: there is no such verb.
    """
    if verb not in VERBS:
        raise UsageError(f"{verb}: no such verb", hint="kugetsu help")
    described = VERBS[verb]
    made = VerbParser(
        prog=f"kugetsu {verb}",
        usage=f"kugetsu {verb} {described.usage} [--json] [--debug] [-q]".replace("  ", " "),
        description=described.summary,
        epilog=f"example: {described.example}",
        formatter_class=_Page,
        allow_abbrev=False,
    )
    add_arguments(verb, made)
    return made


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """Give the parser what the verb takes."""
    _ARGUMENTS[verb](parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument("--debug", action="store_true", help="opencode's own log on stderr")
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress on stderr")


def split_verb(argv: Sequence[str]) -> tuple[str, list[str]]:
    """The verb and everything else, flags in front of it included."""
    flags: list[str] = []
    for position, word in enumerate(argv):
        if word not in EVERYWHERE:
            return word, [*flags, *argv[position + 1 :]]
        flags.append(word)
    return "", flags


def _span(text: str) -> float:
    seconds = parse_span(text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time span: 90s, 5m or 2h")
    return seconds


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--detach", action="store_true", help="return when opencode has named the session"
    )
    parser.add_argument("--model", metavar="P/M", help="provider/model")
    parser.add_argument("--agent", metavar="A", help="opencode's agent")
    parser.add_argument(
        "--start-timeout",
        type=_span,
        metavar="S",
        help="until opencode must have named the session",
    )
    parser.add_argument(
        "--idle-timeout", type=_span, metavar="S", help="without a sign of life, then end the run"
    )
    parser.add_argument("--timeout", type=_span, metavar="S", help="in all, then end the run")


def _init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="put another in its place")
    parser.add_argument("--message", metavar="TEXT", help="first message; '-' reads stdin")
    parser.add_argument("--adopt", metavar="SESSION", help="a session that opencode has")
    parser.add_argument("--dir", metavar="DIR", help="where it works; else the current directory")


def _start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help="host/user/repo#14, or the issue's URL")
    parser.add_argument("message", metavar="MESSAGE", help="what to do; '-' reads stdin")
    _run(parser)
    parser.add_argument("--replace", action="store_true", help="also where it has a session")


def _continue(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help="the issue")
    parser.add_argument("message", metavar="MESSAGE", nargs="?", help="'-' reads stdin")
    _run(parser)
    parser.add_argument("--wait", action="store_true", help="wait for a run in progress")


def _one_ref(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help="the issue, or its session id")


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", metavar="S", help="only in this state")
    parser.add_argument("--repo", metavar="R", help="only references that contain this")
    parser.add_argument("--since", metavar="2d", help="only with activity since")
    parser.add_argument("--all", action="store_true", help="also sessions nobody tracks")


def _log(parser: argparse.ArgumentParser) -> None:
    _one_ref(parser)
    parser.add_argument("-f", "--follow", action="store_true", help="until the run has ended")


def _stop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("refs", metavar="REF", nargs="*", help="the issues")
    parser.add_argument("--all", action="store_true", help="every run")


def _prune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="do it; else only the plan is shown")


def _destroy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("refs", metavar="REF", nargs="*", help="the issues")
    parser.add_argument("--base", action="store_true", help="the base session instead")
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    parser.add_argument("--purge", action="store_true", help="also delete the conversation")
    parser.add_argument("--force", action="store_true", help="stop what is running first")


def _adopt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help="the issue")
    parser.add_argument("session", metavar="SESSION", help="ses_…")


def _undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", nargs="?", help="the issue; else the last removal")


def _watch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help="also sessions nobody tracks")


def _settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", nargs="?")
    parser.add_argument("value", metavar="VALUE", nargs="?", help="empty: as if never chosen")
    parser.add_argument("--example", action="store_true", help="print a file with all of them")


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"))


def _help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("about", metavar="VERB", nargs="?")


def _nothing(parser: argparse.ArgumentParser) -> None:
    """The verb takes no arguments of its own."""


_ARGUMENTS: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "init": _init,
    "start": _start,
    "continue": _continue,
    "resume": _one_ref,
    "list": _list,
    "show": _one_ref,
    "log": _log,
    "stop": _stop,
    "prune": _prune,
    "destroy": _destroy,
    "adopt": _adopt,
    "undo": _undo,
    "trash": _nothing,
    "watch": _watch,
    "doctor": _nothing,
    "settings": _settings,
    "completion": _completion,
    "help": _help,
}
