"""The processes that see a run through and that keep the server: built, and gone with their end."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from kugetsu_tui.commands.ports import Server
from kugetsu_tui.domain.errors import ExitCode, KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Engine, RunEnd, RunOrder, RunOutcome
from kugetsu_tui.domain.run_event import Ended, EngineReplaced, ServerAwaited
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.runs.alarm import Alarm
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import note
from kugetsu_tui.runs.process_table import look_at
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.refusal import in_words
from kugetsu_tui.runs.turn import Turn
from kugetsu_tui.settings.layers import Layers
from kugetsu_tui.wiring import (
    build_world,
    complain,
    database_of,
    layers_of,
    now,
    runs_of,
    store_of,
)
from kugetsu_tui.wiring.opencode_here import find_program


def supervise(folder: str, lock: int, flags: Mapping[str, str]) -> int:
    """See one run through, in a process of its own; returns its exit code."""
    began, environment, alarm = time.monotonic(), os.environ, Alarm()
    run_folder = RunFolder(Path(folder))
    layers = layers_of(environment, flags)
    try:
        RunQueue(run_folder.path.parent / "queue").leave(RunId(run_folder.path.name))
        turn = _turn(run_folder, alarm, layers, flags, began)
    except (KugetsuError, OSError, ValueError) as error:
        _give_up(run_folder, _words_of(error))
    else:
        _see_through(run_folder, lock, turn, run_folder.read().order, alarm, began)
    _clear_away(run_folder, layers, flags)
    return ExitCode.OK


def _give_up(folder: RunFolder, reason: str) -> None:
    """End a run for which nobody could be asked for anything, as far as that can be noted."""
    end = RunEnd(outcome=RunOutcome.FAILED, at=now(), reason=reason)
    try:
        note(folder, Ended(end))
        _settle(folder.read().order, None, end)
    except (KugetsuError, OSError, ValueError) as error:
        complain(f"{reason}; the record is behind: {_words_of(error)}")


def _words_of(error: KugetsuError | OSError | ValueError) -> str:
    if isinstance(error, KugetsuError):
        return f"{error.message} ({error.hint})" if error.hint else error.message
    return in_words(error) if isinstance(error, OSError) else str(error)


def _see_through(
    folder: RunFolder, lock: int, turn: Turn, order: RunOrder, alarm: Alarm, began: float
) -> None:
    from kugetsu_tui.runs.supervisor import Pace
    from kugetsu_tui.runs.supervisor import supervise as see_through

    see_through(
        folder,
        lock,
        turn,
        alarm=alarm,
        signs=database_of(os.environ),
        settle=partial(_settle, order),
        began=began,
        pace=Pace(linger=math.inf) if order.engine is Engine.SERVER else Pace(),
    )


def _settle(order: RunOrder, session_id: SessionId | None, end: RunEnd | None) -> None:
    from kugetsu_tui.commands.settle_run import SettleRun

    SettleRun(store=store_of(os.environ, complain), clock=now)(order, session_id, end)


def _clear_away(folder: RunFolder, layers: Layers, flags: Mapping[str, str]) -> None:
    """Erase the oldest runs of the run's issue, where it has more than are to be kept."""
    try:
        if (issue_ref := folder.read().order.issue_ref) is not None:
            settings, _ = layers.load()
            runs_of(layers, os.environ, flags).forget(issue_ref, keep=settings.keep)
    except (KugetsuError, OSError, ValueError) as error:
        complain(_words_of(error))


def _turn(
    folder: RunFolder, alarm: Alarm, layers: Layers, flags: Mapping[str, str], began: float
) -> Turn:
    """By the engine that the run was ordered with; one that was left open is settled here."""
    environment, facts = os.environ, folder.read()
    order = facts.order
    if order.engine is Engine.RUN:
        return _child_turn(folder, order, alarm, layers)
    from kugetsu_tui.wiring.servers import server_of

    server = server_of(layers, environment, flags, order.run_id)
    if order.engine is Engine.AUTO:
        facts = replace(facts, supervisor=look_at(os.getpid()))
        folder.write(facts)  # whoever wants the run ended finds out whom to ask
        order = replace(order, engine=_engine_here(server, folder, order, alarm, began))
        folder.write(replace(facts, order=order))
        if order.engine is Engine.RUN:
            return _child_turn(folder, order, alarm, layers)
    return _server_turn(folder, order, server, alarm)


def _engine_here(
    server: Server, folder: RunFolder, order: RunOrder, alarm: Alarm, began: float
) -> Engine:
    """The server's, where there is one: nothing has been sent to anybody yet.

    A run that has to end before that is known starts no opencode of its own any more.
    """
    limit = min(order.start_timeout, math.inf if order.timeout is None else order.timeout)
    try:
        for told in server.attempts():
            if isinstance(told, ServerAwaited):
                note(folder, told)
            if alarm.is_rung or time.monotonic() - began > limit:
                break
    except KugetsuError as error:
        note(folder, EngineReplaced(error.message))
        return Engine.RUN
    return Engine.SERVER


def _server_turn(folder: RunFolder, order: RunOrder, server: Server, alarm: Alarm) -> Turn:
    from kugetsu_tui.opencode.server.turn import ServerTurn

    return ServerTurn(
        server,
        order,
        None if order.is_sent else folder.prompt(),
        turns=database_of(os.environ),
        is_wanted=lambda: not alarm.is_rung,
    )


def _child_turn(folder: RunFolder, order: RunOrder, alarm: Alarm, layers: Layers) -> Turn:
    """What is not needed to start opencode is loaded while opencode starts."""
    from kugetsu_tui.opencode.run_command import run_command
    from kugetsu_tui.runs.child import start_opencode

    environment = os.environ
    program = find_program(layers.load()[0], environment)
    opencode = start_opencode(folder, run_command(program, order, environment), alarm)

    from kugetsu_tui.opencode.event_lines import events_of_line
    from kugetsu_tui.opencode.log_lines import events_of_log_line, last_words_of
    from kugetsu_tui.runs.child_turn import ChildTurn
    from kugetsu_tui.runs.hearing import Understanding

    return ChildTurn(
        opencode,
        Understanding(
            read_output=events_of_line, read_log=events_of_log_line, read_words=last_words_of
        ),
        run_id=order.run_id,
    )


def usher(lock: int, flags: Mapping[str, str]) -> int:
    """Call the runs of the store that wait, in a process of its own, until none does."""
    from kugetsu_tui.commands.admit_run import AdmitRun
    from kugetsu_tui.runs.usher import Usher

    world, layers = build_world(complain, flags), layers_of(os.environ, flags)
    runs = runs_of(layers, os.environ, flags)
    Usher(runs.admission, runs.supervisor, AdmitRun.of(world)).work_off(lock)
    return ExitCode.OK


def keep_server(folder: str, flags: Mapping[str, str]) -> int:
    """Keep the server of a store, in a process of its own that inherited the folder's lock."""
    from kugetsu_tui.runs.server.folder import ServerFolder
    from kugetsu_tui.runs.server.keeper import keep_server as keep
    from kugetsu_tui.wiring.servers import serving_of

    environment = os.environ
    layers = layers_of(environment, flags)
    keep(
        ServerFolder(Path(folder)),
        serving_of(layers, environment),
        idle_timeout=lambda: layers.load()[0].server_idle_timeout,
    )
    return ExitCode.OK
