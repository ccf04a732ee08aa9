"""Runs and boards, followed on a terminal or in a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from signal import SIGINT

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.ctrl_c import HeldCtrlC
from kugetsu_tui.batch.live import Live
from kugetsu_tui.batch.progress import Progress
from kugetsu_tui.commands.follow_run import Answered, FollowRun
from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.list_sessions import Listed
from kugetsu_tui.commands.narrow_board import NarrowBoard, Narrowing
from kugetsu_tui.commands.read_log import ReadLog, event_words, spell_event
from kugetsu_tui.commands.transcript_words import spell_turn, turn_markdown, turn_text
from kugetsu_tui.commands.watch_board import WatchBoard
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import EndedBySignalError, KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run_event import Journalled, Said, Saying
from kugetsu_tui.domain.transcript import Turn
from kugetsu_tui.report import envelope
from kugetsu_tui.report.report import Report


def followed(
    launched: Launched,
    world: World,
    console: Console,
    ctrl_c: HeldCtrlC,
    *,
    detach: bool,
    debug: bool,
) -> Answered:
    """Watch the run, to its end or until the session has its name; ctrl+c stops it.

    Raises:
        EndedBySignalError: it was stopped so.
        KugetsuError: ctrl+c could not stop it.
    """
    progress = Progress(console, launched.issue_ref)
    try:
        ctrl_c.let_through()
        console.say(launched.report().headline)
        for warning in launched.warnings:
            console.warn(warning)
        answered = FollowRun.of(world)(
            launched,
            show=progress,
            meanwhile=console.require_reader,
            until_named=detach,
        )
    except KeyboardInterrupt:
        world.runs.stop(launched.run_id)
        raise EndedBySignalError(
            f"{launched.issue_ref}: stopped", signal=SIGINT, hint="kugetsu list"
        ) from None
    if debug:
        console.say(ReadLog.of(world).errors(launched.run_id))
    return replace(answered, is_told=progress.has_shown(answered.answer))


def print_events(events: Iterable[Journalled], console: Console) -> None:
    """Each event as it comes: a line of words, or an envelope."""
    live = Live(console)
    for journalled in events:
        if console.is_json:
            console.json_line(envelope.streamed("log", spell_event(journalled)))
            continue
        match event := journalled.event:
            case Saying(text=text):
                live.piece(text)
            case Said(text=text) if live.block(text):
                pass
            case _:
                live.interrupt()
                console.words(Report(headline=event_words(event)))


def print_turns(turns: Iterable[tuple[int, Turn]], console: Console, *, form: str) -> None:
    """A transcript as it is read, message by message; `form` is text, markdown or json."""
    for depth, turn in turns:
        if form == "json":
            console.json_line(envelope.streamed("transcript", spell_turn(turn, depth)))
        else:
            spell = turn_markdown if form == "markdown" else turn_text
            console.words(Report(body=spell(turn, depth)))


def print_boards(
    watch: WatchBoard, narrow: NarrowBoard, console: Console, wanted: Narrowing
) -> None:
    """What is wanted of the board at each change, until somebody ends it."""
    looks = watch(console.pause, untracked=wanted.untracked, children=wanted.view.has_children)
    for board in looks:
        if isinstance(board, KugetsuError):
            console.refuse("watch", board)
            continue
        narrowed = narrow(board, wanted)
        is_some = len(narrowed.board.rows) < len(board.rows)
        listed = Listed(narrowed.board, narrowed.lines, is_some=is_some)
        if console.is_json:
            console.json_line(envelope.streamed("watch", listed.data()))
        else:
            console.words(listed.report())
            console.raw("")
