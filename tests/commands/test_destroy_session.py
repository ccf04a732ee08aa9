"""Untracking issues and the base, and deleting conversations on request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kugetsu_tui.commands.destroy_session import DestroyRequest, DestroySession
from kugetsu_tui.domain.errors import (
    BusyError,
    CannotSaveError,
    DamagedError,
    KugetsuError,
    NoOpencodeError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import DamagedRecord, Index
from kugetsu_tui.domain.run import Liveness, RunVerb
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.fakes import Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND)
    return stage


def refused(stage: Stage, request: DestroyRequest) -> KugetsuError:
    """What the verb is refused with, having changed nothing."""
    before = stage.kept()
    with pytest.raises(KugetsuError) as refusal:
        DestroySession.of(stage.world)(request)
    assert stage.kept() == before
    assert stage.opencode.deleted == []
    assert stage.runs.stopped == []
    return refusal.value


def test_an_issue_goes_to_the_trash_and_its_conversation_stays(tracked: Stage) -> None:
    destroyed = DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,)))

    assert list(tracked.store.index().issues) == [OTHER]
    assert [removed.key for removed in tracked.store.trash()] == [ISSUE]
    assert FORK in tracked.conversations.kept
    assert destroyed.report().headline == (
        f"{ISSUE} is no longer tracked; {FORK} stays in opencode;"
        f" kugetsu undo '{ISSUE}' takes it back"
    )
    assert destroyed.data() == {
        "destroyed": [{"issue_ref": ISSUE, "session_id": FORK, "purged": False}]
    }


def test_naming_one_twice_is_naming_it_once(tracked: Stage) -> None:
    destroyed = DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE, "14", FORK)))

    assert [doomed.key for doomed in destroyed.gone] == [ISSUE]


def test_the_plan_changes_nothing_and_says_what_runs(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen(session_id=FORK))
    before = tracked.kept()

    plan = DestroySession.of(tracked.world).plan(DestroyRequest(refs=(ISSUE, OTHER)))

    assert [(doomed.key, doomed.is_running) for doomed in plan] == [(ISSUE, True), (OTHER, False)]
    assert tracked.kept() == before


def test_the_base_goes_alone_and_its_forks_stay(tracked: Stage) -> None:
    destroyed = DestroySession.of(tracked.world)(DestroyRequest(is_base=True))

    assert tracked.store.index().base is None
    assert list(tracked.store.index().issues) == [ISSUE, OTHER]
    assert BASE in tracked.conversations.kept
    assert destroyed.report().headline.startswith("(base) is no longer tracked")


def test_a_purge_deletes_the_conversation(tracked: Stage) -> None:
    destroyed = DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,), purge=True))

    assert tracked.opencode.deleted == [FORK]
    assert destroyed.failure is None
    assert destroyed.report().headline == f"{ISSUE} is gone, and {FORK} is deleted in opencode"


def test_a_conversation_that_opencode_would_not_delete_is_a_failure_that_says_so(
    tracked: Stage,
) -> None:
    tracked.opencode.deletion_refusal = KugetsuError("opencode did not delete it")

    destroyed = DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,), purge=True))

    assert destroyed.failure is tracked.opencode.deletion_refusal
    assert destroyed.failure.changed
    assert "stays in opencode" in destroyed.report().headline
    assert destroyed.data() == {
        "destroyed": [{"issue_ref": ISSUE, "session_id": FORK, "purged": False}]
    }


def test_what_never_had_a_session_has_nothing_to_purge(stage: Stage) -> None:
    stage.track(ISSUE, None)

    destroyed = DestroySession.of(stage.world)(DestroyRequest(refs=(ISSUE,), purge=True))

    assert destroyed.data() == {
        "destroyed": [{"issue_ref": ISSUE, "session_id": None, "purged": False}]
    }


def test_a_damaged_record_can_be_destroyed(tracked: Stage) -> None:
    file = tracked.store.stored.issues[ISSUE]
    tracked.store.files[file] = DamagedRecord(file, "not JSON")

    with pytest.raises(DamagedError, match="which conversation to delete is not known: not JSON"):
        DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,), purge=True))
    assert list(tracked.store.index().issues) == [ISSUE, OTHER]

    DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,)))

    assert list(tracked.store.index().issues) == [OTHER]


def test_a_damaged_record_hides_no_run(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen("run-7", session_id=FORK))
    file = tracked.store.stored.issues[ISSUE]
    tracked.store.files[file] = DamagedRecord(file, "not JSON")
    destroy = DestroySession.of(tracked.world)

    with pytest.raises(BusyError):
        destroy(DestroyRequest(refs=(ISSUE,)))
    destroy(DestroyRequest(refs=(ISSUE,), force=True))

    assert tracked.runs.stopped == ["run-7"]


def test_a_key_that_the_grammar_refuses_can_be_destroyed(stage: Stage) -> None:
    stage.track("odd key", FORK)

    DestroySession.of(stage.world)(DestroyRequest(refs=("odd key",)))

    assert stage.store.index().issues == {}


@pytest.mark.parametrize("liveness", [Liveness.WATCHED, Liveness.UNWATCHED, Liveness.UNKNOWN])
def test_by_force_what_runs_is_stopped_first(tracked: Stage, liveness: Liveness) -> None:
    tracked.have_run(ISSUE, run_seen("run-7", session_id=FORK, liveness=liveness))

    DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,), force=True))

    assert tracked.runs.stopped == ["run-7"]
    assert list(tracked.store.index().issues) == [OTHER]


def test_by_force_what_waits_is_stopped_before_what_runs(tracked: Stage) -> None:
    waiting(tracked)
    tracked.have_run(OTHER, run_seen("run-7", session_id=SECOND))
    destroy = DestroySession.of(tracked.world)

    destroy(DestroyRequest(refs=(ISSUE, OTHER), force=True))

    assert tracked.runs.stopped == ["run-8", "run-7"]
    assert tracked.runs.waiting == []


def test_what_waits_is_in_the_plan_and_in_the_refusal(tracked: Stage) -> None:
    waiting(tracked)
    (doomed,) = DestroySession.of(tracked.world).plan(DestroyRequest(refs=(OTHER,)))
    assert doomed.is_running

    refusal = refused(tracked, DestroyRequest(refs=(OTHER,)))

    assert refusal.message == f"{OTHER}: run run-8 waits for its turn"
    assert refusal.remedy == "stop"
    assert tracked.runs.waiting == ["run-8"]


def test_what_was_stopped_and_could_not_be_untracked_is_told(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen("run-7", session_id=FORK))
    tracked.store.refusal = CannotSaveError("disk full: nothing was changed")

    with pytest.raises(CannotSaveError) as refusal:
        DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,), force=True))

    assert refusal.value.changed
    assert refusal.value.message.startswith("destroy: stopped, but then: disk full")


def nothing(_: Stage) -> None:
    """As it is."""


def running(stage: Stage) -> None:
    stage.have_run(OTHER, run_seen(session_id=SECOND))


def waiting(stage: Stage) -> None:
    """A message, behind a run that has just ended."""
    run = run_seen("run-8", verb=RunVerb.CONTINUE, liveness=Liveness.QUEUED)
    known = replace(run, order=replace(run.order, issue_ref=OTHER))
    stage.runs.known[run.order.run_id] = known
    stage.runs.waiting.append(run.order.run_id)


def base_open(stage: Stage) -> None:
    run = run_seen(session_id=BASE, verb=RunVerb.RESUME)
    stage.runs.known[run.order.run_id] = run
    with stage.store.edit() as draft:
        base = stage.store.files["base.json"]
        assert not isinstance(base, DamagedRecord)
        draft.put_base(type(base)(type="base", session_id=BASE, run_id=run.order.run_id))


def without_base(stage: Stage) -> None:
    with stage.store.edit() as draft:
        draft.remove_base()


def opencode_missing(stage: Stage) -> None:
    stage.opencode.refusal = NoOpencodeError("opencode is not installed")


def disk_full(stage: Stage) -> None:
    stage.store.refusal = CannotSaveError("No space left on device")


@pytest.mark.parametrize(
    ("given", "request_", "exit_code"),
    [
        (nothing, DestroyRequest(), 2),
        (nothing, DestroyRequest(refs=(ISSUE,), is_base=True), 2),
        (nothing, DestroyRequest(refs=(ISSUE, "github.com/no/body#1")), 3),
        (without_base, DestroyRequest(is_base=True), 3),
        (running, DestroyRequest(refs=(ISSUE, OTHER)), 75),
        (waiting, DestroyRequest(refs=(ISSUE, OTHER)), 75),
        (base_open, DestroyRequest(is_base=True), 75),
        (opencode_missing, DestroyRequest(refs=(ISSUE,), purge=True), 5),
        (disk_full, DestroyRequest(refs=(ISSUE,), purge=True), 7),
    ],
)
def test_it_is_all_or_nothing(
    tracked: Stage, given: Callable[[Stage], None], request_: DestroyRequest, exit_code: int
) -> None:
    given(tracked)

    assert refused(tracked, request_).exit_code == exit_code


def test_without_opencode_an_issue_can_still_be_untracked(tracked: Stage) -> None:
    opencode_missing(tracked)

    DestroySession.of(tracked.world)(DestroyRequest(refs=(ISSUE,)))

    assert list(tracked.store.index().issues) == [OTHER]


def test_the_index_is_read_no_more_often_for_many_than_for_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    index = stage.store.index

    def looked() -> Index:
        looks.append("")
        return index()

    refs = tuple(f"{ISSUE}{n}" for n in range(20))
    for ref in refs:
        stage.track(ref, None)
    monkeypatch.setattr(stage.store, "index", looked)
    destroy = DestroySession.of(stage.world)

    destroy(DestroyRequest(refs=refs[:1]))
    for_one = len(looks)
    destroy(DestroyRequest(refs=refs[1:], force=True))

    assert len(looks) - for_one <= for_one + 1
    assert not index().issues
