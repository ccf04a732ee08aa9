"""What each verb takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from kugetsu_tui.batch.run_arguments import REF, TRACKED, proceed, start, tasks
from kugetsu_tui.domain.ask import Reply
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.domain.settings import setting_typed
from kugetsu_tui.domain.view import Kinds, Order


def add_arguments(verb: str, parser: argparse.ArgumentParser) -> None:
    """Give the parser what the verb takes."""
    _ARGUMENTS[verb](parser)
    parser.add_argument("--json", action="store_true", help="one JSON envelope on stdout")
    parser.add_argument("--debug", action="store_true", help="opencode's own log on stderr")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="no progress on stderr; warnings and errors stay"
    )
    parser.add_argument(
        "--set", type=setting_typed, action="append", default=[], help=argparse.SUPPRESS
    )


def _init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--force", action="store_true", help="put another base in the place of the one there is"
    )
    parser.add_argument(
        "--message", metavar="TEXT", help="the first message, for opencode to answer; - is stdin"
    )
    parser.add_argument(
        "--adopt", metavar="SESSION", help="a session that opencode has already: ses_…"
    )
    parser.add_argument(
        "--dir", metavar="DIR", help="where it works; without it, the current directory"
    )


def _one_ref(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help=TRACKED)


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--state", metavar="S", help="only in this state: " + ", ".join(SessionState)
    )
    parser.add_argument("--repo", metavar="R", help="only references that contain this text")
    parser.add_argument(
        "--since", metavar="2d", help="only with activity in the last 90s, 5m, 2h, 2d …"
    )
    _narrow(parser)


def _log(parser: argparse.ArgumentParser) -> None:
    _one_ref(parser)
    parser.add_argument(
        "-f", "--follow", action="store_true", help="go on as it comes, until the run has ended"
    )
    parser.add_argument("--run", metavar="RUN", help="not the latest; `show` names them")


def _transcript(parser: argparse.ArgumentParser) -> None:
    _one_ref(parser)
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="json: one envelope a line, a message each",
    )


def _diff(parser: argparse.ArgumentParser) -> None:
    _one_ref(parser)
    parser.add_argument(
        "--git", action="store_true", help="what git has uncommitted of these files instead"
    )


def _answer(parser: argparse.ArgumentParser) -> None:
    _one_ref(parser)
    parser.add_argument(
        "reply",
        metavar="once|always|reject",
        nargs="?",
        choices=[reply.value for reply in Reply],
        help="to a permission; reject also leaves a question unanswered",
    )
    parser.add_argument("--message", metavar="TEXT", default="", help="tell the model why not")
    parser.add_argument(
        "--choice",
        metavar="TEXT",
        action="append",
        default=[],
        help="an answer to a question; once for each, in their order; 'ONE,TWO' where several"
        " may be chosen",
    )
    parser.add_argument("--ask", metavar="ID", help="only this one, as --json names it")


def _stop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("refs", metavar="REF", nargs="*", help=f"one or more: {TRACKED}")
    parser.add_argument("--all", action="store_true", help="every run there is")
    parser.add_argument(
        "--queued", action="store_true", help="only what waits for its turn; what runs goes on"
    )


def _prune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--force", action="store_true", help="do it; else the plan is shown")


def _forget(parser: argparse.ArgumentParser) -> None:
    _one_ref(parser)
    parser.add_argument(
        "-y", "--yes", action="store_true", help="do not ask; needed where there is no terminal"
    )


def _destroy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("refs", metavar="REF", nargs="*", help=f"one or more: {TRACKED}")
    parser.add_argument("--base", action="store_true", help="the base session instead")
    parser.add_argument(
        "-y", "--yes", action="store_true", help="do not ask; needed where there is no terminal"
    )
    parser.add_argument(
        "--purge", action="store_true", help="delete the conversation in opencode too, for good"
    )
    parser.add_argument(
        "--force", action="store_true", help="stop what is running first, instead of exit 75"
    )


def _adopt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help=REF)
    parser.add_argument(
        "session", metavar="SESSION", help="ses_…, as `kugetsu list --all` shows it"
    )


def _undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "ref", metavar="REF", nargs="?", help="what `kugetsu trash` names; else the last removal"
    )


def _narrow(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--filter",
        metavar="EXPR",
        help='only what passes: words, "a phrase", -word, state:failed, repo:kugetsu, is:unseen,'
        " since:2d, model:sonnet, dir:src; or /words, found inside transcripts",
    )
    parser.add_argument(
        "--order",
        metavar="O",
        choices=[order.value for order in Order],
        help="sorted by " + ", ".join(Order),
    )
    parser.add_argument(
        "--kind", metavar="K", choices=[kinds.value for kinds in Kinds], help=", ".join(Kinds)
    )
    parser.add_argument(
        "--all", action="store_true", help="also opencode's sessions that nobody tracks"
    )


def _doctor(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--fix",
        action="store_true",
        help="mend what needs no guess and can be taken back, asking for each",
    )
    parser.add_argument(
        "-y", "--yes", action="store_true", help="with --fix: all of it, without asking"
    )
    what.add_argument(
        "--restore",
        action="store_true",
        help="bring back the last good index; a damaged one is kept beside it",
    )
    what.add_argument(
        "--rebuild",
        action="store_true",
        help="find lost entries of the index again, from records and from opencode's sessions",
    )
    parser.add_argument(
        "--force", action="store_true", help="with --rebuild: track them, too; else they are shown"
    )


def _server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        choices=("status", "stop", "restart"),
        default="status",
        help="status, which is also what nothing means, stop or restart",
    )
    parser.add_argument(
        "--force", action="store_true", help="stop it also where runs are lost by that"
    )


def _watch(parser: argparse.ArgumentParser) -> None:
    _narrow(parser)


def _settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "key",
        metavar="KEY",
        nargs="?",
        help="show this one; keys.<verb> moves a key of the screen",
    )
    parser.add_argument(
        "value", metavar="VALUE", nargs="?", help="set it; '' takes the choice back"
    )
    parser.add_argument("--example", action="store_true", help="print a file with all of them")


def _ssh(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", metavar="setup", choices=("setup",), help="the only thing to do")
    parser.add_argument(
        "user", metavar="USER", nargs="?", default="kugetsu", help="made where missing; kugetsu"
    )
    parser.add_argument(
        "--key", metavar="FILE", action="append", default=[], help="a .pub file; '-' reads stdin"
    )
    parser.add_argument("--port", metavar="N", type=int, help="one more to listen on")
    parser.add_argument("--sudo", action="store_true", help="root's rights without a password")
    parser.add_argument(
        "--keep-others", action="store_true", help="the rules bind USER, others log in as before"
    )
    parser.add_argument(
        "--root", metavar="DIR", help="the system in that folder; nothing is started"
    )
    parser.add_argument("--apply", action="store_true", help="do it; else only the plan is shown")


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "shell", metavar="SHELL", choices=("bash", "zsh", "fish"), help="bash, zsh or fish"
    )


def _help(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("about", metavar="VERB", nargs="?", help="the verb; else all of them")


def _nothing(parser: argparse.ArgumentParser) -> None:
    """The verb takes no arguments of its own."""


_ARGUMENTS: Mapping[str, Callable[[argparse.ArgumentParser], None]] = {
    "init": _init,
    "start": start,
    "continue": proceed,
    "run": tasks,
    "resume": _one_ref,
    "list": _list,
    "show": _one_ref,
    "browse": _one_ref,
    "log": _log,
    "transcript": _transcript,
    "diff": _diff,
    "answer": _answer,
    "stop": _stop,
    "prune": _prune,
    "destroy": _destroy,
    "forget": _forget,
    "adopt": _adopt,
    "undo": _undo,
    "trash": _nothing,
    "watch": _watch,
    "doctor": _doctor,
    "server": _server,
    "settings": _settings,
    "ssh": _ssh,
    "completion": _completion,
    "man": _nothing,
    "skill": _nothing,
    "help": _help,
}
