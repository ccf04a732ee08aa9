"""What a run asks: shown, decided by whoever leaves word first, written down."""

from __future__ import annotations

import errno
import json
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from kugetsu_tui.domain.ask import Ask, Decision, Reply
from kugetsu_tui.domain.errors import BusyError, ConflictError, KugetsuError, RunFailedError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunOutcome
from kugetsu_tui.domain.run_event import Asked, Replied
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import notes
from kugetsu_tui.runs.ask_json import spell_ask
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.lock import LockState, Probe
from kugetsu_tui.runs.notes import leave_answer, take_answer
from tests.asks import permission, question
from tests.runs.conftest import PATIENCE, Bench, eventually

pytestmark = pytest.mark.fast

ONCE = Decision(reply=Reply.ONCE)


def asking(bench: Bench, *asks: Ask, then: str = "hang()", auto: bool = False) -> RunId:
    """A run that asks this, and what follows."""
    told = "".join(f"tell('asked', ask={json.loads(json.dumps(spell_ask(a)))!r})\n" for a in asks)
    order = replace(bench.order(), is_auto=auto)
    run_id = bench.play(f"name('ses_new')\n{told}{then}", order)
    if not auto:
        eventually(lambda: len(bench.seen(run_id).asks) == len(asks))
    return run_id


def replies(bench: Bench, run_id: RunId) -> list[tuple[str, str, str]]:
    entries = bench.runs.journal(run_id, follow=False)
    events = [entry.event for entry in entries if entry]
    return [(e.ask_id, e.what, e.by) for e in events if isinstance(e, Replied)]


def test_what_is_asked_is_seen_and_gone_once_it_is_answered(bench: Bench) -> None:
    ask = permission("rm -rf 'a  b'\n\x1b[2J")
    run_id = asking(bench, ask)
    assert bench.seen(run_id).asks == (ask,)
    assert bench.seen(run_id).waits_since is not None

    bench.runs.answer(run_id, ask, ONCE, by="a test")

    assert bench.noted("told") == "per_1 once\n"
    eventually(lambda: not bench.seen(run_id).asks)
    ((_, what, by),) = eventually(lambda: replies(bench, run_id))
    assert (what, by.startswith("a test (process ")) == ("once", True)


def test_what_opencode_settled_by_itself_is_no_longer_asked(bench: Bench) -> None:
    then = "time.sleep(0.3)\ntell('replied', ask_id='per_1', what='once', by='opencode')\nhang()"
    run_id = asking(bench, permission(), then=then)
    eventually(lambda: not bench.seen(run_id).asks)

    with pytest.raises(ConflictError, match="no longer asked"):
        bench.runs.answer(run_id, permission(), ONCE, by="a test")

    assert eventually(lambda: replies(bench, run_id)) == [("per_1", "once", "opencode")]


def test_an_answer_that_comes_too_late_is_refused_in_words(bench: Bench) -> None:
    run_id = asking(bench, permission())
    (bench.directory / "answered-elsewhere").touch()

    with pytest.raises(ConflictError, match="it was answered elsewhere"):
        bench.runs.answer(run_id, permission(), ONCE, by="a test")

    eventually(lambda: not bench.seen(run_id).asks)


def test_an_opencode_that_does_not_listen_is_told_of_and_still_asks(bench: Bench) -> None:
    run_id = asking(bench, permission())
    (bench.directory / "deaf").touch()

    with pytest.raises(ConflictError, match="does not listen"):
        bench.runs.answer(run_id, permission(), ONCE, by="a test")

    assert bench.seen(run_id).asks == (permission(),)


@contextmanager
def left_answer(bench: Bench) -> Iterator[tuple[RunFolder, Future[None]]]:
    """A run that asks, whose supervisor is the test; somebody has answered, and waits."""
    with bench.runs.reserve(bench.order(), "hello") as run, ThreadPoolExecutor(1) as pool:
        folder = bench.folder(run.run_id)
        given = pool.submit(
            leave_answer, folder, permission(), ONCE, by="a test", patience=PATIENCE
        )
        eventually(folder.answer("per_1").exists)
        yield folder, given


def test_a_refusal_is_told_also_where_the_disk_is_full(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tear(path: Path, content: bytes) -> None:
        path.write_bytes(content[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    with left_answer(bench) as (folder, given):
        left = take_answer(folder, "per_1")
        assert left is not None
        monkeypatch.setattr(notes, "write_new", tear)
        left.refuse("opencode does not listen")

        with pytest.raises(ConflictError, match="it was refused, and why could not be written"):
            given.result()


def test_an_answer_that_cannot_be_understood_was_not_given(bench: Bench) -> None:
    with left_answer(bench) as (folder, given):
        folder.answer("per_1").write_bytes(b"{")

        assert take_answer(folder, "per_1") is None

        with pytest.raises(ConflictError, match="it was refused"):
            given.result()


def test_an_answer_that_was_taken_last_of_all_was_given(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_and_end(path: Path) -> Probe:
        path.with_name("answer-per1.json").unlink()
        return Probe(LockState.FREE)

    monkeypatch.setattr(notes, "probe", take_and_end)
    with bench.runs.reserve(bench.order(), "hello") as run:
        leave_answer(bench.folder(run.run_id), permission(), ONCE, by="a test", patience=PATIENCE)


def test_what_keeps_an_answer_from_being_removed_does_not_end_the_run(bench: Bench) -> None:
    with bench.runs.reserve(bench.order(), "hello") as run:
        answer = bench.folder(run.run_id).answer("per_1")
        answer.write_text(json.dumps({"decision": {"reply": "once"}, "by": "a test"}))
        left = take_answer(bench.folder(run.run_id), "per_1")
        answer.unlink()
        answer.mkdir()
        assert left is not None

        left.accept()

        answer.rmdir()


def test_of_many_who_answer_at_once_one_is_heard(bench: Bench) -> None:
    run_id = asking(bench, permission())

    def answer(number: int) -> KugetsuError | None:
        try:
            bench.runs.answer(run_id, permission(), ONCE, by=f"number {number}")
        except (BusyError, ConflictError) as error:
            return error
        return None

    with ThreadPoolExecutor(8) as pool:
        refusals = list(pool.map(answer, range(8)))

    assert bench.noted("told") == "per_1 once\n"
    assert refusals.count(None) == 1
    assert len(replies(bench, run_id)) == 1


def test_auto_gives_permissions_and_no_answers(bench: Bench) -> None:
    run_id = asking(bench, permission(), question("Yes"), auto=True)

    assert bench.noted("told") == "per_1 once\n"
    eventually(lambda: bench.seen(run_id).asks == (question("Yes"),))
    told = eventually(lambda: replies(bench, run_id))
    assert told == [("per_1", "once", "auto: nobody was asked")]


def test_waiting_is_no_silence(bench: Bench) -> None:
    ask = permission()
    order = bench.order(idle_timeout=0.5)
    told = f"tell('asked', ask={json.loads(json.dumps(spell_ask(ask)))!r})"
    run_id = bench.play(
        f"name('ses_new')\n{told}\ntime.sleep(1.5)\nsay('x'); finish('stop')", order
    )

    assert bench.end(run_id).outcome is RunOutcome.ANSWERED
    assert not bench.seen(run_id).asks


def test_a_dead_supervisor_takes_no_answer_and_says_so(bench: Bench) -> None:
    run_id = asking(bench, permission())
    supervisor = bench.supervisor(run_id)
    bench.kill(supervisor, signal.SIGKILL)

    with pytest.raises(RunFailedError, match="supervisor has died"):
        bench.runs.answer(run_id, permission(), ONCE, by="a test")

    entries = bench.runs.journal(run_id, follow=False)
    assert [e.event for e in entries if e and isinstance(e.event, Asked)] == [Asked(permission())]
