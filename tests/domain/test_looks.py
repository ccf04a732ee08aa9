"""What was looked at, and what is news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.session import SessionState
from tests.domain.rows import NOW, row

pytestmark = pytest.mark.fast

LATER = timedelta(minutes=-5)


def test_what_was_there_before_the_first_look_is_old() -> None:
    assert not Looks(NOW).is_unseen(row("a#1", ago=timedelta(seconds=1)))
    assert Looks(NOW).is_unseen(row("a#1", ago=LATER))


def test_a_look_lasts_until_something_changes() -> None:
    seen = row("a#1", ago=LATER)
    looks = Looks(NOW).after(seen)

    assert not looks.is_unseen(seen)
    assert looks.is_unseen(row("a#1", ago=2 * LATER))
    assert looks.is_unseen(row("a#2", ago=LATER))


@pytest.mark.parametrize("name", ["base", "untracked", "child"])
def test_only_issues_are_news(name: str) -> None:
    assert not Looks(NOW).is_unseen(row(name, ago=LATER))


def test_what_is_at_work_is_news_when_it_is_done() -> None:
    assert not Looks(NOW).is_unseen(row("a#1", ago=LATER, state=SessionState.RUNNING))


def test_two_programs_looks_add_up_and_forgotten_issues_are_dropped() -> None:
    one, two, gone = row("a#1", ago=LATER), row("a#2", ago=LATER), row("a#3", ago=LATER)
    merged = Looks(NOW).after(one).merged(Looks(NOW).after(two).after(gone), {one.key, two.key})

    assert not merged.is_unseen(one)
    assert not merged.is_unseen(two)
    assert merged.is_unseen(gone)
