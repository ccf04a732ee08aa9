"""What the verbs take that give a session a message."""

from __future__ import annotations

import argparse

from kugetsu_tui.domain.count import parse_count
from kugetsu_tui.domain.moment import parse_limit, parse_span
from kugetsu_tui.domain.run import Engine
from kugetsu_tui.domain.setting import model_complaint

REF = "host/user/repo#14, the issue's URL, or in a checkout 14 or user/repo#14"
"""How any issue is named, in words of help."""
TRACKED = f"{REF}; also a session id"
"""How one that is tracked is."""
_DETACH = "return as soon as opencode has named the session; the run goes on"


def start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help=REF)
    parser.add_argument(
        "message", metavar="MESSAGE", help="what to do; - is stdin, byte for byte, to its end"
    )
    _run(parser, detach=_DETACH)
    parser.add_argument(
        "--replace",
        action="store_true",
        help="start anew where the issue has a session; that one stays in opencode",
    )


def proceed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ref", metavar="REF", help=TRACKED)
    parser.add_argument(
        "message", metavar="MESSAGE", nargs="?", help="what to do next; - is stdin, byte for byte"
    )
    _run(parser, detach=_DETACH)
    behind = parser.add_mutually_exclusive_group()
    behind.add_argument(
        "--wait", action="store_true", help="wait for a run in progress instead of exit 75"
    )
    behind.add_argument(
        "--queue", action="store_true", help="queue it behind a run in progress, come what may"
    )


def tasks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the tasks, one a line; - is stdin")
    parser.add_argument(
        "--jobs",
        type=_count,
        metavar="N",
        help="at most N at once, also where more slots are free",
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="begin the others also where one has failed"
    )
    parser.add_argument(
        "--resume",
        action="store_true",
        help="leave out what was answered before, follow what is still on its way",
    )
    parser.add_argument(
        "--retries",
        type=_count,
        metavar="N",
        default=0,
        help="try a task again, up to N times, where nothing of it has reached the model",
    )
    _run(parser, detach="return as soon as each has begun, or waits in the queue; they go on")


def _span(text: str) -> float:
    seconds = parse_span(text)
    if not seconds:
        raise argparse.ArgumentTypeError(f"{text!r} is no time span above zero: 90s, 5m or 2h")
    return seconds


def _limit(text: str) -> float:
    seconds = parse_limit(text)
    if seconds is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time span: 90s, 5m or 2h, nor none")
    return seconds


def _count(text: str) -> int:
    count = parse_count(text)
    if count is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return count


def _model(text: str) -> str:
    if text and (complaint := model_complaint(text)):
        raise argparse.ArgumentTypeError(complaint)
    return text


def _run(parser: argparse.ArgumentParser, *, detach: str) -> None:
    parser.add_argument(
        "--engine",
        choices=[engine.value for engine in Engine],
        help="how it reaches opencode; else as runs.engine says",
    )
    parser.add_argument(
        "--auto",
        action="store_true",
        help="give it every permission it asks for, without asking anybody",
    )
    parser.add_argument("--detach", action="store_true", help=detach)
    parser.add_argument(
        "--model",
        type=_model,
        metavar="P/M",
        help="provider/model, as `opencode models` lists them",
    )
    parser.add_argument(
        "--agent", metavar="A", help="opencode's agent, as `opencode agent list` lists them"
    )
    parser.add_argument(
        "--start-timeout",
        type=_span,
        metavar="S",
        help="end the run unless opencode has named the session after 90s, 5m …; default 180s",
    )
    parser.add_argument(
        "--idle-timeout",
        type=_limit,
        metavar="S",
        help="end the run after so long without a sign of life; a tool at work is one; none: never",
    )
    parser.add_argument(
        "--timeout",
        type=_limit,
        metavar="S",
        help="end the run after 90s, 5m, 2h … in all; none: never, whatever the settings say",
    )
