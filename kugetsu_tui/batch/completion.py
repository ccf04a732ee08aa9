"""Completion in bash, zsh and fish: the scripts, and the answers to what they ask.

Loaded only where a shell asks: argcomplete costs more than `list` may take in all.
"""

from __future__ import annotations

import argparse
import io
import os
from collections.abc import Callable, Iterable, Sequence

import argcomplete
from argcomplete.completers import BaseCompleter, DirectoriesCompleter
from argcomplete.shell_integration import shellcode

from kugetsu_tui.batch.arguments import add_arguments
from kugetsu_tui.batch.parser import EVERYWHERE
from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.bindings import CHOOSABLE
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.domain.settings import SETTINGS

PROGRAMS = ("kugetsu", "kugetsu-tui")
_SHELL = 8
"""The descriptor on which argcomplete's scripts listen."""
_NUMBER_SIGN = "\ue000"
"""Stands for `#` while argcomplete looks, which takes it for a comment even inside a word."""


def completion_script(shell: str) -> str:
    """What the shell has to evaluate, once in each of its lives, to complete both programs."""
    return shellcode(PROGRAMS, shell=shell)


def answer_shell(program: str, refs: Callable[[], Iterable[str]]) -> None:
    """Tell the shell that asked (`_ARGCOMPLETE`) how its line may go on.

    Where what it asks for cannot be had, it is told nothing and may complete file names.

    Args:
        program: of which the line is.
        refs: the issues that are tracked; asked for only where one may follow.
    """
    line = os.environ["COMP_LINE"]
    os.environ["COMP_LINE"] = line.replace("#", _NUMBER_SIGN)
    is_screen = program == "kugetsu-tui" and "--batch" not in line.split()
    offers = io.StringIO()
    argcomplete.autocomplete(
        _screen_parser() if is_screen else _verbs_parser(),
        always_complete_options=False,
        default_completer=_Candidates(refs),
        output_stream=offers,
        exit_method=lambda _: None,
    )
    with os.fdopen(_SHELL, "w") as shell:
        shell.write(offers.getvalue().replace(_NUMBER_SIGN, "#"))


class _Candidates(BaseCompleter):
    """What may stand for an argument, by its name."""

    def __init__(self, refs: Callable[[], Iterable[str]]) -> None:
        self._refs = refs

    def __call__(self, *, prefix: str, action: argparse.Action, **_: object) -> Sequence[str]:
        match action.dest:
            case "ref" | "refs":
                return self._shown_refs()
            case "scope":
                return [*self._shown_refs(), *_directories(prefix)]
            case "dir":
                return _directories(prefix)
            case "state":
                return list(SessionState)
            case "key":
                return [*SETTINGS, *CHOOSABLE]
            case "about":
                return list(VERBS)
            case _:
                return ()

    def _shown_refs(self) -> Sequence[str]:
        """What a terminal may be shown: the shell prints it as it is."""
        return [ref.replace("#", _NUMBER_SIGN) for ref in self._refs() if ref.isprintable()]


def _directories(prefix: str) -> Sequence[str]:
    return list(DirectoriesCompleter()(prefix))


def _screen_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kugetsu-tui")
    parser.add_argument("--batch", action="store_true", help="headless")
    parser.add_argument("--demo", action="store_true", help="on a throw-away world")
    parser.add_argument("--version", action="store_true", help="which version this is")
    parser.add_argument("scope", nargs="?")
    return parser


def _verbs_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kugetsu")
    parser.add_argument("--batch", action="store_true", help=argparse.SUPPRESS)
    for flag in EVERYWHERE:
        parser.add_argument(flag, action="store_true")
    verbs = parser.add_subparsers(metavar="VERB")
    for name, verb in VERBS.items():
        add_arguments(name, verbs.add_parser(name, help=verb.summary, allow_abbrev=False))
    return parser
