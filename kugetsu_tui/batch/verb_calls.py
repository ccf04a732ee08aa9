"""What each verb does with its arguments: request in, outcome out.

A verb's modules are loaded when it is called: `list` has no time for the others'.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from shlex import quote

from kugetsu_tui.batch.arguments import parser_for
from kugetsu_tui.batch.console import Console
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.report.report import Outcome


@frozen
class Call:
    """One verb as it was called."""

    arguments: argparse.Namespace
    world: Callable[[], World]
    """Builds it, once it is needed."""
    console: Console
    has_terminal: Callable[[], bool]

    def message(self, text: str) -> str:
        """The message as it was typed, or stdin's where it is `-`; read for nothing else."""
        if text != "-":
            return text
        return sys.stdin.buffer.read().decode(errors="surrogateescape")


def _init(call: Call) -> Outcome:
    from kugetsu_tui.commands.init_base import InitBase, InitRequest

    asked = call.arguments
    message = call.message(asked.message) if asked.message is not None else None
    if message is not None:
        call.console.say("opencode answers the first message…")
    request = InitRequest(
        force=asked.force, message=message, adopt=asked.adopt, directory=asked.dir
    )
    return InitBase.of(call.world())(request)


def _start(call: Call) -> Outcome:
    from kugetsu_tui.batch.ctrl_c import HeldCtrlC
    from kugetsu_tui.batch.follow import followed, options
    from kugetsu_tui.commands.start_issue import StartIssue, StartRequest

    asked, world = call.arguments, call.world()
    request = StartRequest(
        ref=asked.ref,
        message=call.message(asked.message),
        options=options(asked, world.settings),
        replace=asked.replace,
    )
    with HeldCtrlC() as ctrl_c:
        launched = StartIssue.of(world)(request)
        return followed(
            launched, world, call.console, ctrl_c, detach=asked.detach, debug=asked.debug
        )


def _continue(call: Call) -> Outcome:
    from kugetsu_tui.batch.ctrl_c import HeldCtrlC
    from kugetsu_tui.batch.follow import followed, options, waiting
    from kugetsu_tui.commands.continue_session import ContinueRequest, ContinueSession

    asked = call.arguments
    if asked.message is None:
        if call.has_terminal():
            return _resume(call)
        raise UsageError(
            "continue: no message, and no terminal to open the session on",
            hint=f"kugetsu continue {quote(asked.ref)} MESSAGE, or - to read stdin",
        )
    world = call.world()
    request = ContinueRequest(
        ref=asked.ref,
        message=call.message(asked.message),
        options=options(asked, world.settings),
    )
    with HeldCtrlC() as ctrl_c:
        wait = waiting(call.console, ctrl_c) if asked.wait else None
        launched = ContinueSession.of(world)(request, wait=wait)
        return followed(
            launched, world, call.console, ctrl_c, detach=asked.detach, debug=asked.debug
        )


def _resume(call: Call) -> Outcome:
    from kugetsu_tui.commands.resume_session import ResumeSession

    return ResumeSession.of(call.world())(call.arguments.ref)


def _list(call: Call) -> Outcome:
    from kugetsu_tui.commands.list_sessions import ListRequest, ListSessions

    asked = call.arguments
    return ListSessions.of(call.world())(
        ListRequest(state=asked.state, repo=asked.repo, since=asked.since, untracked=asked.all)
    )


def _show(call: Call) -> Outcome:
    from kugetsu_tui.commands.show_session import ShowSession

    return ShowSession.of(call.world())(call.arguments.ref)


def _log(call: Call) -> Outcome | None:
    from kugetsu_tui.batch.follow import print_events
    from kugetsu_tui.commands.read_log import LogShown, ReadLog

    log = ReadLog.of(call.world())
    run_id = log.run_of(call.arguments.ref)
    if call.arguments.follow:
        print_events(log(run_id, follow=True), call.console)
        return None
    errors = log.errors(run_id) if call.arguments.debug else ""
    return LogShown(run_id=run_id, events=tuple(log(run_id)), errors=errors)


def _stop(call: Call) -> Outcome:
    from kugetsu_tui.commands.stop_runs import StopRequest, StopRuns

    asked = call.arguments
    return StopRuns.of(call.world())(StopRequest(tuple(asked.refs), is_all=asked.all))


def _prune(call: Call) -> Outcome:
    from kugetsu_tui.commands.prune_orphans import PruneOrphans

    return PruneOrphans.of(call.world())(force=call.arguments.force)


def _destroy(call: Call) -> Outcome:
    from kugetsu_tui.commands.destroy_session import DestroyRequest, DestroySession

    asked = call.arguments
    request = DestroyRequest(
        refs=tuple(asked.refs), is_base=asked.base, purge=asked.purge, force=asked.force
    )
    destroy = DestroySession.of(call.world())
    names = ", ".join(doomed.label for doomed in destroy.plan(request))
    if not asked.yes:
        fate = "deleted for good" if asked.purge else "kept in opencode"
        _confirm(call, f"Untrack {names}? The conversation is {fate}.")
    return destroy(request)


def _confirm(call: Call, question: str) -> None:
    if not call.has_terminal():
        raise UsageError(
            f"{call.arguments.verb}: asks first, and there is no terminal", hint="add -y"
        )
    call.console.ask(f"{question} [y/N]")
    if sys.stdin.readline().strip().casefold() not in {"y", "yes"}:
        raise UsageError(f"{call.arguments.verb}: not confirmed, nothing was changed")


def _adopt(call: Call) -> Outcome:
    from kugetsu_tui.commands.adopt_session import AdoptRequest, AdoptSession

    return AdoptSession.of(call.world())(AdoptRequest(call.arguments.ref, call.arguments.session))


def _undo(call: Call) -> Outcome:
    from kugetsu_tui.commands.undo_removal import UndoRemoval

    return UndoRemoval.of(call.world())(call.arguments.ref)


def _trash(call: Call) -> Outcome:
    from kugetsu_tui.commands.undo_removal import UndoRemoval

    return UndoRemoval.of(call.world()).trash()


def _watch(call: Call) -> None:
    from kugetsu_tui.batch.follow import print_boards
    from kugetsu_tui.commands.watch_board import WatchBoard

    print_boards(WatchBoard.of(call.world()), call.console, untracked=call.arguments.all)


def _doctor(call: Call) -> Outcome:
    from kugetsu_tui.commands.examine_health import ExamineHealth

    return ExamineHealth.of(call.world())()


def _settings(call: Call) -> Outcome:
    from kugetsu_tui.commands.change_settings import ChangeSettings

    return ChangeSettings.of(call.world())(call.arguments.key, call.arguments.value)


def _completion(call: Call) -> None:
    from kugetsu_tui.batch.completion import completion_script

    call.console.raw(completion_script(call.arguments.shell))


def _help(call: Call) -> None:
    from kugetsu_tui.batch.help_page import help_page

    about = call.arguments.about
    call.console.raw(parser_for(about).format_help() if about else help_page())


CALLS: Mapping[str, Callable[[Call], Outcome | None]] = {
    "init": _init,
    "start": _start,
    "continue": _continue,
    "resume": _resume,
    "list": _list,
    "show": _show,
    "log": _log,
    "stop": _stop,
    "prune": _prune,
    "destroy": _destroy,
    "adopt": _adopt,
    "undo": _undo,
    "trash": _trash,
    "watch": _watch,
    "doctor": _doctor,
    "settings": _settings,
    "completion": _completion,
    "help": _help,
}
