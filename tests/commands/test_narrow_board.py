"""`list` and `watch` with a filter, an order, a kind; and a fork's own figures."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock

import pytest

from kugetsu_tui.commands.list_sessions import Listed, ListRequest, ListSessions
from kugetsu_tui.commands.narrow_board import narrowing_of
from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.domain.conversation import Message, TextPart
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import SessionId
from tests.commands import FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast

CHILD = SessionId("ses_child")


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND)
    stage.converse(SessionId("ses_mine"), title="my own")
    child = stage.converse(CHILD, title="a part of it")
    stage.conversations.kept[CHILD] = replace(child, parent_id=FORK)
    return stage


def listed(
    stage: Stage, expression: str | None = None, *, order: str | None = None, kind: str = ""
) -> Listed:
    wanted = narrowing_of(expression, order=order, kind=kind or None, untracked=False)
    return ListSessions.of(stage.world)(ListRequest(narrowing=wanted, figures=True))


def labels(shown: Listed) -> list[str]:
    return [row.label for row in shown.board]


def test_the_first_question_for_what_is_new_begins_the_notebook(
    tracked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Mock(return_value=tracked.notebook.memory)
    monkeypatch.setattr(tracked.notebook, "begin", begin)

    listed(tracked, "fix")
    assert not begin.called
    listed(tracked, "is:unseen")

    assert begin.called


def test_a_filter_leaves_what_passes(tracked: Stage) -> None:
    failed = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="no")
    tracked.have_run(OTHER, run_seen("run-1", end=failed))

    assert labels(listed(tracked, "state:failed")) == [OTHER]
    assert labels(listed(tracked, "-is:base -state:failed")) == [ISSUE]


def test_what_is_not_understood_is_refused(tracked: Stage) -> None:
    with pytest.raises(UsageError, match="state:lost: one of"):
        listed(tracked, "state:lost")
    with pytest.raises(UsageError, match="nothing to look for"):
        listed(tracked, "/ ")
    with pytest.raises(UsageError, match="no text"):
        listed(tracked, "/\udcff")


def test_unseen_is_what_changed_since_the_screen_was_looked_at(tracked: Stage) -> None:
    end = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW + timedelta(minutes=1), reason="")
    tracked.have_run(ISSUE, run_seen("run-1", end=end))

    assert labels(listed(tracked, "is:unseen")) == [ISSUE]


def test_words_are_found_inside_transcripts_and_the_line_is_told(tracked: Stage) -> None:
    tracked.conversations.said[SECOND] = [
        Message(
            role="user",
            at=NOW,
            completed_at=NOW,
            finish="",
            error="",
            parts=(TextPart("a Needle"),),
        )
    ]

    found = listed(tracked, "/needle")

    assert labels(found) == [OTHER]
    table = found.report().table
    assert table is not None
    assert "a Needle" in str(list(table.rows))
    sessions = found.data()["sessions"]
    assert isinstance(sessions, list)
    assert sessions[0]["found"] == "a Needle"
    assert labels(listed(tracked, "/nowhere")) == []


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("issues", ["(base)", ISSUE, OTHER]),
        ("base", ["(base)"]),
        ("untracked", ["ses_mine"]),
        ("children", [CHILD]),
        ("all", ["(base)", ISSUE, OTHER, "ses_mine", CHILD]),
    ],
)
def test_a_kind_is_listed_alone(tracked: Stage, kind: str, found: list[str]) -> None:
    assert labels(listed(tracked, kind=kind)) == found


def test_a_kind_is_listed_with_what_nobody_tracks_and_nothing_else(tracked: Stage) -> None:
    wanted = narrowing_of(None, order=None, kind="base", untracked=True)

    shown = ListSessions.of(tracked.world)(ListRequest(narrowing=wanted))

    assert labels(shown) == ["(base)", "ses_mine"]


def test_a_child_stands_behind_its_master_once_there_is_an_order(tracked: Stage) -> None:
    assert labels(listed(tracked, kind="all", order="ref"))[:4] == [
        "(base)", *sorted([ISSUE, OTHER])[:1], *([CHILD] if ISSUE < OTHER else []),
        *sorted([ISSUE, OTHER])[1:],
    ]  # fmt: skip


def test_a_fork_has_what_is_its_own(tracked: Stage) -> None:
    kept = tracked.conversations.kept
    kept[FORK] = replace(kept[FORK], tokens=1_000, cost=0.3)
    tracked.conversations.counted[FORK] = Figures(
        messages=4, changed_files=2, copied_tokens=900, copied_cost=0.3
    )
    row = next(row for row in listed(tracked).board if row.key == ISSUE)

    assert (row.messages, row.changed_files, row.tokens, row.cost) == (4, 2, 100, 0.0)


def test_figures_are_asked_again_only_where_something_happened(tracked: Stage) -> None:
    read_board, conversations = ReadBoard.of(tracked.world), tracked.conversations
    read_board(figures=True)
    for session_id in (FORK, SECOND):
        conversations.counted[session_id] = Figures(messages=7)
    kept = conversations.kept
    kept[FORK] = replace(kept[FORK], updated_at=NOW + timedelta(seconds=1))

    counts = {row.key: row.messages for row in read_board(figures=True)}

    assert counts[ISSUE] == 7
    assert counts[OTHER] == 0


def test_without_a_wish_nothing_is_counted(tracked: Stage) -> None:
    assert {row.messages for row in ReadBoard.of(tracked.world)()} == {None}
