"""Runs that wait for a slot: in order, without a process, and begun by whoever calls them."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunOutcome
from kugetsu_tui.domain.run_event import Begun, Queued
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.lock import LockState
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import carriers, look_at
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.runs import FolderRuns
from kugetsu_tui.runs.slots import slots_by_memory, take_slot
from kugetsu_tui.runs.usher import Usher
from tests.runs.conftest import Bench, eventually, runs_in

pytestmark = pytest.mark.fast

HANG = "hang()"


@pytest.fixture
def narrow(bench: Bench) -> Bench:
    """One run at a time."""
    (bench.path.parent).mkdir(parents=True, exist_ok=True)
    (bench.path.parent / "slots").write_text("1")
    bench.runs = runs_in(bench.path, bench.runs.supervisor, pace=bench.runs.stop_pace, slots=1)
    return bench


def _named(bench: Bench, name: str, *, then: str = "answer()") -> RunId:
    return bench.play(f"name('ses_{name}'); note('{name}'); {then}")


def _usher(bench: Bench) -> Process | None:
    """Who calls the runs of this bench."""
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or ()
        if str(bench.path) in words and any(word.endswith("usher_process.py") for word in words):
            return look_at(process.pid)
    return None


def _is_empty(runs: FolderRuns) -> bool:
    return not runs.queue()


def test_who_finds_no_slot_waits_in_order_and_without_a_process(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second, third = _named(narrow, "b"), _named(narrow, "c")

    assert list(narrow.runs.queue()) == [second, third]
    assert narrow.runs.queue()[second] == "github.com/shoko/kugetsu#14"
    waiting = [narrow.seen(second), narrow.seen(third)]
    assert [(run.liveness, run.behind) for run in waiting] == [
        (Liveness.QUEUED, 0),
        (Liveness.QUEUED, 1),
    ]
    assert all(run.is_at_work for run in waiting)
    assert not carriers(second)
    assert narrow.seen(first).liveness is Liveness.WATCHED

    narrow.runs.stop(first)

    assert narrow.end(second).outcome is narrow.end(third).outcome is RunOutcome.ANSWERED
    assert narrow.events(second)[:2] == [Queued(), Begun()]
    began = [narrow.folder(run_id).message.stat() for run_id in (second, third)]
    assert all(about.st_mode & 0o777 == 0o600 for about in began)
    eventually(lambda: lock.probe(narrow.path / "queue.lock").state is LockState.FREE)


def test_a_newcomer_does_not_overtake_those_who_wait(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second = _named(narrow, "b", then=HANG)
    (narrow.path.parent / f"busy-{second}").touch()
    narrow.runs.stop(first)

    third = _named(narrow, "c")

    assert narrow.end(third).outcome is RunOutcome.ANSWERED, "its session is free, so it is called"
    assert narrow.events(third)[:2] == [Queued(), Begun()]
    assert narrow.seen(second).liveness is Liveness.QUEUED
    (narrow.path.parent / f"busy-{second}").unlink()
    assert narrow.noted("b")


def test_who_waits_can_be_cancelled(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second, third = _named(narrow, "b"), _named(narrow, "c")

    end = narrow.runs.stop(second)

    assert (end.outcome, end.reason) == (RunOutcome.STOPPED, "cancelled before its turn came")
    assert narrow.seen(second).end == end
    assert list(narrow.runs.queue()) == [third]
    narrow.runs.stop(first)
    assert narrow.end(third).outcome is RunOutcome.ANSWERED
    assert not (narrow.directory / "b").exists(), "nothing of it ever reached opencode"


def test_who_is_cancelled_and_cannot_be_taken_out_is_not_called_unchanged(
    narrow: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    _named(narrow, "a", then=HANG)
    second = _named(narrow, "b")

    def refuse(*_: object) -> bool:
        raise EnvironmentUnfitError("the queue cannot be listed")

    with monkeypatch.context() as amiss:
        amiss.setattr(RunQueue, "leave", refuse)
        with pytest.raises(EnvironmentUnfitError) as refusal:
            narrow.runs.stop(second)

    assert refusal.value.changed, "it has an end by now"
    assert narrow.seen(second).end is not None


def test_who_cannot_be_written_off_waits_on(narrow: Bench) -> None:
    _named(narrow, "a", then=HANG)
    second = _named(narrow, "b")
    journal = narrow.folder(second).journal
    kept = journal.rename(journal.with_suffix(".kept"))
    journal.mkdir()

    with pytest.raises(CannotSaveError) as refusal:
        narrow.runs.stop(second)

    assert refusal.value.changed, "it has been asked to end"
    assert list(narrow.runs.queue()) == [second]
    journal.rmdir()
    kept.rename(journal)
    assert narrow.runs.stop(second).reason == "cancelled before its turn came"
    assert not narrow.runs.queue()


def test_who_waits_and_is_called_by_nobody_is_not_said_to_have_changed_nothing(
    bench: Bench,
) -> None:
    order = bench.order()
    with bench.runs.reserve(order, "x") as run:
        (bench.path / "queue.lock").mkdir()

        with pytest.raises(CannotSaveError) as refusal:
            run.enqueue()

    assert refusal.value.changed
    assert list(bench.runs.queue()) == [order.run_id]


def test_a_close_that_fails_is_not_taken_for_the_failure_of_what_came_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(descriptor: int) -> None:
        real(descriptor)
        raise OSError(errno.EIO, "Input/output error")

    real = os.close
    with monkeypatch.context() as refusing:
        refusing.setattr(os, "close", close)
        bench.runs.admission.queue.join(RunId("20260314T150926-abc123"))

    assert len(bench.runs.admission.queue.runs()) == 1


def test_following_goes_on_while_it_waits(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second = _named(narrow, "b")
    entries = narrow.runs.journal(second, follow=True)
    told = next(entries)
    assert told is not None
    assert told.event == Queued()
    assert next(entries) is None

    narrow.runs.stop(first)

    assert narrow.end(second).outcome is RunOutcome.ANSWERED


def _kill_usher(bench: Bench) -> None:
    usher = eventually(lambda: _usher(bench))
    bench.kill(usher, signal.SIGKILL)
    eventually(lambda: lock.probe(bench.path / "queue.lock").state is LockState.FREE)


def test_an_usher_that_was_killed_is_replaced_and_nothing_is_lost(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second = _named(narrow, "b")
    _kill_usher(narrow)
    narrow.runs.stop(first)
    assert narrow.seen(second).liveness is Liveness.QUEUED

    narrow.runs.tend_queue()

    assert narrow.end(second).outcome is RunOutcome.ANSWERED


def test_who_follows_a_run_that_waits_replaces_an_usher_that_was_killed(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second = _named(narrow, "b")
    entries = narrow.runs.journal(second, follow=True)
    assert next(entries) is not None
    _kill_usher(narrow)
    narrow.runs.stop(first)

    told = eventually(lambda: next(entries))
    assert told.event == Begun()
    assert narrow.end(second).outcome is RunOutcome.ANSWERED


def test_a_holder_that_was_killed_frees_its_slot(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    narrow.noted("a")
    second = _named(narrow, "b")

    narrow.kill(narrow.supervisor(first), signal.SIGKILL)

    assert narrow.end(second).outcome is RunOutcome.ANSWERED
    narrow.runs.stop(first)


def test_a_run_that_can_never_begin_fails_in_words_and_lets_the_others_pass(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second, third = _named(narrow, "b"), _named(narrow, "c")
    (narrow.path.parent / f"lost-{second}").touch()

    narrow.runs.stop(first)

    assert narrow.end(third).outcome is RunOutcome.ANSWERED
    end = narrow.end(second)
    assert (end.outcome, end.reason) == (
        RunOutcome.FAILED,
        "not begun: nobody tracks it any more",
    )


def test_a_run_of_which_nobody_knows_what_to_do_fails_and_lets_the_others_pass(
    narrow: Bench,
) -> None:
    first = _named(narrow, "a", then=HANG)
    second, third = _named(narrow, "b"), _named(narrow, "c")
    narrow.folder(second).facts.unlink()

    narrow.runs.stop(first)

    assert narrow.end(third).outcome is RunOutcome.ANSWERED
    end = narrow.end(second)
    assert end.outcome is RunOutcome.FAILED
    assert end.reason.startswith("not begun: ")
    assert end.reason.endswith("run.json: No such file or directory")


def test_what_can_neither_begin_nor_be_written_off_waits_on_and_lets_the_others_pass(
    narrow: Bench,
) -> None:
    first = _named(narrow, "a", then=HANG)
    second, third = _named(narrow, "b"), _named(narrow, "c")
    (narrow.path.parent / f"lost-{second}").touch()
    journal = narrow.folder(second).journal
    kept = journal.rename(journal.with_suffix(".kept"))
    journal.symlink_to(narrow.path / "nowhere" / "to be found")

    narrow.runs.stop(first)

    assert narrow.end(third).outcome is RunOutcome.ANSWERED
    assert list(narrow.runs.queue()) == [second]
    kept.replace(journal)
    assert narrow.end(second).reason == "not begun: nobody tracks it any more"


def test_what_the_system_keeps_from_beginning_waits_on_and_lets_the_others_pass(
    narrow: Bench,
) -> None:
    first = _named(narrow, "a", then=HANG)
    second, third = _named(narrow, "b"), _named(narrow, "c")
    in_the_way = narrow.folder(second).path / "run.new"
    in_the_way.mkdir()

    narrow.runs.stop(first)

    assert narrow.end(third).outcome is RunOutcome.ANSWERED
    assert list(narrow.runs.queue()) == [second]
    in_the_way.rmdir()
    assert narrow.end(second).outcome is RunOutcome.ANSWERED


def test_while_no_slot_can_be_made_everybody_waits(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second = _named(narrow, "b")
    _kill_usher(narrow)
    narrow.runs.stop(first)
    slots = narrow.path / "slots"
    kept = slots.rename(slots.with_name("kept"))
    slots.touch()

    def pause(seconds: float) -> None:
        if kept.exists():
            slots.unlink()
            kept.rename(slots)
        time.sleep(seconds)

    admission = narrow.runs.admission
    held = lock.take(admission.queue.usher_lock)
    assert held is not None
    Usher(admission, narrow.runs.supervisor, lambda order: order, pause).work_off(held)

    assert narrow.end(second).outcome is RunOutcome.ANSWERED


@pytest.mark.parametrize("why", ["unreadable", "damaged"])
def test_what_a_database_or_a_store_does_not_tell_now_is_asked_again(
    narrow: Bench, why: str
) -> None:
    first = _named(narrow, "a", then=HANG)
    second, third = _named(narrow, "b"), _named(narrow, "c")
    trouble = narrow.path.parent / f"{why}-{second}"
    trouble.touch()

    narrow.runs.stop(first)

    assert narrow.end(third).outcome is RunOutcome.ANSWERED
    assert narrow.seen(second).liveness is Liveness.QUEUED
    trouble.unlink()
    assert narrow.end(second).outcome is RunOutcome.ANSWERED


def test_a_run_that_died_after_it_left_the_queue_is_never_sent_again(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second = _named(narrow, "b", then=HANG)
    narrow.runs.stop(first)
    narrow.noted("b")
    narrow.kill(narrow.opencode(second), signal.SIGSTOP)
    supervisor = narrow.supervisor(second)
    narrow.kill(supervisor, signal.SIGKILL)
    narrow.kill(narrow.opencode(second), signal.SIGKILL)
    eventually(lambda: narrow.seen(second).liveness is Liveness.GONE)

    narrow.runs.tend_queue()
    third = _named(narrow, "c")

    assert narrow.end(third).outcome is RunOutcome.ANSWERED
    assert narrow.seen(second).end is None
    assert _is_empty(narrow.runs)


def test_what_waits_in_another_container_is_left_to_its_own_usher(narrow: Bench) -> None:
    first = _named(narrow, "a", then=HANG)
    second = _named(narrow, "b")
    _kill_usher(narrow)
    facts = narrow.folder(second).read()
    elsewhere = replace(facts.place, host="box", namespace="pid:[1]", boot="another")
    narrow.folder(second).write(replace(facts, place=elsewhere))
    narrow.runs.stop(first)

    narrow.runs.tend_queue()

    assert lock.probe(narrow.path / "queue.lock").state is LockState.FREE
    assert narrow.seen(second).liveness is Liveness.QUEUED


def test_a_slot_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    held = [take_slot(tmp_path / "slots", 2) for _ in range(3)]

    assert [descriptor is not None for descriptor in held] == [True, True, False]
    os.close(held[0] or -1)
    again = take_slot(tmp_path / "slots", 2)
    assert again is not None
    os.close(again)
    os.close(held[1] or -1)


def test_memory_has_room_for_at_least_one() -> None:
    assert 1 <= slots_by_memory() <= 8
