"""Runs that find no free slot, and messages left behind a run in progress."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.admit_run import AdmitRun
from kugetsu_tui.commands.continue_session import ContinueRequest, ContinueSession
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.commands.show_session import ShowSession
from kugetsu_tui.commands.start_issue import StartIssue, StartRequest
from kugetsu_tui.commands.stop_runs import StopRequest, StopRuns
from kugetsu_tui.domain.errors import BusyError, ConflictError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.session import RunId, SessionState
from tests.commands import FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast

MADE = spell_moment(NOW)
QUEUED = ContinueRequest(ref=ISSUE, message="and then?", queue=True)


@pytest.fixture
def busy(stage: Stage) -> Stage:
    """Its run has just begun, and opencode has not named the session yet."""
    stage.track(ISSUE, None, created_at=MADE)
    stage.have_run(ISSUE, run_seen("run-7"))
    return stage


def _order(stage: Stage) -> RunOrder:
    (run_id,) = stage.runs.waiting
    return stage.runs.known[run_id].order


def _end(stage: Stage) -> None:
    """The run in progress answers."""
    ended = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)
    stage.track(ISSUE, FORK, created_at=MADE, run_id=RunId("run-7"), run_end=ended)
    seen = stage.runs.known[RunId("run-7")]
    stage.runs.known[RunId("run-7")] = replace(seen, end=ended, liveness=Liveness.GONE)


def test_a_start_without_a_slot_is_told_to_wait_and_shown_so(stage: Stage) -> None:
    stage.base(SECOND)
    stage.runs.is_full = True

    launched = StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="go"))

    assert launched.is_queued
    assert "waits for its turn" in launched.report().headline
    (row,) = [row for row in ReadBoard.of(stage.world)() if row.issue_ref == ISSUE]
    assert (row.state, row.why) == (SessionState.QUEUED, "waits for a slot: it is the next")


def test_whoever_reads_the_board_sees_to_it_that_somebody_calls(busy: Stage) -> None:
    ReadBoard.of(busy.world)()
    assert busy.runs.is_tended

    busy.runs.is_tended = False
    ShowSession.of(busy.world)(ISSUE)
    assert busy.runs.is_tended


def test_a_message_is_queued_behind_a_run_only_where_that_is_asked_for(busy: Stage) -> None:
    with pytest.raises(BusyError):
        ContinueSession.of(busy.world)(replace(QUEUED, queue=False))

    launched = ContinueSession.of(busy.world)(QUEUED)

    assert launched.is_queued
    assert busy.record(ISSUE).run_id == "run-7", "the run in progress stays the issue's own"
    assert busy.runs.messages[launched.run_id] == "and then?"


def test_on_a_quiet_session_it_begins_at_once(stage: Stage) -> None:
    stage.track(ISSUE, FORK)

    assert not ContinueSession.of(stage.world)(QUEUED).is_queued


def test_a_queued_message_is_admitted_once_its_session_is_quiet(busy: Stage) -> None:
    ContinueSession.of(busy.world)(QUEUED)
    admit = AdmitRun.of(busy.world)
    with pytest.raises(BusyError):
        admit(_order(busy))
    _end(busy)

    order = admit(_order(busy))

    assert (order.session_id, order.directory) == (FORK, str(busy.directory))
    assert busy.record(ISSUE).run_id == order.run_id
    assert busy.record(ISSUE).run_end is None
    assert admit(order) == order, "an usher that died after this is followed by another"
    assert admit(_order(busy)) == order, "or that died before it had written this down"


def test_nobody_is_admitted_for_an_issue_that_is_tracked_no_more(busy: Stage) -> None:
    ContinueSession.of(busy.world)(QUEUED)
    with busy.store.edit() as draft:
        draft.remove(ISSUE)

    with pytest.raises(NotFoundError):
        AdmitRun.of(busy.world)(_order(busy))


def test_a_start_whose_place_was_taken_is_not_admitted(busy: Stage) -> None:
    order = replace(run_seen("run-6").order, issue_ref=ISSUE, verb=RunVerb.START)

    with pytest.raises(ConflictError, match="taken its place"):
        AdmitRun.of(busy.world)(order)


@pytest.mark.parametrize("seconds", [2, -2])
def test_a_message_is_not_delivered_to_another_session_whichever_is_older(
    busy: Stage, seconds: float
) -> None:
    ContinueSession.of(busy.world)(QUEUED)
    _end(busy)
    busy.clock.pass_by(seconds=seconds)
    other = replace(busy.record(ISSUE), created_at=spell_moment(busy.clock()))
    with busy.store.edit() as draft:
        draft.put(ISSUE, other)

    with pytest.raises(ConflictError, match="was replaced"):
        AdmitRun.of(busy.world)(_order(busy))

    assert busy.record(ISSUE) == other


def test_a_clock_that_was_put_back_keeps_no_message_from_its_session(busy: Stage) -> None:
    busy.clock.pass_by(seconds=-3600)
    ContinueSession.of(busy.world)(QUEUED)
    _end(busy)

    assert AdmitRun.of(busy.world)(_order(busy)).session_id == FORK


def test_a_session_that_a_message_waits_for_is_not_replaced(busy: Stage) -> None:
    queued = ContinueSession.of(busy.world)(QUEUED)
    _end(busy)
    before = busy.kept()

    with pytest.raises(BusyError, match=f"{queued.run_id} waits for its turn") as refusal:
        StartIssue.of(busy.world)(StartRequest(ref=ISSUE, message="anew", replace=True))

    assert refusal.value.hint == f"kugetsu stop '{ISSUE}' --queued"
    assert busy.kept() == before
    StopRuns.of(busy.world)(StopRequest((ISSUE,), only_queued=True))
    StartIssue.of(busy.world)(StartRequest(ref=ISSUE, message="anew", replace=True))
    assert busy.record(ISSUE).earlier == (FORK,)


def test_stop_also_ends_what_waits_behind_and_that_first(busy: Stage) -> None:
    queued = ContinueSession.of(busy.world)(QUEUED)
    busy.track(OTHER, None)
    busy.have_run(OTHER, run_seen("run-8"))
    other = ContinueSession.of(busy.world)(replace(QUEUED, ref=OTHER))

    StopRuns.of(busy.world)(StopRequest(is_all=True))

    assert busy.runs.stopped == [queued.run_id, other.run_id, "run-7", "run-8"]
    assert not busy.runs.waiting


def test_stop_of_all_also_ends_what_waits_for_an_issue_that_nobody_tracks(busy: Stage) -> None:
    queued = ContinueSession.of(busy.world)(QUEUED)
    with busy.store.edit() as draft:
        draft.remove(ISSUE)

    (result,) = StopRuns.of(busy.world)(StopRequest(is_all=True)).results

    assert (result.issue_ref, result.run_id, result.words) == (ISSUE, queued.run_id, "stopped")
    assert not busy.runs.waiting


def test_what_waits_is_taken_back_while_the_run_goes_on(busy: Stage) -> None:
    ContinueSession.of(busy.world)(QUEUED)
    (row,) = [row for row in ReadBoard.of(busy.world)() if row.issue_ref == ISSUE]
    assert (row.state, row.queued_messages) == (SessionState.PENDING, 1)

    stopped = StopRuns.of(busy.world)(StopRequest((ISSUE,), only_queued=True))

    (result,) = stopped.results
    assert result.words == "1 queued message cancelled; the run goes on"
    assert stopped.data() == {
        "results": [
            {
                "issue_ref": ISSUE,
                "run_id": result.run_id,
                "stopped": False,
                "cancelled": 1,
                "error": None,
            }
        ]
    }
    assert busy.runs.waiting == []
    assert busy.runs.known[RunId("run-7")].end is None
