"""Taking back what was removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.commands.destroy_session import DestroyRequest, DestroySession
from kugetsu_tui.commands.undo_removal import UndoRemoval
from kugetsu_tui.domain.errors import ConflictError, EnvironmentUnfitError, NotFoundError
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.fakes import Stage
from tests.fakes.machine import FakeCheckout

pytestmark = pytest.mark.fast


@pytest.fixture
def destroyed(stage: Stage) -> Stage:
    """Two issues that were tracked, and the base: all destroyed, in that order."""
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND)
    destroy = DestroySession.of(stage.world)
    destroy(DestroyRequest(refs=(ISSUE,)))
    stage.clock.pass_by(seconds=1)
    destroy(DestroyRequest(refs=(OTHER,)))
    stage.clock.pass_by(seconds=1)
    destroy(DestroyRequest(is_base=True))
    return stage


def test_the_newest_comes_back_first(destroyed: Stage) -> None:
    undo = UndoRemoval.of(destroyed.world)

    assert [undo().report().headline for _ in range(3)] == [
        "(base) is back",
        f"{OTHER} is back",
        f"{ISSUE} is back",
    ]
    assert destroyed.store.index().base == BASE
    assert destroyed.record(ISSUE).session_id == FORK
    assert destroyed.store.trash() == []


def test_what_went_at_once_comes_back_at_once(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND)
    DestroySession.of(stage.world)(DestroyRequest(refs=(ISSUE, OTHER)))

    undone = UndoRemoval.of(stage.world)()

    assert set(undone.report().headline.splitlines()) == {f"{ISSUE} is back", f"{OTHER} is back"}
    assert set(stage.store.index().issues) == {ISSUE, OTHER}


def test_of_what_went_at_once_one_can_be_taken_back_by_name(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND)
    DestroySession.of(stage.world)(DestroyRequest(refs=(ISSUE, OTHER)))

    UndoRemoval.of(stage.world)(OTHER)

    assert list(stage.store.index().issues) == [OTHER]


@pytest.mark.parametrize(
    "ref",
    [ISSUE, "14", "https://github.com/shoko/kugetsu/issues/14", "github.com/Shoko/Kugetsu#14"],
)
def test_one_issue_comes_back_by_whatever_names_it(destroyed: Stage, ref: str) -> None:
    undone = UndoRemoval.of(destroyed.world)(ref)

    assert undone.removed.key == ISSUE
    assert list(destroyed.store.index().issues) == [ISSUE]


def test_a_whole_reference_is_understood_where_the_current_directory_is_gone(
    destroyed: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_: FakeCheckout) -> Path:
        raise EnvironmentUnfitError("the current directory cannot be used")

    monkeypatch.setattr(FakeCheckout, "current_directory", gone)

    assert UndoRemoval.of(destroyed.world)(ISSUE).removed.key == ISSUE


@pytest.mark.parametrize("ref", ["base", "(base)"])
def test_the_base_comes_back_by_its_name(destroyed: Stage, ref: str) -> None:
    UndoRemoval.of(destroyed.world)(ref)

    assert destroyed.store.index().base == BASE


def test_a_key_that_the_grammar_refuses_comes_back(stage: Stage) -> None:
    stage.track("odd key", FORK)
    DestroySession.of(stage.world)(DestroyRequest(refs=("odd key",)))

    UndoRemoval.of(stage.world)("odd key")

    assert stage.record("odd key").session_id == FORK


def test_of_an_issue_removed_twice_the_newer_comes_back(destroyed: Stage) -> None:
    destroyed.track(ISSUE, SECOND)
    DestroySession.of(destroyed.world)(DestroyRequest(refs=(ISSUE,)))

    UndoRemoval.of(destroyed.world)(ISSUE)

    assert destroyed.record(ISSUE).session_id == SECOND


def test_what_is_tracked_again_is_not_overwritten(destroyed: Stage) -> None:
    destroyed.track(ISSUE, SECOND)
    before = destroyed.kept()

    with pytest.raises(ConflictError):
        UndoRemoval.of(destroyed.world)(ISSUE)

    assert destroyed.kept() == before


@pytest.mark.parametrize("ref", [ISSUE, "nonsense"])
def test_where_nothing_was_removed_nothing_comes_back(stage: Stage, ref: str) -> None:
    with pytest.raises(NotFoundError) as refusal:
        UndoRemoval.of(stage.world)(ref)

    assert refusal.value.hint == "kugetsu trash"


def test_where_the_trash_is_empty_that_is_said(stage: Stage) -> None:
    with pytest.raises(NotFoundError, match="the trash is empty"):
        UndoRemoval.of(stage.world)()


def test_the_trash_shows_what_can_come_back(destroyed: Stage) -> None:
    listed = UndoRemoval.of(destroyed.world).trash()

    table = listed.report().table
    assert table is not None
    assert [row[:2] for row in table.rows] == [("(base)", BASE), (OTHER, SECOND), (ISSUE, FORK)]
    assert len(listed.data()["trash"]) == 3  # type: ignore[arg-type]


def test_an_empty_trash_is_no_failure(stage: Stage) -> None:
    assert UndoRemoval.of(stage.world).trash().report().headline == "the trash is empty"
