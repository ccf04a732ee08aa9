"""The board and its table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kugetsu_tui.commands.list_sessions import ListRequest, ListSessions
from kugetsu_tui.commands.narrow_board import Narrowing
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.domain.board import Board
from kugetsu_tui.domain.conversation import LastTurn
from kugetsu_tui.domain.errors import DamagedError, DatabaseUnreadableError, UsageError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import BASE_FILE, DamagedRecord, Record
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.report.report import Table
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK, created_at="2026-03-01T08:00:00+01:00", updated_at=NOW)
    stage.track(OTHER, SECOND)
    return stage


def labels(board: Board) -> list[str]:
    return [row.label for row in board]


def states(board: Board) -> dict[str, SessionState]:
    return {row.label: row.state for row in board}


def table(stage: Stage, request: ListRequest | None = None) -> Table:
    shown = ListSessions.of(stage.world)(request or ListRequest()).report().table
    assert shown is not None
    return shown


def test_the_base_comes_first_and_issues_in_the_indexs_order(tracked: Stage) -> None:
    assert labels(ReadBoard.of(tracked.world)()) == ["(base)", ISSUE, OTHER]


def test_the_table_begins_with_the_seeds_columns(tracked: Stage) -> None:
    shown = table(tracked)

    base, issue, *_ = shown.rows
    assert shown.columns[:4] == ("ISSUE_REF", "TYPE", "SESSION_ID", "CREATED")
    assert base[:5] == ("(base)", "base", BASE, "N/A", "idle")
    assert issue[:5] == (ISSUE, "forked", FORK, "2026-03-01T08:00:00+01:00", "idle")


def test_what_nobody_tracks_is_listed_on_request_only(tracked: Stage) -> None:
    tracked.converse(SessionId("ses_mine"), title="my own")

    listed = ListSessions.of(tracked.world)

    assert "ses_mine" not in labels(listed(ListRequest()).board)
    assert labels(listed(ListRequest(narrowing=Narrowing(has_untracked=True))).board)[3:] == [
        "ses_mine"
    ]


def test_sub_agents_are_nobodys_issue(tracked: Stage) -> None:
    talk = tracked.converse(SessionId("ses_child"))
    tracked.conversations.kept[talk.session_id] = replace(talk, parent_id=FORK)

    assert len(ReadBoard.of(tracked.world)(untracked=True).rows) == 3


def test_a_tracked_sub_agent_is_not_missing_among_all(tracked: Stage) -> None:
    tracked.conversations.kept[FORK] = replace(tracked.conversations.kept[FORK], parent_id=SECOND)

    assert states(ReadBoard.of(tracked.world)(untracked=True))[ISSUE] is SessionState.IDLE


def test_states_come_from_what_the_witnesses_say_now(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen("run-1", session_id=FORK))
    del tracked.conversations.kept[SECOND]

    assert states(ReadBoard.of(tracked.world)()) == {
        "(base)": SessionState.IDLE,
        ISSUE: SessionState.RUNNING,
        OTHER: SessionState.MISSING,
    }


def test_the_setting_says_after_what_a_run_is_silent(tracked: Stage) -> None:
    quiet = NOW - timedelta(seconds=60)
    tracked.have_run(ISSUE, run_seen("run-1", session_id=FORK, last_sign=quiet))

    tracked.settings = replace(tracked.settings, silent_after=59.0)
    assert states(ReadBoard.of(tracked.world)())[ISSUE] is SessionState.SILENT
    tracked.settings = replace(tracked.settings, silent_after=61.0)
    assert states(ReadBoard.of(tracked.world)())[ISSUE] is SessionState.RUNNING


def test_a_run_that_died_after_its_answer_left_the_session_idle(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen("run-1", session_id=FORK, liveness=Liveness.GONE))
    assert states(ReadBoard.of(tracked.world)())[ISSUE] is SessionState.INTERRUPTED

    tracked.conversations.turns[FORK] = LastTurn(at=NOW, completed_at=NOW, finish="stop", error="")

    assert states(ReadBoard.of(tracked.world)())[ISSUE] is SessionState.IDLE


def test_a_settled_run_is_not_looked_at_again(
    tracked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="unknown model")
    tracked.have_run(ISSUE, run_seen("run-1", session_id=FORK, end=end))
    monkeypatch.setattr(tracked.runs, "seen", lambda _: pytest.fail("looked at"))

    row = ReadBoard.of(tracked.world)().rows[1]

    assert (row.state, row.why) == (SessionState.FAILED, "unknown model")


def test_a_database_that_cannot_be_asked_makes_states_unknown_and_is_warned_about(
    tracked: Stage,
) -> None:
    tracked.have_run(OTHER, run_seen("run-1", session_id=SECOND))
    tracked.conversations.is_readable = False

    listed = ListSessions.of(tracked.world)(ListRequest(narrowing=Narrowing(has_untracked=True)))

    assert states(listed.board) == {
        "(base)": SessionState.UNKNOWN,
        ISSUE: SessionState.UNKNOWN,
        OTHER: SessionState.RUNNING,
    }
    assert listed.report().warnings == ("opencode's database cannot be read: disk I/O error",)


def test_a_damaged_record_is_a_row_that_says_so(tracked: Stage) -> None:
    file = tracked.store.stored.issues[ISSUE]
    tracked.store.files[file] = DamagedRecord(file, "not JSON")

    row = ReadBoard.of(tracked.world)().rows[1]

    assert (row.label, row.state, row.why) == (ISSUE, SessionState.DAMAGED, "not JSON")


@pytest.mark.parametrize(
    "record",
    [DamagedRecord(BASE_FILE, "not JSON"), Record(type="base", session_id=SessionId("ses_old"))],
)
def test_the_index_has_the_last_word_on_the_base(
    stage: Stage, record: Record | DamagedRecord
) -> None:
    stage.store.files[BASE_FILE] = record

    (row,) = ReadBoard.of(stage.world)()

    assert (row.session_id, row.state) == (BASE, SessionState.IDLE)


def test_a_damaged_index_is_a_refusal(stage: Stage) -> None:
    stage.store.damage = DamagedError("index.json: not JSON")

    with pytest.raises(DamagedError):
        ListSessions.of(stage.world)(ListRequest())


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        (ListRequest(state="idle"), ["(base)", ISSUE, OTHER]),
        (ListRequest(state="failed"), []),
        (ListRequest(repo="SHOKO/"), [ISSUE, OTHER]),
        (ListRequest(repo="#15"), [OTHER]),
        (ListRequest(since="30m"), [OTHER]),
        (ListRequest(since="2d"), ["(base)", ISSUE, OTHER]),
        (ListRequest(since="2d", repo="#14", state="idle"), [ISSUE]),
    ],
)
def test_filters_narrow_the_rows(tracked: Stage, request_: ListRequest, shown: list[str]) -> None:
    tracked.clock.pass_by(hours=1)
    tracked.converse(SECOND)

    assert labels(ListSessions.of(tracked.world)(request_).board) == shown


@pytest.mark.parametrize(
    "request_",
    [ListRequest(state="asleep"), ListRequest(since="yesterday"), ListRequest(since="9" * 30)],
)
def test_a_filter_that_is_none_is_a_usage_error(stage: Stage, request_: ListRequest) -> None:
    with pytest.raises(UsageError):
        ListSessions.of(stage.world)(request_)


def test_an_empty_store_says_what_to_do(bare: Stage) -> None:
    listed = ListSessions.of(bare.world)(ListRequest())

    assert listed.failure is None
    assert listed.report().warnings == ("nothing is tracked yet: kugetsu init, then start",)
    assert listed.data()["sessions"] == []


def test_every_session_is_spelled_with_the_same_keys(tracked: Stage) -> None:
    tracked.track("github.com/shoko/kugetsu#16", None)
    tracked.converse(SessionId("ses_mine"))

    sessions = ListSessions.of(tracked.world)(
        ListRequest(narrowing=Narrowing(has_untracked=True))
    ).data()["sessions"]

    assert isinstance(sessions, list)
    assert len(sessions) == 5
    contract = {
        "issue_ref",
        "type",
        "session_id",
        "state",
        "created_at",
        "updated_at",
        "directory",
        "title",
    }
    assert all(contract <= set(session) for session in sessions)
    assert [session["session_id"] for session in sessions] == [
        BASE,
        FORK,
        SECOND,
        None,
        "ses_mine",
    ]


def test_one_row_may_be_asked_for(tracked: Stage) -> None:
    read_board = ReadBoard.of(tracked.world)

    assert read_board.row(ISSUE, tracked.record(ISSUE)) == read_board(figures=True).rows[1]


def test_a_database_that_fails_amid_the_look_makes_only_that_state_unknown(
    tracked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise DatabaseUnreadableError("disk I/O error")

    tracked.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.GONE))
    monkeypatch.setattr(tracked.conversations, "last_turn", fails)

    told = states(ReadBoard.of(tracked.world)())

    assert (told[ISSUE], told[OTHER]) == (SessionState.UNKNOWN, SessionState.IDLE)
