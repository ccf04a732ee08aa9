"""Order, kind, time range and groups of the board."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.domain.view import (
    Kinds,
    Order,
    Span,
    View,
    following,
    grouped,
    nested,
    place_of,
)
from tests.domain.rows import NOW, row

pytestmark = pytest.mark.fast

BASE = row("base", state=SessionState.IDLE)


def in_order(rows: list[Row], order: Order, unseen: set[str] | None = None) -> list[Row]:
    fresh = unseen or set()
    return sorted(rows, key=lambda one: place_of(one, order, is_unseen=one.key in fresh))


def test_attention_goes_to_failures_then_the_unseen_then_what_runs_then_the_rest() -> None:
    failed = row("a#4", state=SessionState.FAILED, ago=timedelta(days=9))
    unseen, busy = row("a#3"), row("a#2", state=SessionState.RUNNING)
    rest, older = row("a#5"), row("a#1", ago=timedelta(hours=1))

    found = in_order([rest, older, busy, unseen, failed, BASE], Order.ATTENTION, {unseen.key})

    assert found == [BASE, failed, unseen, busy, rest, older]


def test_what_is_at_work_does_not_change_places_when_it_speaks() -> None:
    one = row("a#1", state=SessionState.RUNNING, ago=timedelta(minutes=9))
    two = row("a#2", state=SessionState.RETRYING)

    assert in_order([two, one], Order.ATTENTION) == [one, two]


def test_what_is_queued_stands_behind_what_has_its_turn_as_its_turn_will_come() -> None:
    first = row("z#9", state=SessionState.QUEUED, ago=timedelta(minutes=2))
    second = row("a#1", state=SessionState.QUEUED, ago=timedelta(minutes=1))
    busy, rest = row("z#10", state=SessionState.RUNNING), row("a#2")

    assert in_order([rest, second, first, busy], Order.ATTENTION) == [busy, first, second, rest]


@pytest.mark.parametrize(
    ("order", "more"),
    [
        (Order.MESSAGES, {"messages": 7}),
        (Order.TOKENS, {"tokens": 7}),
        (Order.COST, {"cost": 0.5}),
    ],
)
def test_the_largest_comes_first(order: Order, more: dict[str, int]) -> None:
    small, large = row("a#1"), row("a#2", **more)  # type: ignore[arg-type]

    assert in_order([small, large, BASE], order) == [BASE, large, small]


@pytest.mark.parametrize("order", [Order.UPDATED, Order.CREATED])
def test_the_newest_comes_first(order: Order) -> None:
    old, new = row("a#1", ago=timedelta(days=1)), row("a#2")

    assert in_order([old, new], order) == [new, old]


def test_references_are_ordered_by_repository_and_number() -> None:
    rows = [row("b#1"), row("a#10"), row("a#9"), row("untracked z"), row("untracked y")]

    assert [one.title for one in in_order(rows, Order.REF)] == [
        "about a#9", "about a#10", "about b#1", "about untracked y", "about untracked z",
    ]  # fmt: skip


@pytest.mark.parametrize("order", Order)
def test_no_order_depends_on_the_one_before(order: Order) -> None:
    rows = [row(f"a#{n}") for n in range(1, 9)]

    assert in_order(rows, order) == in_order(rows[::-1], order)


def test_the_range_is_that_of_the_last_activity_ends_included() -> None:
    inside = row("a#1", ago=timedelta(hours=24), created_at="2020-01-01T00:00:00Z")
    outside = row("a#2", ago=timedelta(hours=24, seconds=1))
    silent = row("a#3", updated_at=None)
    view = View(span=Span.DAY)

    assert [view.shows(one, NOW) for one in (inside, outside, silent)] == [True, False, False]
    assert all(View().shows(one, NOW) for one in (inside, outside, silent))


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        (Kinds.ISSUES, ["base", "issue"]),
        (Kinds.BASE, ["base"]),
        (Kinds.UNTRACKED, ["untracked"]),
        (Kinds.CHILDREN, ["child"]),
        (Kinds.ALL, ["base", "issue", "untracked", "child"]),
    ],
)
def test_a_kind_is_what_it_says(kind: Kinds, shown: list[str]) -> None:
    rows = [BASE, row("a#1"), row("untracked"), row("child")]

    assert [one.kind for one in rows if View(kind=kind).shows(one, NOW)] == shown


def test_choices_go_around() -> None:
    assert following(Span.ALL) is Span.DAY
    assert following(Span.MONTH) is Span.ALL


def test_sub_agents_stand_behind_the_session_they_work_for() -> None:
    first, second = row("a#1"), row("a#2")
    child = row("child one", parent_id=first.session_id)
    grandchild = row("child two", parent_id=child.session_id)
    lost = row("child lost", parent_id=SessionId("ses_gone"))

    found = nested([grandchild, child, lost, first, second])

    assert found == [lost, first, child, grandchild, second]


def test_groups_are_in_the_order_of_their_first_rows() -> None:
    child = row("child one", kind=RowKind.CHILD)
    groups = grouped([BASE, row("b#1"), child, row("a#1"), row("b#2"), row("untracked")])

    assert list(groups) == ["", "github.com/shoko/b", "github.com/shoko/a", "/home/shoko/src"]
    assert [one.title for one in groups["github.com/shoko/b"]] == [
        "about b#1", "about child one", "about b#2",
    ]  # fmt: skip
