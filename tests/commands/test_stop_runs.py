"""Ending runs."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.stop_runs import StopRequest, StopRuns
from kugetsu_tui.domain.errors import KugetsuError, NotFoundError, UsageError
from kugetsu_tui.domain.record import DamagedRecord
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.session import RunId
from tests.commands import FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def at_work(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND)
    stage.have_run(ISSUE, run_seen("run-7", session_id=FORK))
    return stage


def test_each_named_issue_gets_its_result(at_work: Stage) -> None:
    stopped = StopRuns.of(at_work.world)(StopRequest(refs=(ISSUE, OTHER, "14")))

    assert at_work.runs.stopped == ["run-7"]
    assert stopped.failure is None
    assert stopped.data() == {
        "results": [
            {
                "issue_ref": ISSUE,
                "run_id": "run-7",
                "stopped": True,
                "cancelled": 0,
                "error": None,
            },
            {
                "issue_ref": OTHER,
                "run_id": None,
                "stopped": False,
                "cancelled": 0,
                "error": None,
            },
        ]
    }
    table = stopped.report().table
    assert table is not None
    assert table.rows == ((ISSUE, "stopped"), (OTHER, "nothing was running"))


@pytest.mark.parametrize("liveness", [Liveness.UNWATCHED, Liveness.ELSEWHERE, Liveness.UNKNOWN])
def test_all_takes_whatever_may_be_at_work(at_work: Stage, liveness: Liveness) -> None:
    at_work.have_run(OTHER, run_seen("run-8", session_id=SECOND, liveness=liveness))

    StopRuns.of(at_work.world)(StopRequest(is_all=True))

    assert at_work.runs.stopped == ["run-7", "run-8"]


@pytest.mark.parametrize("request_", [StopRequest(refs=(ISSUE,)), StopRequest(is_all=True)])
def test_a_run_is_ended_also_where_its_record_cannot_be_read(
    at_work: Stage, request_: StopRequest
) -> None:
    file = at_work.store.stored.issues[ISSUE]
    at_work.store.files[file] = DamagedRecord(file, "Input/output error")

    StopRuns.of(at_work.world)(request_)

    assert at_work.runs.stopped == ["run-7"]


def test_all_of_nothing_is_no_failure(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    file = stage.store.stored.issues[ISSUE]
    stage.store.files[file] = DamagedRecord(file, "not JSON")

    stopped = StopRuns.of(stage.world)(StopRequest(is_all=True))

    assert stopped.failure is None
    assert stopped.report().headline == "nothing was running"


def test_a_run_that_answered_just_before_is_told_as_it_ended(
    at_work: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)
    monkeypatch.setattr(at_work.runs, "stop", lambda _: end)

    stopped = StopRuns.of(at_work.world)(StopRequest(refs=(ISSUE,)))

    assert stopped.results[0].words == "idle"


def test_one_that_cannot_be_stopped_does_not_keep_the_others(at_work: Stage) -> None:
    at_work.runs.unstoppable = KugetsuError("it runs on another machine")

    one = StopRuns.of(at_work.world)(StopRequest(refs=(ISSUE,)))
    both = StopRuns.of(at_work.world)(StopRequest(refs=(ISSUE, OTHER)))

    assert one.failure is at_work.runs.unstoppable
    assert both.failure is at_work.runs.unstoppable
    assert [result.words for result in both.results] == [
        "it runs on another machine",
        "nothing was running",
    ]


@pytest.fixture
def second_waits(at_work: Stage) -> Stage:
    """And the other one's run waits for its turn."""
    at_work.have_run(OTHER, run_seen("run-8", session_id=SECOND, liveness=Liveness.QUEUED))
    at_work.runs.waiting.append(RunId("run-8"))
    return at_work


def test_of_all_that_is_there_the_queue_alone_is_taken_out(second_waits: Stage) -> None:
    stopped = StopRuns.of(second_waits.world)(StopRequest(is_all=True, only_queued=True))

    assert [(result.issue_ref, result.words) for result in stopped.results] == [(OTHER, "stopped")]
    assert second_waits.runs.stopped == ["run-8"]


def test_one_that_is_untracked_meanwhile_does_not_hide_what_was_stopped(
    at_work: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = at_work.runs.stop

    def stop_and_lose_the_other(run_id: RunId) -> RunEnd:
        with at_work.store.edit() as draft:
            draft.remove(OTHER)
        return stop(run_id)

    monkeypatch.setattr(at_work.runs, "stop", stop_and_lose_the_other)

    stopped = StopRuns.of(at_work.world)(StopRequest(refs=(ISSUE, OTHER)))

    assert [result.is_stopped for result in stopped.results] == [True, False]
    assert stopped.failure is not None
    assert (stopped.failure.exit_code, stopped.failure.changed) == (3, True)


def test_where_nothing_waits_that_is_what_is_said_and_what_runs_goes_on(at_work: Stage) -> None:
    stop = StopRuns.of(at_work.world)

    one = stop(StopRequest(refs=(ISSUE,), only_queued=True))
    every = stop(StopRequest(is_all=True, only_queued=True))

    assert [result.words for result in one.results] == ["nothing was waiting"]
    assert every.report().headline == "nothing was waiting"
    assert at_work.runs.stopped == []


@pytest.fixture
def waits_illegibly(at_work: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Somebody's run waits, and does not tell whose it is."""
    at_work.have_run(OTHER, run_seen("run-8", session_id=SECOND, liveness=Liveness.QUEUED))
    monkeypatch.setattr(at_work.runs, "queue", lambda: {RunId("run-8"): None})
    return at_work


def test_a_run_that_may_be_its_own_is_not_said_to_be_none(waits_illegibly: Stage) -> None:
    stopped = StopRuns.of(waits_illegibly.world)(StopRequest(refs=(ISSUE,), only_queued=True))

    assert stopped.failure is not None
    assert "unless run run-8 is its own" in stopped.failure.message
    assert stopped.failure.hint == "kugetsu stop --all --queued takes that out too"
    assert waits_illegibly.runs.stopped == []


def test_all_takes_out_what_does_not_tell_whose_it_is(waits_illegibly: Stage) -> None:
    stopped = StopRuns.of(waits_illegibly.world)(StopRequest(is_all=True, only_queued=True))

    assert stopped.failure is None
    assert waits_illegibly.runs.stopped == ["run-8"]


def test_nothing_named_is_a_usage_error(stage: Stage) -> None:
    with pytest.raises(UsageError):
        StopRuns.of(stage.world)(StopRequest())


def test_one_that_nobody_tracks_gets_its_own_result_and_the_exit_code(at_work: Stage) -> None:
    refs = ("nonsense", "github.com/no/body#1", ISSUE)

    stopped = StopRuns.of(at_work.world)(StopRequest(refs))

    assert at_work.runs.stopped == ["run-7"]
    assert [(each.issue_ref, each.is_stopped) for each in stopped.results] == [
        (ISSUE, True),
        ("nonsense", False),
        ("github.com/no/body#1", False),
    ]
    assert isinstance(stopped.failure, NotFoundError)
    assert stopped.failure.changed


def test_the_only_one_that_was_named_is_refused_where_nobody_tracks_it(at_work: Stage) -> None:
    with pytest.raises(NotFoundError):
        StopRuns.of(at_work.world)(StopRequest(refs=("github.com/no/body#1",)))


def test_all_and_some_are_not_named_together(at_work: Stage) -> None:
    with pytest.raises(UsageError, match="not both"):
        StopRuns.of(at_work.world)(StopRequest(refs=(OTHER,), is_all=True))

    assert at_work.runs.stopped == []
