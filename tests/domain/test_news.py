"""What is newsworthy between two boards, and what is not."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.board import Board, Row, RowKind
from kugetsu_tui.domain.news import Lookout, NewsKind
from kugetsu_tui.domain.session import RunId, SessionId, SessionState

pytestmark = pytest.mark.fast

S = SessionState
ENDED, FAILED = NewsKind.ENDED, NewsKind.FAILED


def row(state: SessionState, run: str | None = "run-1", key: str = "a/b/c#1") -> Row:
    return Row(
        kind=RowKind.ISSUE,
        issue_ref=key,
        type="forked",
        session_id=SessionId("ses_1"),
        state=state,
        since=None,
        why="because",
        created_at="",
        updated_at=None,
        directory="/",
        title="",
        run_id=RunId(run) if run else None,
    )


def kinds(*rows: Row) -> list[NewsKind]:
    """The news of the last of these boards, each of one row."""
    lookout, news = Lookout().after(Board())
    for each in rows:
        lookout, news = lookout.after(Board((each,)))
    return [each.kind for each in news]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (S.RUNNING, S.IDLE, [ENDED]),
        (S.SILENT, S.IDLE, [ENDED]),
        (S.PENDING, S.FAILED, [FAILED]),
        (S.RETRYING, S.INTERRUPTED, [FAILED]),
        (S.RUNNING, S.RETRYING, []),
        (S.RUNNING, S.SILENT, []),
        (S.RUNNING, S.STOPPED, []),
        (S.RUNNING, S.UNKNOWN, []),
        (S.RUNNING, S.MISSING, []),
        (S.OPEN, S.IDLE, []),
        (S.IDLE, S.RUNNING, []),
        (S.IDLE, S.IDLE, []),
        (S.FAILED, S.FAILED, []),
    ],
)
def test_the_end_of_a_run_is_news(
    before: SessionState, after: SessionState, expected: list[NewsKind]
) -> None:
    assert kinds(row(before), row(after)) == expected


def test_a_run_that_began_and_ended_between_two_boards_is_news() -> None:
    assert kinds(row(S.IDLE, "run-1"), row(S.FAILED, "run-2")) == [FAILED]


def test_who_leaves_opencodes_screen_is_told_nothing() -> None:
    """The run that the row shows is then the one before again."""
    assert kinds(row(S.OPEN, "run-2"), row(S.IDLE, "run-1")) == []


def test_a_row_that_was_not_there_is_none() -> None:
    assert kinds(row(S.FAILED)) == []


def test_an_end_behind_a_moment_of_not_knowing_is_still_told() -> None:
    assert kinds(row(S.RUNNING), row(S.UNKNOWN), row(S.IDLE)) == [ENDED]


def test_what_was_never_known_to_run_has_not_ended() -> None:
    assert kinds(row(S.UNKNOWN), row(S.IDLE)) == []


def test_each_session_is_compared_with_itself() -> None:
    lookout, _ = Lookout().after(Board((row(S.RUNNING), row(S.IDLE, key="a/b/c#2"))))

    _, news = lookout.after(Board((row(S.RUNNING, key="a/b/c#2"), row(S.IDLE))))

    assert [(each.row.key, each.kind) for each in news] == [("a/b/c#1", ENDED)]


def test_a_failure_says_why() -> None:
    lookout, _ = Lookout().after(Board((row(S.RUNNING),)))

    _, (news,) = lookout.after(Board((row(S.FAILED),)))

    assert news.words == "failed: because"


def test_who_is_needed_is_told_for_what() -> None:
    lookout, _ = Lookout().after(Board((row(S.RUNNING),)))

    _, (news,) = lookout.after(Board((row(S.WAITING),)))

    assert news.words == "needs you: because"
