"""A session open in opencode's own screen, on this terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kugetsu_tui.commands.continue_session import ContinueRequest, ContinueSession
from kugetsu_tui.commands.resume_session import ResumeSession
from kugetsu_tui.domain.conversation import LastTurn
from kugetsu_tui.domain.errors import (
    BusyError,
    EndedBySignalError,
    KugetsuError,
    NoOpencodeError,
    NoTerminalError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import BASE_FILE, DamagedRecord, Record
from kugetsu_tui.domain.run import Engine, RunEnd, RunOutcome
from kugetsu_tui.domain.settings import Settings
from tests.commands import BASE, FORK, ISSUE
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """Where opencode opens a session by itself; with a server, a test says so."""
    stage.settings = Settings(engine=Engine.RUN)
    return stage


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    return stage


def test_the_session_opens_in_its_own_directory(tracked: Stage) -> None:
    resumed = ResumeSession.of(tracked.world)(ISSUE)

    assert tracked.opencode.screens == [(FORK, tracked.directory)]
    assert resumed.session_id == FORK
    assert resumed.data()["issue_ref"] == ISSUE


def test_while_it_is_open_nobody_else_may_prompt_it(tracked: Stage) -> None:
    refusals: list[BusyError] = []

    def somebody_continues() -> None:
        with pytest.raises(BusyError) as refusal:
            ContinueSession.of(tracked.world)(ContinueRequest(ref=ISSUE, message="me too"))
        refusals.append(refusal.value)

    tracked.opencode.while_open = somebody_continues

    ResumeSession.of(tracked.world)(ISSUE)

    assert [refusal.message for refusal in refusals] == [f"{ISSUE}: open in opencode's own screen"]


def test_leaving_the_screen_ends_the_run(tracked: Stage) -> None:
    resumed = ResumeSession.of(tracked.world)(ISSUE)

    record = tracked.record(ISSUE)
    assert record.run_end == resumed.end
    assert record.run_id is not None
    seen = tracked.runs.seen(record.run_id)
    assert seen is not None
    assert seen.end == resumed.end
    assert resumed.end is not None
    assert resumed.end.outcome is RunOutcome.ANSWERED


def test_a_turn_that_was_cut_by_leaving_is_said(tracked: Stage) -> None:
    tracked.conversations.turns[FORK] = LastTurn(
        at=NOW + timedelta(seconds=1), completed_at=None, finish="", error=""
    )

    end = ResumeSession.of(tracked.world)(ISSUE).end
    assert end is not None
    assert end.outcome is RunOutcome.INTERRUPTED


def test_a_database_that_cannot_be_asked_afterwards_accuses_nobody(tracked: Stage) -> None:
    def break_database() -> None:
        tracked.conversations.is_readable = False

    tracked.opencode.while_open = break_database

    end = ResumeSession.of(tracked.world)(ISSUE).end
    assert end is not None
    assert end.outcome is RunOutcome.ANSWERED


@pytest.mark.parametrize("ref", ["base", "(base)"])
def test_the_base_may_be_opened_too(stage: Stage, ref: str) -> None:
    resumed = ResumeSession.of(stage.world)(ref)

    assert stage.opencode.screens == [(BASE, stage.directory)]
    assert resumed.data()["issue_ref"] is None
    base = stage.store.base()
    assert isinstance(base, Record)
    assert base.run_end == resumed.end


def test_a_base_whose_record_is_damaged_opens_by_what_the_index_says(stage: Stage) -> None:
    stage.store.files[BASE_FILE] = DamagedRecord(BASE_FILE, "not JSON")

    ResumeSession.of(stage.world)("base")

    assert stage.opencode.screens == [(BASE, stage.directory)]


def no_terminal(stage: Stage) -> None:
    stage.opencode.screen_refusal = NoTerminalError("no terminal")


def opencode_missing(stage: Stage) -> None:
    stage.opencode.refusal = NoOpencodeError("opencode is not installed")


def running(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK))


def being_started(stage: Stage) -> None:
    stage.track(ISSUE, None)
    stage.have_run(ISSUE, run_seen())


def open_elsewhere(stage: Stage) -> None:
    stage.runs.screens.add(FORK)


def session_gone(stage: Stage) -> None:
    del stage.conversations.kept[FORK]


@pytest.mark.parametrize(
    ("given", "code", "exit_code"),
    [
        (no_terminal, "no_terminal", 5),
        (opencode_missing, "no_opencode", 5),
        (running, "busy", 75),
        (being_started, "busy", 75),
        (open_elsewhere, "busy", 75),
        (session_gone, "not_found", 3),
    ],
)
def test_a_refusal_leaves_everything_as_it_was(
    tracked: Stage, given: Callable[[Stage], None], code: str, exit_code: int
) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="unknown model")
    tracked.have_run(ISSUE, run_seen(session_id=FORK, end=end))
    given(tracked)
    before = tracked.kept()

    with pytest.raises(KugetsuError) as refusal:
        ResumeSession.of(tracked.world)(ISSUE)

    assert (refusal.value.code, refusal.value.exit_code) == (code, exit_code)
    assert tracked.kept() == before


def test_a_hang_up_is_settled_before_the_program_ends(tracked: Stage) -> None:
    tracked.opencode.screen_refusal = EndedBySignalError("hung up", signal=1)

    with pytest.raises(EndedBySignalError):
        ResumeSession.of(tracked.world)(ISSUE)

    assert tracked.record(ISSUE).run_end is not None


def test_an_issue_destroyed_while_it_is_open_stays_destroyed(tracked: Stage) -> None:
    def somebody_destroys() -> None:
        with tracked.store.edit() as draft:
            draft.remove(ISSUE)

    tracked.opencode.while_open = somebody_destroys

    ResumeSession.of(tracked.world)(ISSUE)

    assert tracked.store.index().issues == {}


def test_a_base_replaced_while_the_old_one_is_open_keeps_its_record(stage: Stage) -> None:
    def somebody_makes_another() -> None:
        stage.base(FORK)

    stage.opencode.while_open = somebody_makes_another

    ResumeSession.of(stage.world)("base")

    base = stage.store.base()
    assert isinstance(base, Record)
    assert (base.session_id, base.run_id) == (FORK, None)


def test_without_a_base_there_is_none_to_open(bare: Stage) -> None:
    with pytest.raises(KugetsuError) as refusal:
        ResumeSession.of(bare.world)("base")

    assert (refusal.value.exit_code, refusal.value.remedy) == (3, "init")


def test_a_server_shows_the_session_where_runs_go_through_one(tracked: Stage) -> None:
    tracked.settings = replace(tracked.settings, engine=Engine.SERVER)

    resumed = ResumeSession.of(tracked.world)(ISSUE)

    assert tracked.opencode.attached == [(FORK, "http://127.0.0.1:43127")]
    assert tracked.opencode.screens == []
    assert tracked.record(ISSUE).run_end == resumed.end


def test_a_turn_that_goes_on_after_its_screen_is_looked_after(tracked: Stage) -> None:
    tracked.settings = replace(tracked.settings, engine=Engine.SERVER)
    tracked.runs.goes_on = True

    resumed = ResumeSession.of(tracked.world)(ISSUE)

    assert resumed.end is None
    assert tracked.record(ISSUE).run_end is None
    assert [order.run_id for order in tracked.runs.launched] == [tracked.record(ISSUE).run_id]


def test_what_the_server_is_waited_for_is_told_before_the_screen_opens(tracked: Stage) -> None:
    tracked.settings = replace(tracked.settings, engine=Engine.SERVER)
    tracked.server.awaited = "the server is being started"
    told: list[str] = []
    tracked.opencode.while_open = lambda: told.append("open")

    ResumeSession.of(tracked.world)(ISSUE, tell=told.append)

    assert told == ["the server is being started", "open"]


def test_a_run_on_the_server_is_looked_on_at_and_goes_on_being_the_latest(tracked: Stage) -> None:
    run = run_seen("run-7", session_id=FORK, engine=Engine.SERVER)
    tracked.track(ISSUE, FORK, run_id=run.order.run_id)
    tracked.have_run(ISSUE, run)

    resumed = ResumeSession.of(tracked.world)(ISSUE)

    assert tracked.opencode.attached == [(FORK, "http://127.0.0.1:43127")]
    assert (resumed.end, tracked.record(ISSUE).run_id) == (None, "run-7")


def test_without_a_terminal_no_server_is_begun_for_it(tracked: Stage) -> None:
    tracked.settings = replace(tracked.settings, engine=Engine.SERVER)
    tracked.opencode.terminal_refusal = NoTerminalError("no terminal")

    with pytest.raises(NoTerminalError):
        ResumeSession.of(tracked.world)(ISSUE)

    assert tracked.server.started == 0


def test_where_no_server_can_be_had_opencode_opens_it_by_itself(tracked: Stage) -> None:
    tracked.settings = replace(tracked.settings, engine=Engine.AUTO)
    tracked.server.refusal = NoOpencodeError("opencode's server lacks POST /session/{}/fork")

    ResumeSession.of(tracked.world)(ISSUE)

    assert tracked.opencode.attached == []
    assert [session for session, _ in tracked.opencode.screens] == [FORK]
