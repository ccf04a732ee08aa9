"""What every store has to do: the fake of the verbs' tests sits the real one's exam."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from kugetsu_tui.commands.ports import Store
from kugetsu_tui.domain.errors import ConflictError, NoBaseError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import BASE_FILE, DamagedRecord, Index, Record
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.store.json_store import JsonStore
from tests.fakes import NOW, FakeClock, MemoryStore

pytestmark = pytest.mark.fast

ISSUE = "github.com/shoko/kugetsu#14"
FILE = "github.com-shoko-kugetsu-14.json"
OTHER = "github.com/shoko/kugetsu#15"
TWIN = "github.com/shoko-kugetsu#14"
"""Another issue whose plain file name is the same."""
BASE = SessionId("ses_base")
FORK = SessionId("ses_fork")
SECOND = SessionId("ses_second")
RECORD = Record(
    type="forked",
    issue_ref=ISSUE,
    session_id=FORK,
    created_at="2026-03-14T15:09:26+00:00",
    updated_at=NOW,
    directory="/work",
    run_id=RunId("run-1"),
    run_end=RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="unknown model", exit_status=1),
    earlier=(SECOND,),
)
NAMED = {RunId("run-1"): FORK}
"""What runs know."""
BASE_RECORD = Record(type="base", session_id=BASE, directory="/work")


@dataclass
class Candidate:
    store: Store
    folder: Path
    clock: FakeClock

    def plant(self, file: str) -> None:
        """Leave a record file that no index entry names."""
        if isinstance(self.store, MemoryStore):
            self.store.files[file] = Record(type="forked", session_id=SECOND)
            self.store.written_at[file] = self.clock()
        else:
            content = {"type": "forked", "opencode_session_id": SECOND}
            (self.folder / "sessions" / file).write_text(json.dumps(content))

    def lose(self, file: str) -> None:
        """Have a record file vanish."""
        if isinstance(self.store, MemoryStore):
            del self.store.files[file]
        else:
            (self.folder / "sessions" / file).unlink()


@pytest.fixture(params=["json", "memory"])
def candidate(request: pytest.FixtureRequest, tmp_path: Path) -> Candidate:
    clock = FakeClock()
    store: Store = (
        JsonStore(tmp_path, clock=clock, warn=pytest.fail, session_of=NAMED.get)
        if request.param == "json"
        else MemoryStore(clock, session_of=NAMED.get)
    )
    return Candidate(store, tmp_path, clock)


@pytest.fixture
def store(candidate: Candidate) -> Store:
    return candidate.store


def put(store: Store, key: str, record: Record = RECORD) -> None:
    with store.edit() as draft:
        draft.put(key, replace(record, issue_ref=key))


def test_a_new_store_is_empty(store: Store) -> None:
    assert store.index() == Index()
    assert store.records(Index()) == {}
    assert store.base() is None
    assert store.orphans() == []
    assert store.trash() == []


def test_what_is_put_is_there_to_the_letter(store: Store) -> None:
    put(store, ISSUE)

    assert store.index().issues == {ISSUE: FILE}
    assert store.record(FILE) == RECORD
    assert store.records(store.index()) == {ISSUE: RECORD}


def test_a_record_without_a_reference_gets_its_key(store: Store) -> None:
    with store.edit() as draft:
        draft.put(ISSUE, replace(RECORD, issue_ref=None))

    assert store.record(FILE) == RECORD


def test_issues_keep_their_order_and_their_files_when_rewritten(store: Store) -> None:
    put(store, OTHER)
    put(store, ISSUE)
    files = dict(store.index().issues)

    put(store, OTHER, replace(RECORD, session_id=SECOND))

    assert list(store.index().issues.items()) == list(files.items())
    record = store.records(store.index())[OTHER]
    assert isinstance(record, Record)
    assert record.session_id == SECOND


def test_no_two_issues_share_a_file(store: Store) -> None:
    put(store, ISSUE)
    put(store, TWIN, replace(RECORD, session_id=SECOND))

    files = store.index().issues
    assert files[ISSUE] == FILE
    assert files[TWIN] != FILE
    assert store.record(FILE) == RECORD


def test_an_edit_that_raises_changes_nothing(store: Store) -> None:
    put(store, ISSUE)
    before = (store.index(), store.records(store.index()), store.base(), store.trash())

    with pytest.raises(ZeroDivisionError), store.edit() as draft:
        draft.put(OTHER, RECORD)
        draft.put_base(BASE_RECORD)
        draft.remove(ISSUE)
        raise ZeroDivisionError

    assert (store.index(), store.records(store.index()), store.base(), store.trash()) == before


def test_an_edit_sees_its_own_changes_and_others_do_not(store: Store) -> None:
    with store.edit() as draft:
        draft.put(ISSUE, RECORD)
        draft.put_base(BASE_RECORD)

        assert draft.index == Index(base=BASE, issues={ISSUE: FILE})
        assert draft.record(ISSUE) == RECORD
        assert draft.base() == BASE_RECORD
        assert store.index() == Index()

    assert store.index() == Index(base=BASE, issues={ISSUE: FILE})


def test_an_edit_reads_afresh(store: Store) -> None:
    put(store, ISSUE)

    with store.edit() as draft:
        assert draft.record(ISSUE) == RECORD


@pytest.mark.parametrize("verb", ["record", "remove"])
def test_an_issue_that_nobody_tracks_is_not_found(store: Store, verb: str) -> None:
    with pytest.raises(NotFoundError), store.edit() as draft:
        getattr(draft, verb)(ISSUE)


def test_the_base_is_kept_beside_the_issues(store: Store) -> None:
    put(store, ISSUE)
    with store.edit() as draft:
        draft.put_base(BASE_RECORD)

    assert store.index() == Index(base=BASE, issues={ISSUE: FILE})
    assert store.base() == BASE_RECORD
    assert store.orphans() == []


def test_a_base_whose_record_vanished_is_what_the_index_says(
    candidate: Candidate, store: Store
) -> None:
    with store.edit() as draft:
        draft.put_base(BASE_RECORD)
    candidate.lose(BASE_FILE)

    assert store.base() == Record(type="base", session_id=BASE)


def test_another_base_takes_the_place_of_the_first(store: Store) -> None:
    with store.edit() as draft:
        draft.put_base(BASE_RECORD)
    with store.edit() as draft:
        draft.put_base(replace(BASE_RECORD, session_id=SECOND, earlier=(BASE,)))

    base = store.base()
    assert isinstance(base, Record)
    assert (store.index().base, base.session_id, base.earlier) == (SECOND, SECOND, (BASE,))


def test_a_record_that_vanished_is_missing(candidate: Candidate, store: Store) -> None:
    put(store, ISSUE)
    candidate.lose(FILE)

    record = store.records(store.index())[ISSUE]

    assert isinstance(record, DamagedRecord)
    assert record.is_missing
    assert record.file == FILE
    with store.edit() as draft:
        assert isinstance(draft.record(ISSUE), DamagedRecord)
        draft.remove(ISSUE)
    assert store.index().issues == {}


def test_what_is_removed_can_be_taken_back(store: Store) -> None:
    put(store, ISSUE)
    put(store, OTHER)
    with store.edit() as draft:
        draft.remove(ISSUE)
    assert list(store.index().issues) == [OTHER]
    assert store.orphans() == []
    (removed,) = store.trash()
    assert (removed.key, removed.file, removed.is_base) == (ISSUE, FILE, False)
    assert (removed.removed_at, removed.record) == (NOW, RECORD)

    with store.edit() as draft:
        draft.restore(removed)

    assert store.record(store.index().issues[ISSUE]) == RECORD
    assert store.trash() == []


def test_the_base_can_be_taken_back(store: Store) -> None:
    with store.edit() as draft:
        draft.put_base(BASE_RECORD)
    with store.edit() as draft:
        draft.remove_base()
    assert (store.index().base, store.base()) == (None, None)
    (removed,) = store.trash()
    assert removed.is_base

    with store.edit() as draft:
        draft.restore(removed)

    assert store.base() == BASE_RECORD


def test_there_is_no_base_to_remove_twice(store: Store) -> None:
    with pytest.raises(NoBaseError), store.edit() as draft:
        draft.remove_base()


def test_the_trash_has_the_newest_first(candidate: Candidate, store: Store) -> None:
    for key in (ISSUE, OTHER, ISSUE):
        put(store, key)
        candidate.clock.pass_by(seconds=1)
        with store.edit() as draft:
            draft.remove(key)

    assert [removed.key for removed in store.trash()] == [ISSUE, OTHER, ISSUE]
    ages = [removed.removed_at for removed in store.trash()]
    assert ages == sorted(ages, reverse=True)


def test_what_is_tracked_again_is_not_overwritten_by_what_was_removed(store: Store) -> None:
    put(store, ISSUE)
    with store.edit() as draft:
        draft.remove(ISSUE)
    put(store, ISSUE, replace(RECORD, session_id=SECOND))
    (removed,) = [one for one in store.trash() if one.key == ISSUE]

    with pytest.raises(ConflictError), store.edit() as draft:
        draft.restore(removed)

    record = store.records(store.index())[ISSUE]
    assert isinstance(record, Record)
    assert record.session_id == SECOND
    assert removed in store.trash()


def test_nothing_is_taken_back_twice(store: Store) -> None:
    put(store, ISSUE)
    with store.edit() as draft:
        draft.remove(ISSUE)
    (removed,) = store.trash()
    with store.edit() as draft:
        draft.restore(removed)
        draft.remove(ISSUE)

    with pytest.raises(NotFoundError), store.edit() as draft:
        draft.restore(removed)


def test_a_file_that_nothing_names_is_an_orphan(candidate: Candidate, store: Store) -> None:
    put(store, ISSUE)
    candidate.plant("lost.json")
    candidate.plant("pm-agent.json")

    assert [file for file, _ in store.orphans()] == ["lost.json"]
    assert all(written_at.tzinfo is not None for _, written_at in store.orphans())

    with store.edit() as draft:
        draft.remove_orphan("lost.json")

    assert store.orphans() == []
    (removed,) = store.trash()
    assert (removed.key, removed.file) == (None, "lost.json")
    with store.edit() as draft:
        draft.restore(removed)
    assert [file for file, _ in store.orphans()] == ["lost.json"]


@pytest.mark.parametrize(
    ("file", "refusal"),
    [(FILE, ConflictError), (BASE_FILE, ConflictError), ("gone.json", NotFoundError)],
)
def test_what_is_no_orphan_is_not_removed_as_one(
    store: Store, file: str, refusal: type[Exception]
) -> None:
    put(store, ISSUE)
    with store.edit() as draft:
        draft.put_base(BASE_RECORD)

    with pytest.raises(refusal), store.edit() as draft:
        draft.remove_orphan(file)

    assert store.record(FILE) == RECORD
    assert store.base() == BASE_RECORD


def test_the_version_differs_after_every_change(store: Store) -> None:
    versions = [store.version()]
    put(store, ISSUE)
    versions.append(store.version())
    put(store, ISSUE, replace(RECORD, session_id=SECOND))
    versions.append(store.version())
    with store.edit() as draft:
        draft.remove(ISSUE)
    versions.append(store.version())

    assert all(one != next_one for one, next_one in pairwise(versions))


def test_a_record_without_a_session_has_that_of_its_run(store: Store) -> None:
    with store.edit() as draft:
        draft.put(ISSUE, replace(RECORD, session_id=None))
        draft.put(OTHER, replace(RECORD, issue_ref=OTHER, session_id=None, run_id=RunId("run-2")))
        draft.put(TWIN, replace(RECORD, issue_ref=TWIN, session_id=SECOND))

    with store.edit() as draft:
        drafted = [draft.record(key) for key in (ISSUE, OTHER, TWIN)]
    told = store.records(store.index())

    assert [told[key] for key in (ISSUE, OTHER, TWIN)] == drafted
    assert [record.session_id for record in drafted if isinstance(record, Record)] == [
        FORK,
        None,
        SECOND,
    ]
    assert store.record(store.index().issues[ISSUE]) == drafted[0]
