"""Stopping runs, and what is known of those whose supervisor was killed."""

from __future__ import annotations

import errno
import json
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.errors import BusyError, ConflictError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunOutcome, RunVerb
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.runs import folder
from kugetsu_tui.runs.alarm import Alarm
from kugetsu_tui.runs.lock import LockState, probe
from kugetsu_tui.runs.pace import StopPace
from kugetsu_tui.runs.private_file import write_new
from kugetsu_tui.runs.process_table import carriers, look_at
from kugetsu_tui.runs.supervisor import supervise
from kugetsu_tui.runs.witness import Witness
from tests.runs.conftest import Bench, eventually
from tests.runs.supervisor_process import PlayedDatabase

pytestmark = pytest.mark.fast


def _hanging(bench: Bench, program: str = "") -> RunId:
    run_id = bench.play(f"name('ses_new'); {program}hang()")
    bench.noted("hangs")
    bench.opencode(run_id)
    eventually(lambda: bench.folder(run_id).read().session_id)  # the last of what it writes there
    return run_id


def _orphaned(bench: Bench) -> RunId:
    """A run whose supervisor was killed."""
    run_id = _hanging(bench, "background(own_session=True); ")
    bench.kill(bench.supervisor(run_id), signal.SIGKILL)
    eventually(lambda: probe(bench.folder(run_id).lock).state is LockState.FREE)
    return run_id


@dataclass
class Unbegun:
    """A turn of which nothing has been asked yet; the alarm rings before anything is."""

    process: None = None
    is_running: bool = True
    mishap: None = None
    exit_status: None = None
    signal: None = None
    is_rung: bool = True
    steps: int = 0

    def begin(self, witness: Witness) -> None:
        """Nothing is asked of opencode by that."""

    def listen(self, patience: float) -> None:
        self.steps += 1

    def answer(self, ask: Ask, decision: Decision) -> None:
        """Nothing is asked."""

    def end(self, *, is_cut: bool) -> str:
        return ""


def test_a_run_that_is_to_end_before_it_begins_takes_no_step(bench: Bench) -> None:
    turn = Unbegun()
    with bench.runs.reserve(bench.order(), "hello") as run:
        made = bench.folder(run.run_id)
        made.ask_to_stop("by a test")
        assert run.lock is not None

        end = supervise(
            made,
            run.lock,
            turn,
            alarm=cast("Alarm", turn),
            signs=PlayedDatabase(bench.directory),
            settle=lambda *_: None,
            began=time.monotonic(),
        )

    assert (end.outcome, end.reason, turn.steps) == (RunOutcome.STOPPED, "by a test", 0)


def test_stop_ends_everything_and_says_so(bench: Bench) -> None:
    run_id = _hanging(bench, "deaf(); background(own_session=True); ")

    end = bench.runs.stop(run_id)

    assert end.outcome is RunOutcome.STOPPED
    assert "on request" in end.reason
    assert bench.seen(run_id).end == end
    assert not carriers(run_id)
    assert "stopped" in bench.noted("settled")


def test_stop_just_after_the_launch_works_too(bench: Bench) -> None:
    run_id = bench.play("hang()")

    end = bench.runs.stop(run_id)

    assert end.outcome is RunOutcome.STOPPED
    assert not carriers(run_id)


@pytest.mark.parametrize("is_named", [True, False])
def test_a_run_that_has_filled_the_disk_can_still_be_stopped(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, *, is_named: bool
) -> None:
    """A file may have room for its name, and none for a word."""

    def tear(path: Path, content: bytes) -> None:
        if is_named:
            path.touch()
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    run_id = _hanging(bench)
    monkeypatch.setattr(folder, "write_new", tear)

    end = bench.runs.stop(run_id)

    assert (end.outcome, end.reason) == (RunOutcome.STOPPED, "stopped on request")
    assert not carriers(run_id)


def test_two_who_stop_a_run_at_once_both_learn_of_its_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def come_second(path: Path, content: bytes) -> None:
        write_new(path, b"stopped on request (by process 1)")
        write_new(path, content)

    run_id = _hanging(bench)
    monkeypatch.setattr(folder, "write_new", come_second)

    end = bench.runs.stop(run_id)

    assert (end.outcome, end.reason) == (RunOutcome.STOPPED, "stopped on request (by process 1)")


def test_a_word_that_cannot_be_read_counts_as_one(bench: Bench) -> None:
    run_id = _hanging(bench)
    bench.folder(run_id).stop.mkdir()

    end = bench.runs.stop(run_id)

    assert (end.outcome, end.reason) == (RunOutcome.STOPPED, "stopped on request")


def test_stop_of_a_run_that_has_ended_gives_its_end(bench: Bench) -> None:
    run_id = bench.play("answer()")
    bench.events(run_id)

    assert bench.runs.stop(run_id).outcome is RunOutcome.ANSWERED


def test_without_its_supervisor_a_run_is_unwatched_and_can_be_stopped(bench: Bench) -> None:
    run_id = _orphaned(bench)
    assert bench.seen(run_id).liveness is Liveness.UNWATCHED
    assert bench.seen(run_id).is_at_work

    end = bench.runs.stop(run_id)

    assert end.outcome is RunOutcome.STOPPED
    assert bench.seen(run_id).end == end
    assert not carriers(run_id)


def test_following_ends_when_the_supervisor_has_died(bench: Bench) -> None:
    run_id = _orphaned(bench)

    assert len(bench.events(run_id)) == 1


def test_without_anybody_a_run_is_gone(bench: Bench) -> None:
    run_id = _hanging(bench)
    bench.kill(bench.supervisor(run_id), signal.SIGSTOP)
    bench.kill(bench.opencode(run_id), signal.SIGKILL)
    bench.kill(bench.supervisor(run_id), signal.SIGKILL)

    eventually(lambda: bench.seen(run_id).liveness is Liveness.GONE)

    assert not bench.seen(run_id).is_at_work
    with pytest.raises(ConflictError):
        bench.runs.stop(run_id)


def test_a_supervisor_that_hangs_is_replaced(bench: Bench) -> None:
    run_id = _hanging(bench)
    bench.kill(bench.supervisor(run_id), signal.SIGSTOP)
    impatient = replace(bench.runs, stop_pace=StopPace(supervisor=0.3, grace=0.4))

    end = impatient.stop(run_id)

    assert end.outcome is RunOutcome.STOPPED
    assert not carriers(run_id)


def test_a_number_that_is_used_again_fools_nobody(bench: Bench) -> None:
    run_id = _hanging(bench)
    opencode, facts = bench.opencode(run_id), bench.folder(run_id).facts
    bench.kill(bench.supervisor(run_id), signal.SIGKILL)
    eventually(lambda: bench.seen(run_id).liveness is Liveness.UNWATCHED)
    document = json.loads(facts.read_text())
    document["opencode"]["started"] -= 1

    facts.write_text(json.dumps(document))

    assert look_at(opencode.pid) == opencode
    assert bench.seen(run_id).liveness is Liveness.GONE


def test_an_opencode_that_nobody_lived_to_record_is_found_by_its_mark(bench: Bench) -> None:
    run_id = _orphaned(bench)
    facts = bench.folder(run_id).facts
    facts.write_text(json.dumps({**json.loads(facts.read_text()), "opencode": None}))

    assert bench.seen(run_id).liveness is Liveness.UNWATCHED


def test_a_run_that_is_watched_elsewhere_is_out_of_reach(bench: Bench) -> None:
    run_id = _hanging(bench)
    facts = bench.folder(run_id).facts
    document = json.loads(facts.read_text())

    facts.write_text(json.dumps({**document, "pid_namespace": "pid:[1]", "host": "box"}))

    assert bench.seen(run_id).liveness is Liveness.ELSEWHERE
    with pytest.raises(BusyError, match="box"):
        bench.runs.stop(run_id)
    assert look_at(bench.opencode(run_id).pid)


def test_facts_that_cannot_be_read_make_a_run_unknown_and_it_can_still_be_stopped(
    bench: Bench,
) -> None:
    run_id = _orphaned(bench)
    bench.folder(run_id).facts.write_bytes(b"\0" * 80)
    assert bench.seen(run_id).liveness is Liveness.UNKNOWN

    end = bench.runs.stop(run_id)

    assert end.outcome is RunOutcome.STOPPED
    assert not carriers(run_id)


def test_a_run_whose_journal_cannot_be_read_is_not_said_to_have_been_cut(bench: Bench) -> None:
    run_id = bench.play("name('ses_mine'); answer()")
    assert bench.end(run_id).outcome is RunOutcome.ANSWERED
    folder = bench.folder(run_id)
    eventually(lambda: probe(folder.lock).state is LockState.FREE)
    journal = folder.journal
    kept = journal.rename(journal.with_suffix(".kept"))
    journal.mkdir()

    assert bench.seen(run_id).liveness is Liveness.UNKNOWN

    journal.rmdir()
    kept.rename(journal)
    assert bench.seen(run_id).liveness is Liveness.GONE


def test_a_screen_on_somebodys_terminal_is_not_torn_away(bench: Bench) -> None:
    order = bench.order(verb=RunVerb.RESUME, session_id=SessionId("ses_mine"))
    with bench.runs.reserve(order, None), pytest.raises(BusyError, match="own screen"):
        bench.runs.stop(order.run_id)


@pytest.mark.parametrize("run_id", ["20260101T000000-abcdef", "../runs", ".", "", "a/b"])
def test_a_run_that_is_not_there_is_not_found(bench: Bench, run_id: str) -> None:
    assert bench.runs.seen(RunId(run_id)) is None
    with pytest.raises(NotFoundError):
        bench.runs.stop(RunId(run_id))


def test_a_launcher_that_is_killed_leaves_a_run_that_is_gone(bench: Bench) -> None:
    order = bench.order()
    with bench.runs.reserve(order, "x") as run:
        run.is_begun = True

    assert bench.seen(order.run_id).liveness is Liveness.GONE
