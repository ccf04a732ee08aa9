"""Record files that no index entry names."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.prune_orphans import PruneOrphans
from kugetsu_tui.domain.errors import CannotSaveError, DamagedError, KugetsuError
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import RunId
from tests.commands import FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen
from tests.fakes.store import MemoryDraft

pytestmark = pytest.mark.fast

ORPHAN = "github.com-shoko-kugetsu-15.json"


@pytest.fixture
def orphaned(stage: Stage) -> Stage:
    """An issue whose entry was lost an hour ago, beside one that is tracked."""
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND, run_id=RunId("run-7"))
    file = stage.store.stored.issues[OTHER]
    assert file == ORPHAN
    with stage.store.edit() as draft:
        draft.remove(OTHER)
    record = stage.store.removed.pop().record
    assert record is not None
    stage.store.files[ORPHAN] = record
    stage.store.written_at[ORPHAN] = stage.clock()
    stage.clock.pass_by(hours=1)
    return stage


def test_without_force_it_only_names_them(orphaned: Stage) -> None:
    before = orphaned.kept()

    pruned = PruneOrphans.of(orphaned.world)(force=False)

    assert (pruned.files, pruned.is_done) == ((ORPHAN,), False)
    assert "kugetsu prune --force" in pruned.report().headline
    assert orphaned.kept() == before


def test_by_force_exactly_those_go_to_the_trash(orphaned: Stage) -> None:
    plan = PruneOrphans.of(orphaned.world)(force=False)

    pruned = PruneOrphans.of(orphaned.world)(force=True)

    assert (pruned.files, pruned.is_done) == (plan.files, True)
    assert set(orphaned.store.files) == {"base.json", orphaned.store.index().issues[ISSUE]}
    assert [removed.file for removed in orphaned.store.trash()] == [ORPHAN]


def test_one_that_cannot_be_read_does_not_keep_the_others(
    orphaned: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = "odd.json"
    orphaned.store.files[odd] = orphaned.store.files[ORPHAN]
    orphaned.store.written_at[odd] = orphaned.store.written_at[ORPHAN]
    remove = MemoryDraft.remove_orphan

    def refuse_the_odd(draft: MemoryDraft, file: str) -> None:
        if file == odd:
            raise DamagedError(f"{file}: too large; it was left as it is")
        remove(draft, file)

    monkeypatch.setattr(MemoryDraft, "remove_orphan", refuse_the_odd)

    pruned = PruneOrphans.of(orphaned.world)(force=True)

    assert [removed.file for removed in orphaned.store.trash()] == [ORPHAN]
    assert (pruned.files, pruned.data()["kept"]) == (
        (ORPHAN,),
        ["odd.json: too large; it was left as it is"],
    )
    assert pruned.failure is not None
    assert (pruned.failure.exit_code, pruned.failure.changed) == (6, True)


def test_a_file_of_a_start_that_has_not_written_the_index_yet_is_spared(orphaned: Stage) -> None:
    orphaned.store.written_at[ORPHAN] = orphaned.clock()

    assert PruneOrphans.of(orphaned.world)(force=True).files == ()


def test_a_file_whose_run_is_at_work_is_spared(orphaned: Stage) -> None:
    orphaned.runs.known[RunId("run-7")] = run_seen("run-7", session_id=SECOND)

    assert PruneOrphans.of(orphaned.world)(force=True).files == ()


def test_a_file_whose_run_has_ended_is_not(orphaned: Stage) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW)
    orphaned.runs.known[RunId("run-7")] = run_seen("run-7", session_id=SECOND, end=end)

    assert PruneOrphans.of(orphaned.world)(force=True).files == (ORPHAN,)


def test_nothing_orphaned_is_no_failure(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.clock.pass_by(days=1)

    pruned = PruneOrphans.of(stage.world)(force=True)

    assert pruned.files == ()
    assert pruned.report().headline == "no orphaned session files"


def test_files_of_other_programs_are_no_orphans(stage: Stage) -> None:
    stage.store.files["pm-agent.json"] = Record(type="pm_agent")
    stage.store.written_at["pm-agent.json"] = stage.clock()
    stage.clock.pass_by(days=1)

    assert PruneOrphans.of(stage.world)(force=True).files == ()


@pytest.mark.parametrize("force", [False, True])
def test_beside_a_damaged_index_nothing_is_an_orphan(orphaned: Stage, *, force: bool) -> None:
    orphaned.store.damage = DamagedError("index.json: missing, although sessions holds records")
    before = orphaned.kept()

    with pytest.raises(DamagedError):
        PruneOrphans.of(orphaned.world)(force=force)

    assert orphaned.kept() == before


def test_what_cannot_be_saved_is_not_pruned(orphaned: Stage) -> None:
    orphaned.store.refusal = CannotSaveError("Read-only file system")
    before = orphaned.kept()

    with pytest.raises(KugetsuError) as refusal:
        PruneOrphans.of(orphaned.world)(force=True)

    assert refusal.value.exit_code == 7
    assert orphaned.kept() == before
