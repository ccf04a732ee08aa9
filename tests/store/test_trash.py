from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kugetsu_tui.domain.errors import ConflictError, DamagedError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.store.json_store import JsonStore
from tests.store.files import (
    BASE,
    FILE,
    KEY,
    NOW,
    SESSION,
    json_in,
    lay_out,
    store_in,
    sums,
    unheard,
    whole,
)

pytestmark = pytest.mark.fast

NEW = Record(type="forked", session_id=SessionId("ses_new"))


def restore(store: JsonStore, removed: Removed) -> None:
    with store.edit() as draft:
        draft.restore(removed)


def test_what_was_untracked_is_in_the_trash_and_nowhere_else(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove(KEY)
        removed_in_draft = dict(draft.index.issues)

    (removed,) = store.trash()
    assert removed_in_draft == {}
    assert not store.index().issues
    assert not (folder / "sessions" / FILE).exists()
    assert (removed.key, removed.file, removed.is_base) == (KEY, FILE, False)
    assert removed.removed_at == NOW
    assert whole(removed.record).session_id == SESSION


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=200)
    | st.sampled_from([b"", b"\xff\xfe{", b'{"type":"forked" ,  "\xc3\xa9": 1e2}', b"\xed\xa0\x80"])
)
def test_undo_brings_a_record_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = lay_out(tmp_path_factory.mktemp("store") / "s")
    (folder / "sessions" / FILE).write_bytes(content)
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove(KEY)

    restore(store, store.trash()[0])

    assert (folder / "sessions" / FILE).read_bytes() == content
    assert store.index().issues == {KEY: FILE}
    assert store.trash() == []


def test_the_base_is_taken_back_with_its_place_in_the_index(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    before = sums(folder)
    with store.edit() as draft:
        draft.remove_base()
    assert json_in(folder / "index.json")["base"] is None
    assert not (folder / "sessions" / "base.json").exists()

    (removed,) = store.trash()
    restore(store, removed)

    assert removed.is_base
    assert store.index().base == BASE
    after = sums(folder)
    assert after["sessions/base.json"] == before["sessions/base.json"]


def test_a_base_without_a_file_is_taken_back_too(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / "base.json").unlink()
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove_base()

    restore(store, store.trash()[0])

    assert store.index().base == BASE


def test_orphans_are_named_moved_and_taken_back(tmp_path: Path) -> None:
    orphan = "github.com-u-r-1.json"
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / orphan).write_text('{"type": "forked"}')
    (folder / "sessions" / "pm-agent.json").write_text("{}")
    (folder / "sessions" / "notes.txt").touch()
    (folder / "sessions" / ".kugetsu-0.tmp").touch()
    (folder / "sessions" / "folder.json").mkdir()
    (folder / "sessions" / "link.json").symlink_to(FILE)
    (folder / "sessions" / "not ours.json").touch()
    store = store_in(folder)

    assert [name for name, _ in store.orphans()] == [orphan]
    with store.edit() as draft:
        draft.remove_orphan(orphan)
    assert store.orphans() == []

    (removed,) = store.trash()
    assert (removed.key, removed.file) == (None, orphan)
    restore(store, removed)
    assert (folder / "sessions" / orphan).read_text() == '{"type": "forked"}'


def test_an_orphan_tells_when_it_was_last_written(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s", {"base": None, "issues": {}})
    ((_, written_at),) = store_in(folder).orphans()

    assert abs(datetime.now(UTC) - written_at) < timedelta(hours=1)


@pytest.mark.parametrize("file", [FILE, FILE.upper(), "base.json", "pm-agent.json", "../x", ".."])
def test_what_is_in_use_is_no_orphan(tmp_path: Path, file: str) -> None:
    folder = lay_out(tmp_path / "s")
    before = sums(folder)

    with pytest.raises(ConflictError), store_in(folder).edit() as draft:
        draft.remove_orphan(file)

    assert sums(folder) == before


def test_an_orphan_that_is_gone_by_now_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError), store_in(lay_out(tmp_path / "s")).edit() as draft:
        draft.remove_orphan("gone.json")


def test_nothing_is_taken_back_over_what_was_tracked_since(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove(KEY)
        draft.remove_base()
    with store.edit() as draft:
        draft.put(KEY, NEW)
        draft.put_base(Record(type="base", session_id=SessionId("ses_other")))
    before = sums(folder)

    for removed in store.trash():
        with pytest.raises(ConflictError):
            restore(store, removed)

    assert sums(folder) == before


def test_an_orphan_is_not_taken_back_over_a_new_file(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s", {"base": None, "issues": {}})
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove_orphan(FILE)
    (folder / "sessions" / FILE).write_text("new")

    with pytest.raises(ConflictError):
        restore(store, store.trash()[0])

    assert (folder / "sessions" / FILE).read_text() == "new"


def test_an_issue_whose_file_name_is_taken_by_now_comes_back_under_another(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s")
    with store.edit() as draft:
        draft.put("h/a-b/c#1", replace(NEW, session_id=SessionId("ses_first")))
    with store.edit() as draft:
        draft.remove("h/a-b/c#1")
    with store.edit() as draft:
        draft.put("h/a/b-c#1", NEW)

    restore(store, store.trash()[0])

    records = store.records(store.index())
    assert whole(records["h/a-b/c#1"]).session_id == "ses_first"
    assert whole(records["h/a/b-c#1"]).session_id == "ses_new"


def test_what_was_taken_back_once_is_not_in_the_trash_any_more(tmp_path: Path) -> None:
    store = store_in(lay_out(tmp_path / "s"))
    with store.edit() as draft:
        draft.remove(KEY)
    (removed,) = store.trash()
    restore(store, removed)
    with store.edit() as draft:
        draft.remove(KEY)

    with pytest.raises(NotFoundError):
        restore(store, removed)


def test_the_newest_is_named_first(tmp_path: Path) -> None:
    moments = iter(NOW + timedelta(microseconds=n) for n in (1, 2, 3))
    store = JsonStore(lay_out(tmp_path / "s"), clock=lambda: next(moments), warn=unheard)
    for key in ("h/u/r#1", "h/u/r#2"):
        with store.edit() as draft:
            draft.put(key, NEW)
            draft.remove(key)
    with store.edit() as draft:
        draft.remove(KEY)

    assert [removed.key for removed in store.trash()] == [KEY, "h/u/r#2", "h/u/r#1"]


def test_a_record_that_cannot_be_kept_stays_where_it_is(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / FILE).unlink()
    (folder / "sessions" / FILE).mkdir()
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove(KEY)
    assert (folder / "sessions" / FILE).is_dir()

    restore(store, store.trash()[0])

    assert store.index().issues == {KEY: FILE}


def test_rubbish_in_the_trash_is_told_of_and_passed_over(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    warnings: list[str] = []
    store = store_in(folder, warn=warnings.append)
    with store.edit() as draft:
        draft.remove(KEY)
    rubbish = {
        "1.json": "{",
        "2.json": "{}",
        "3.json": '{"file": "a", "content": "\\ud800", "removed_at": "2026-01-01T00:00:00Z"}',
        "4.json": '{"file": "a", "content": null, "removed_at": "once"}',
        "notes.txt": "",
    }
    for name, text in rubbish.items():
        (folder / "trash" / name).write_text(text)

    assert [removed.key for removed in store.trash()] == [KEY]
    assert len(warnings) == 4
    with pytest.raises(DamagedError):
        restore(store, replace(store.trash()[0], name="1.json"))


def test_a_record_is_shown_in_the_trash_only_where_it_is_one(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / FILE).write_text("half a")
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove(KEY)

    assert store.trash()[0].record is None
