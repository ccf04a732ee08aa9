"""Claims on a lost index: what is clear is found again, what is not is never chosen."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.lost_index import FoundAgain, find_again
from kugetsu_tui.domain.record import Index, Record
from kugetsu_tui.domain.session import SessionId, SessionType
from tests.fakes import NOW

pytestmark = pytest.mark.fast

A, B = "github.com/shoko/kugetsu#1", "github.com/shoko/kugetsu#2"
ONE, TWO, GONE = SessionId("ses_one"), SessionId("ses_two"), SessionId("ses_gone")


def found(
    told: Mapping[SessionId, str],
    *records: Record,
    index: Index | None = None,
    tracked: tuple[SessionId, ...] = (),
) -> FoundAgain:
    had = {
        session_id: Conversation(
            session_id=session_id, title="a talk", directory="/", created_at=NOW, updated_at=NOW
        )
        for session_id in (ONE, TWO)
    }
    return find_again(index or Index(), tracked, records=records, told=told, conversations=had)


def record(ref: str | None, session_id: SessionId | None) -> Record:
    return Record(type=SessionType.FORKED, issue_ref=ref, session_id=session_id)


def pairs(again: FoundAgain) -> list[tuple[str, str]]:
    return [(claim.issue_ref, claim.session_id) for claim in again.clear]


def test_one_session_for_one_issue_is_clear() -> None:
    assert pairs(found({ONE: A, TWO: B})) == [(A, ONE), (B, TWO)]


def test_two_sessions_for_one_issue_are_both_named_and_neither_is_chosen() -> None:
    again = found({ONE: A, TWO: A})

    assert not again.clear
    assert [claim.session_id for claim in again.unclear[A]] == [ONE, TWO]


def test_a_record_outweighs_what_opencode_was_told() -> None:
    again = found({ONE: A, TWO: A}, record(A, TWO))

    assert pairs(again) == [(A, TWO)]
    assert again.clear[0].record == record(A, TWO)
    assert not again.unclear


def test_two_records_for_one_issue_are_not_clear() -> None:
    assert found({}, record(A, ONE), record(A, TWO)).unclear.keys() == {A}


def test_one_session_for_two_issues_is_not_clear() -> None:
    again = found({ONE: B}, record(A, ONE))

    assert not again.clear
    assert again.unclear.keys() == {A, B}


def test_what_is_tracked_stays_as_it_is() -> None:
    index = Index(issues={A: "a.json"})

    assert found({ONE: A, TWO: B}, index=index, tracked=(TWO,)) == FoundAgain((), {})


@pytest.mark.parametrize(
    "text", ["", "x", "GitHub.com/shoko/kugetsu#1", "https://github.com/a/b/issues/1", "a/b/c#0"]
)
def test_what_is_no_reference_as_we_write_them_is_left_out(text: str) -> None:
    assert found({ONE: text}) == FoundAgain((), {})


def test_what_opencode_does_not_have_is_left_out() -> None:
    again = found({GONE: A}, record(A, GONE), record(B, None), record(None, ONE))

    assert again == FoundAgain((), {})
