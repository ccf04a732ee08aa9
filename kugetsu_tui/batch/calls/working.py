"""Verbs that set work going, and end it."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

from kugetsu_tui.batch.calls.call import Call
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Outcome


def init(call: Call) -> Outcome:
    from kugetsu_tui.commands.init_base import InitBase, InitRequest

    asked = call.arguments
    message = call.message(asked.message) if asked.message is not None else None
    request = InitRequest(
        force=asked.force, message=message, adopt=asked.adopt, directory=asked.dir
    )
    return InitBase.of(call.world())(request, tell=call.console.say)


def start(call: Call) -> Outcome:
    from kugetsu_tui.batch.asked_run import options
    from kugetsu_tui.batch.ctrl_c import HeldCtrlC
    from kugetsu_tui.commands.start_issue import StartIssue, StartRequest

    asked, world = call.arguments, call.world()
    request = StartRequest(
        ref=asked.ref,
        message=call.message(asked.message),
        options=options(asked),
        replace=asked.replace,
    )
    with HeldCtrlC() as ctrl_c:
        launched = StartIssue.of(world)(request)
        from kugetsu_tui.batch.follow import followed  # loaded while the run begins

        return followed(
            launched, world, call.console, ctrl_c, detach=asked.detach, debug=asked.debug
        )


def proceed(call: Call) -> Outcome:
    from kugetsu_tui.batch.asked_run import options, waiting
    from kugetsu_tui.batch.ctrl_c import HeldCtrlC
    from kugetsu_tui.commands.continue_session import ContinueRequest, ContinueSession

    asked = call.arguments
    if asked.message is None:
        if call.has_terminal():
            return resume(call)
        raise UsageError(
            "continue: no message, and no terminal to open the session on",
            hint=f"kugetsu continue {quote(asked.ref)} MESSAGE, or - to read stdin",
        )
    world = call.world()
    request = ContinueRequest(
        ref=asked.ref,
        message=call.message(asked.message),
        options=options(asked),
        queue=asked.queue,
    )
    with HeldCtrlC() as ctrl_c:
        wait = waiting(call.console, ctrl_c) if asked.wait else None
        launched = ContinueSession.of(world)(request, wait=wait)
        from kugetsu_tui.batch.follow import followed  # loaded while the run begins

        return followed(
            launched, world, call.console, ctrl_c, detach=asked.detach, debug=asked.debug
        )


def run(call: Call) -> Outcome:
    from kugetsu_tui.batch.asked_run import options
    from kugetsu_tui.batch.ctrl_c import HeldCtrlC
    from kugetsu_tui.batch.tasks_told import TasksTold
    from kugetsu_tui.commands.run_tasks import RunTasks, TasksRequest

    asked, world = call.arguments, call.world()
    request = TasksRequest(
        text=call.message("-") if asked.file == "-" else _text_of(asked.file),
        options=options(asked),
        jobs=asked.jobs,
        keeps_going=asked.keep_going,
        resumes=asked.resume,
        retries=asked.retries,
        is_detached=asked.detach,
    )
    with HeldCtrlC() as ctrl_c, TasksTold(call.console, ctrl_c, is_line=call.is_line) as told:
        done = RunTasks.of(world)(
            request, begin=told.begin, tell=told, heed=told.heed, pause=told.pause
        )
    return replace(done, is_told=told.streams)


def _text_of(file: str) -> str:
    try:
        return Path(file).read_bytes().decode(errors="surrogateescape")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no file's name"
        raise UsageError(
            f"run: {clean_line(file)}: {why}; nothing was begun", hint="kugetsu run FILE, or -"
        ) from error


def resume(call: Call) -> Outcome:
    from kugetsu_tui.commands.resume_session import ResumeSession

    resume = ResumeSession.of(call.world())
    return resume(call.arguments.ref, tell=lambda words: call.console.say(f"· {words}"))


def answer(call: Call) -> Outcome:
    from kugetsu_tui.commands.answer_ask import AnswerAsk, AnswerRequest
    from kugetsu_tui.domain.ask import Reply

    asked = call.arguments
    request = AnswerRequest(
        ref=asked.ref,
        reply=Reply(asked.reply) if asked.reply else None,
        message=call.message(asked.message),
        answers=tuple((choice,) for choice in asked.choice),
        ask_id=asked.ask,
        by="kugetsu answer",
    )
    return AnswerAsk.of(call.world())(request)


def stop(call: Call) -> Outcome:
    from kugetsu_tui.commands.stop_runs import StopRequest, StopRuns

    asked = call.arguments
    return StopRuns.of(call.world())(
        StopRequest(tuple(asked.refs), is_all=asked.all, only_queued=asked.queued)
    )
