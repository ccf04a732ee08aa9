"""The next message in an issue's session."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kugetsu_tui.commands.continue_session import ContinueRequest, ContinueSession
from kugetsu_tui.commands.run_options import RunOptions
from kugetsu_tui.domain.errors import (
    BusyError,
    CannotSaveError,
    KugetsuError,
    NoOpencodeError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome, RunVerb
from tests.commands import FORK, ISSUE
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast

REQUEST = ContinueRequest(ref=ISSUE, message="now add a test")


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    return stage


def refused(stage: Stage, request: ContinueRequest = REQUEST) -> KugetsuError:
    """What the verb is refused with, having changed nothing."""
    before = stage.kept()
    with pytest.raises(KugetsuError) as refusal:
        ContinueSession.of(stage.world)(request)
    assert stage.kept() == before
    assert stage.runs.launched == []
    return refusal.value


def test_the_message_goes_to_the_issues_session_in_its_own_directory(tracked: Stage) -> None:
    tracked.clock.pass_by(hours=1)

    launched = ContinueSession.of(tracked.world)(REQUEST)

    (order,) = tracked.runs.launched
    assert (order.verb, order.session_id) == (RunVerb.CONTINUE, FORK)
    assert order.directory == str(tracked.directory)
    assert order.issue_ref == ISSUE
    assert tracked.runs.messages[launched.run_id] == "now add a test"


def test_the_run_is_in_the_record_before_it_is_launched(tracked: Stage) -> None:
    tracked.have_run(
        ISSUE, run_seen(session_id=FORK, end=RunEnd(outcome=RunOutcome.ANSWERED, at=NOW))
    )
    tracked.runs.at_launch = lambda order: seen.append((order.run_id, tracked.record(ISSUE)))
    seen: list[tuple[str, object]] = []

    ContinueSession.of(tracked.world)(REQUEST)

    assert seen == [("run-1", tracked.record(ISSUE))]
    assert tracked.record(ISSUE).run_id == "run-1"
    assert tracked.record(ISSUE).run_end is None
    assert tracked.record(ISSUE).session_id == FORK


def test_a_session_that_only_the_dead_run_knows_is_gone_on_with_and_settled(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    with stage.store.edit() as draft:
        draft.put(ISSUE, replace(stage.record(ISSUE), session_id=None))
    stage.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.GONE))

    ContinueSession.of(stage.world)(REQUEST)

    assert stage.runs.launched[0].session_id == FORK
    assert stage.record(ISSUE).session_id == FORK


@pytest.mark.parametrize(("asked", "ordered"), [(None, "plan"), ("build", "build")])
def test_the_sessions_agent_goes_on_unless_another_is_asked_for(
    tracked: Stage, asked: str | None, ordered: str
) -> None:
    talk = tracked.conversations.kept[FORK]
    tracked.conversations.kept[FORK] = replace(talk, agent="plan")

    ContinueSession.of(tracked.world)(replace(REQUEST, options=RunOptions(agent=asked)))

    assert tracked.runs.launched[0].agent == ordered


def test_a_session_id_serves_for_its_reference(tracked: Stage) -> None:
    assert ContinueSession.of(tracked.world)(replace(REQUEST, ref=FORK)).issue_ref == ISSUE


def never_named(stage: Stage) -> None:
    stage.track(ISSUE, None)


def being_started(stage: Stage) -> None:
    stage.track(ISSUE, None)
    stage.have_run(ISSUE, run_seen())


def running(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK))


def unwatched(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.UNWATCHED))


def in_doubt(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.UNKNOWN))


def open_in_ours(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK, verb=RunVerb.RESUME))


def open_elsewhere(stage: Stage) -> None:
    stage.runs.screens.add(FORK)


def session_gone(stage: Stage) -> None:
    del stage.conversations.kept[FORK]


def directory_gone(stage: Stage) -> None:
    talk = stage.conversations.kept[FORK]
    stage.conversations.kept[FORK] = replace(talk, directory="/nowhere")


def opencode_missing(stage: Stage) -> None:
    stage.opencode.refusal = NoOpencodeError("opencode is not installed")


def database_unreadable(stage: Stage) -> None:
    stage.conversations.is_readable = False


def disk_full(stage: Stage) -> None:
    stage.store.refusal = CannotSaveError("No space left on device")


@pytest.mark.parametrize(
    ("given", "code", "exit_code", "remedy"),
    [
        (never_named, "conflict", 4, "start"),
        (being_started, "busy", 75, "stop"),
        (running, "busy", 75, "stop"),
        (unwatched, "busy", 75, "stop"),
        (in_doubt, "busy", 75, "stop"),
        (open_in_ours, "busy", 75, ""),
        (open_elsewhere, "busy", 75, ""),
        (session_gone, "not_found", 3, "start"),
        (directory_gone, "environment", 5, ""),
        (opencode_missing, "no_opencode", 5, ""),
        (database_unreadable, "database_unreadable", 5, ""),
        (disk_full, "cannot_save", 7, ""),
    ],
)
def test_a_refusal_changes_nothing_and_names_what_helps(
    tracked: Stage, given: Callable[[Stage], None], code: str, exit_code: int, remedy: str
) -> None:
    given(tracked)

    refusal = refused(tracked)

    assert (refusal.code, refusal.exit_code, refusal.remedy) == (code, exit_code, remedy)


def test_a_refusal_for_a_run_in_progress_names_it(tracked: Stage) -> None:
    tracked.have_run(
        ISSUE, run_seen("run-7", session_id=FORK, liveness=Liveness.ELSEWHERE, host="box")
    )

    assert refused(tracked).message == f"{ISSUE}: run run-7 is in progress on box"


def test_what_nobody_tracks_is_not_found_and_its_nearest_is_named(tracked: Stage) -> None:
    refusal = refused(tracked, replace(REQUEST, ref="github.com/shoko/kugetsu#41"))

    assert refusal.exit_code == 3
    assert refusal.hint == f"did you mean {ISSUE}?"


def test_an_empty_message_is_a_usage_error(tracked: Stage) -> None:
    assert refused(tracked, replace(REQUEST, message=" ")).exit_code == 2


def test_on_request_it_waits_for_the_run_in_progress(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen("run-0", session_id=FORK))
    waited: list[str] = []

    def wait(busy: BusyError) -> None:
        waited.append(busy.message)
        if len(waited) == 2:
            end = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)
            tracked.have_run(ISSUE, run_seen("run-0", session_id=FORK, end=end))

    ContinueSession.of(tracked.world)(REQUEST, wait=wait)

    assert waited == [f"{ISSUE}: run run-0 is in progress"] * 2
    assert [order.run_id for order in tracked.runs.launched] == ["run-1"]


def test_waiting_for_a_start_ends_when_the_session_is_there(stage: Stage) -> None:
    stage.track(ISSUE, None)
    stage.have_run(ISSUE, run_seen())

    def wait(_: BusyError) -> None:
        stage.track(ISSUE, FORK)

    ContinueSession.of(stage.world)(REQUEST, wait=wait)

    assert stage.runs.launched[0].session_id == FORK


def test_an_issue_destroyed_meanwhile_is_not_found(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen(session_id=FORK))

    def wait(_: BusyError) -> None:
        with tracked.store.edit() as draft:
            draft.remove(ISSUE)

    with pytest.raises(KugetsuError) as refusal:
        ContinueSession.of(tracked.world)(REQUEST, wait=wait)

    assert refusal.value.exit_code == 3
