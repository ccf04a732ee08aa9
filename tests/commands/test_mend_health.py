"""doctor --fix: what needs no guess is mended, one by one, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import pytest

from kugetsu_tui.commands.mend_health import MendHealth
from kugetsu_tui.commands.restore_index import RestoreIndex
from kugetsu_tui.commands.undo_removal import UndoRemoval
from kugetsu_tui.domain.errors import CannotSaveError, ConflictError, DamagedError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import BASE_FILE, Record
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.server import ServerSeen
from kugetsu_tui.domain.session import RunId
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.commands.mishaps import (
    base_record_damaged,
    interrupted,
    record_damaged,
    record_gone,
    session_gone,
)
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast
ANSWERED = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    return stage


def orphan(stage: Stage) -> None:
    stage.store.files["lost.json"] = replace(stage.record(ISSUE), issue_ref=OTHER)
    stage.store.written_at["lost.json"] = stage.clock()
    stage.clock.pass_by(hours=1)


def base_disagrees(stage: Stage) -> None:
    stage.store.files[BASE_FILE] = Record(type="base", session_id=SECOND, directory="/work")


def issue_disagrees(stage: Stage) -> None:
    stage.store.files[stage.store.stored.issues[ISSUE]] = replace(
        stage.record(ISSUE), issue_ref=OTHER
    )


def unsettled(stage: Stage) -> None:
    """The run ended, and the disk was full when the record was to say so."""
    stage.have_run(ISSUE, run_seen(session_id=FORK, end=ANSWERED))
    with stage.store.edit() as draft:
        draft.put(ISSUE, replace(stage.record(ISSUE), run_end=None))


def leftover(stage: Stage) -> None:
    stage.runs.unbegun.append("20260314T150926-abc123")


def server_unkept(stage: Stage) -> None:
    url = "http://127.0.0.1:1"
    stage.server.found = ServerSeen(
        url=url, version="1.18.33", is_ours=True, at_work=0, is_kept=False
    )


def index_damaged(stage: Stage) -> None:
    stage.store.last = stage.store.stored
    stage.store.damage = DamagedError("index.json: not JSON")


MENDABLE = [
    (orphan, "record_orphaned"),
    (record_gone, "record_missing"),
    (record_damaged, "record_damaged"),
    (base_record_damaged, "record_damaged"),
    (base_disagrees, "record_disagrees"),
    (issue_disagrees, "record_disagrees"),
    (session_gone, "session_missing"),
    (unsettled, "run_unsettled"),
    (leftover, "run_leftover"),
    (server_unkept, "server_unkept"),
    (index_damaged, "index_damaged"),
]


@pytest.mark.parametrize(("given", "kind"), MENDABLE)
def test_each_mismatch_is_shown_first_and_then_mended(
    tracked: Stage, given: Callable[[Stage], None], kind: str
) -> None:
    given(tracked)
    mend = MendHealth.of(tracked.world)
    before = tracked.kept()

    plan = mend.plan()

    assert [finding.kind for finding in plan] == [kind]
    assert tracked.kept() == before
    mended = mend(plan)
    assert mended.done == plan
    assert not [finding for finding in mended.left if finding.is_problem]
    assert mended.failure is None
    assert "1 mended" in mended.report().headline


@pytest.mark.parametrize(("given", "kind"), MENDABLE)
def test_what_is_not_chosen_stays_as_it_is(
    tracked: Stage, given: Callable[[Stage], None], kind: str
) -> None:
    given(tracked)
    before = tracked.kept()

    mended = MendHealth.of(tracked.world)(())

    assert tracked.kept() == before
    assert mended.failure is not None
    assert [finding.kind for finding in mended.left if finding.is_problem] == [kind]


def test_a_run_that_died_is_settled_and_nothing_is_sent_again(tracked: Stage) -> None:
    interrupted(tracked)
    mend = MendHealth.of(tracked.world)

    mended = mend(mend.plan())

    end = tracked.record(ISSUE).run_end
    assert end is not None
    assert end.outcome is RunOutcome.INTERRUPTED
    assert [(finding.kind, finding.mend) for finding in mended.left] == [("run_interrupted", "")]
    assert tracked.runs.launched == []


def test_a_session_that_only_the_run_knew_is_stored_with_its_end(stage: Stage) -> None:
    stage.track(ISSUE, None)
    stage.converse(FORK)
    unsettled(stage)
    mend = MendHealth.of(stage.world)

    mend(mend.plan())

    assert stage.record(ISSUE).session_id == FORK
    assert stage.record(ISSUE).run_end == ANSWERED


def test_what_was_untracked_can_be_taken_back(tracked: Stage) -> None:
    session_gone(tracked)
    before = tracked.record(ISSUE)
    mend = MendHealth.of(tracked.world)
    mend(mend.plan())
    assert ISSUE not in tracked.store.stored.issues

    UndoRemoval.of(tracked.world)(ISSUE)

    assert tracked.record(ISSUE) == before


def test_the_index_has_the_last_word(tracked: Stage) -> None:
    base_disagrees(tracked)
    issue_disagrees(tracked)
    mend = MendHealth.of(tracked.world)

    mend(mend.plan())

    base = tracked.store.files[BASE_FILE]
    assert isinstance(base, Record)
    assert (base.session_id, base.directory) == (BASE, "/work")
    assert tracked.record(ISSUE).issue_ref == ISSUE


def shared(stage: Stage) -> None:
    stage.track(OTHER, FORK)


def unwatched(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.UNWATCHED))


def base_gone(stage: Stage) -> None:
    del stage.conversations.kept[BASE]


def no_good_index(stage: Stage) -> None:
    stage.store.damage = DamagedError("index.json: not JSON")


def another_database(stage: Stage) -> None:
    """Not one session is there: that is no reason to forget them all."""
    stage.conversations.kept.clear()


@pytest.mark.parametrize("given", [shared, unwatched, base_gone, no_good_index, another_database])
def test_what_a_person_has_to_decide_is_only_named(
    tracked: Stage, given: Callable[[Stage], None]
) -> None:
    given(tracked)
    before = tracked.kept()
    mend = MendHealth.of(tracked.world)

    assert mend.plan() == ()
    mended = mend(mend.examine().findings)
    assert mended.failure is not None
    assert tracked.kept() == before


def test_one_that_cannot_be_mended_does_not_keep_the_others(tracked: Stage) -> None:
    leftover(tracked)
    session_gone(tracked)
    tracked.store.refusal = CannotSaveError("index.json: cannot save: disk full")
    mend = MendHealth.of(tracked.world)

    mended = mend(mend.plan())

    assert [finding.kind for finding in mended.done] == ["run_leftover"]
    assert [why.message for _, why in mended.refused] == ["index.json: cannot save: disk full"]
    assert mended.failure is not None
    assert mended.failure.changed
    assert f"not mended: {ISSUE}: index.json" in mended.report().body


def test_what_was_mended_is_said_although_the_rest_cannot_be_seen(
    tracked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_gone(tracked)
    mend = MendHealth.of(tracked.world)
    chosen = mend.plan()
    unseen = CannotSaveError("sessions: cannot be listed")
    monkeypatch.setattr(tracked.store, "orphans", Mock(side_effect=[(), unseen]))

    mended = mend(chosen)

    assert [finding.what for finding in mended.done] == [ISSUE]
    assert mended.failure is not None
    assert mended.failure.changed
    assert "what is left cannot be told: sessions: cannot be listed" in mended.failure.message
    assert f"mended: {ISSUE}" in mended.report().body
    assert mended.data()["problems"] is None


def test_a_run_that_began_meanwhile_keeps_its_entry(tracked: Stage) -> None:
    session_gone(tracked)
    plan = MendHealth.of(tracked.world).plan()
    tracked.have_run(ISSUE, run_seen(session_id=FORK))

    mended = MendHealth.of(tracked.world)(plan)

    assert mended.done == ()
    assert ISSUE in tracked.store.stored.issues


def test_the_last_good_index_is_brought_back(tracked: Stage) -> None:
    index_damaged(tracked)

    restored = RestoreIndex.of(tracked.world)()

    assert tracked.store.index().issues.keys() == {ISSUE}
    words = "the last good index is back, with 1 issue"
    assert restored.report().headline == f"{words}; the damaged one is kept as {restored.damaged}"


def test_what_is_back_is_back_also_where_it_cannot_be_counted(
    tracked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    index_damaged(tracked)
    restore = RestoreIndex.of(tracked.world)

    def refuse(_: object) -> None:
        raise CannotSaveError("out of descriptors; nothing was changed")

    monkeypatch.setattr(type(tracked.store), "index", refuse)

    assert restore().report().headline.startswith("the last good index is back; the damaged one")


def test_a_whole_index_is_not_restored(tracked: Stage) -> None:
    tracked.store.last = tracked.store.stored
    with pytest.raises(ConflictError):
        RestoreIndex.of(tracked.world)()


def test_without_a_good_index_there_is_nothing_to_restore(tracked: Stage) -> None:
    no_good_index(tracked)
    with pytest.raises(NotFoundError):
        RestoreIndex.of(tracked.world)()


def test_a_run_of_nobody_is_no_riddle(tracked: Stage) -> None:
    """A record whose run's folder is gone tells all that is known."""
    with tracked.store.edit() as draft:
        draft.put(ISSUE, replace(tracked.record(ISSUE), run_id=RunId("run-gone")))

    assert MendHealth.of(tracked.world).plan() == ()
