"""Verbs that only look."""

from __future__ import annotations

from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.commands.narrow_board import NarrowBoard, Narrowing, narrowing_of
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.report.report import Outcome


def list_(call: Call) -> Outcome:
    from kugetsu_tui.commands.list_sessions import ListRequest, ListSessions

    asked, wanted = call.arguments, _narrowing(call)
    return ListSessions.of(call.world())(
        ListRequest(
            state=asked.state,
            repo=asked.repo,
            since=asked.since,
            narrowing=wanted,
            figures=asked.json or wanted.order is not None,
        )
    )


def _narrowing(call: Call) -> Narrowing:
    asked = call.arguments
    return narrowing_of(asked.filter, order=asked.order, kind=asked.kind, untracked=asked.all)


def show(call: Call) -> Outcome:
    from kugetsu_tui.commands.show_session import ShowSession

    return ShowSession.of(call.world())(call.arguments.ref)


def browse(call: Call) -> Outcome:
    from kugetsu_tui.commands.browse_issue import BrowseIssue

    return BrowseIssue.of(call.world())(call.arguments.ref)


def log(call: Call) -> Outcome | None:
    from kugetsu_tui.batch.follow import print_events
    from kugetsu_tui.commands.live_text import without_pieces
    from kugetsu_tui.commands.read_log import LogShown, ReadLog

    log = ReadLog.of(call.world())
    run_id = log.run_of(call.arguments.ref, call.arguments.run)
    if call.arguments.follow and not call.is_line:
        events = log(run_id, follow=True, is_wanted=call.console.require_reader)
        print_events(events, call.console)
        if call.arguments.debug:
            call.console.say(log.errors(run_id))
        return None
    heard = tuple(without_pieces(log(run_id, follow=call.arguments.follow)))
    errors = log.errors(run_id) if call.arguments.debug else ""
    return LogShown(run_id=run_id, events=heard, errors=errors)


def transcript(call: Call) -> Outcome | None:
    from kugetsu_tui.batch.follow import print_turns
    from kugetsu_tui.commands.read_transcript import ReadTranscript, Transcript

    read = ReadTranscript.of(call.world())
    key, session_id = read.session_of(call.arguments.ref)
    if not call.console.is_json:
        print_turns(read.nested(session_id), call.console, form=call.arguments.format)
        return None
    return Transcript(issue_ref=key, session_id=session_id, turns=tuple(read.nested(session_id)))


def diff(call: Call) -> Outcome:
    from kugetsu_tui.commands.read_changes import ReadChanges

    return ReadChanges.of(call.world())(call.arguments.ref, git=call.arguments.git)


def watch(call: Call) -> None:
    if call.is_line:
        raise UsageError(
            "watch: it never ends, so no line behind it would be reached",
            hint="kugetsu watch --json, as a program of its own",
        )
    from kugetsu_tui.batch.follow import print_boards
    from kugetsu_tui.commands.watch_board import WatchBoard

    wanted, world = _narrowing(call), call.world()
    print_boards(WatchBoard.of(world), NarrowBoard.of(world), call.console, wanted)
