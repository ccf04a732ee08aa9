from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from kugetsu_tui.commands.ports import Store
from kugetsu_tui.domain.errors import BusyError, DamagedError, NoBaseError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.record import Index, Record
from kugetsu_tui.domain.session import SessionId
from tests.store.files import (
    BASE,
    FILE,
    KEY,
    NOW,
    SEED_BASE,
    SEED_INDEX,
    SEED_RECORD,
    SESSION,
    damaged,
    json_in,
    lay_out,
    store_in,
    sums,
    whole,
)
from tests.store.test_record_format import FOREIGN

pytestmark = pytest.mark.fast

NEW = Record(type="forked", session_id=SessionId("ses_new"), created_at="2026-03-29T11:00:00+02:00")
COLLIDING = ["h/a-b/c#1", "h/a/b-c#1", "h/A/b-c#1"]


def test_it_is_the_store_that_the_verbs_ask_for(tmp_path: Path) -> None:
    store: Store = store_in(tmp_path)

    assert store.index() == Index()


def test_an_empty_store_is_read_without_making_anything(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    store = store_in(folder)

    assert store.index() == Index()
    assert store.records(store.index()) == {}
    assert store.base() is None
    assert store.orphans() == []
    assert store.trash() == []
    assert not folder.exists()


def test_a_store_of_the_seeds_script_is_read_as_it_is(tmp_path: Path) -> None:
    store = store_in(lay_out(tmp_path / "s"))
    before = sums(tmp_path)

    index = store.index()
    records = store.records(index)

    assert index.base == BASE
    assert dict(index.issues) == {KEY: FILE}
    assert whole(records[KEY]).session_id == SESSION
    assert whole(records[KEY]).created_at == "2026-03-29T10:00:00+02:00"
    assert whole(store.base()).session_id == BASE
    assert sums(tmp_path) == before


def test_the_first_edit_makes_a_store_that_the_seeds_script_can_read(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down" / "store"
    with store_in(folder).edit() as draft:
        draft.put(KEY, NEW)
        draft.put_base(Record(type="base", session_id=BASE))

    assert json_in(folder / "index.json") == {"base": BASE, "issues": {KEY: FILE}}
    record = json_in(folder / "sessions" / FILE)
    assert {key: record[key] for key in SEED_RECORD} == {
        "type": "forked",
        "issue_ref": KEY,
        "opencode_session_id": "ses_new",
        "created_at": "2026-03-29T11:00:00+02:00",
        "state": "idle",
    }
    assert json_in(folder / "sessions" / "base.json")["type"] == "base"
    assert (folder / "index.json").read_bytes().endswith(b"\n")


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_everything_is_its_owners_alone_whatever_the_umask(tmp_path: Path, umask: None) -> None:
    folder = tmp_path / "store"
    store = store_in(folder)
    with store.edit() as draft:
        draft.put(KEY, NEW)
        draft.put("h/u/r#1", NEW)
    with store.edit() as draft:
        draft.remove(KEY)

    paths = [folder, *folder.rglob("*")]
    modes = {str(p.relative_to(folder)): stat.S_IMODE(p.stat().st_mode) for p in paths}
    assert len(modes) == 8
    assert {name for name, mode in modes.items() if mode == 0o700} == {".", "sessions", "trash"}
    assert {mode for name, mode in modes.items() if name not in {".", "sessions", "trash"}} == {
        0o600
    }


def test_an_edit_sees_its_own_changes(tmp_path: Path) -> None:
    with store_in(lay_out(tmp_path / "s")).edit() as draft:
        draft.put("h/u/r#1", NEW)
        draft.put(KEY, replace(whole(draft.record(KEY)), directory="/elsewhere"))
        draft.put_base(replace(whole(draft.base()), session_id=SessionId("ses_other")))

        assert whole(draft.record("h/u/r#1")).session_id == "ses_new"
        assert whole(draft.record(KEY)).directory == "/elsewhere"
        assert list(draft.index.issues) == [KEY, "h/u/r#1"]
        assert draft.index.base == "ses_other"
        assert whole(draft.base()).session_id == "ses_other"


def test_an_exception_in_the_block_changes_nothing(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    before = sums(folder)

    with pytest.raises(ZeroDivisionError), store_in(folder).edit() as draft:
        draft.put("h/u/r#1", NEW)
        draft.remove(KEY)
        draft.remove_base()
        raise ZeroDivisionError

    assert sums(folder) == before


def test_an_edit_without_changes_writes_nothing(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    before = sums(folder)
    with store_in(folder).edit() as draft:
        draft.record(KEY)

    assert sums(folder) == before


def test_an_edit_reads_afresh_what_another_program_wrote(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    store.index()
    another = {**SEED_INDEX, "issues": {KEY: FILE, "h/u/r#2": "h-u-r-2.json"}}
    lay_out(tmp_path / "t", another)
    (tmp_path / "t" / "index.json").replace(folder / "index.json")

    with store.edit() as draft:
        draft.put("h/u/r#1", NEW)

    assert list(store.index().issues) == [KEY, "h/u/r#2", "h/u/r#1"]


def test_content_is_on_disk_before_it_has_its_name_and_names_are_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut may leave an empty file in the old one's place (fsync(2), NOTES)."""
    done: list[str] = []
    sync, take_place = os.fsync, Path.replace

    def note_sync(descriptor: int) -> None:
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def note_place(self: Path, target: Path) -> Path:
        done.append(f"{self.name} becomes {target.name}")
        return take_place(self, target)

    store = store_in(lay_out(tmp_path / "store"))
    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_place)
    with store.edit() as draft:
        draft.put("h/u/r#1", Record(type="forked"))

    for place, parent in (("h-u-r-1.json", "sessions"), ("index.json", "store")):
        (taken,) = (words for words in done if words.endswith(f" becomes {place}"))
        assert taken.partition(" ")[0] in done[: done.index(taken)], done
        assert parent in done[done.index(taken) :], done


def test_settling_a_record_leaves_the_index_alone(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    before = (folder / "index.json").stat()
    with store_in(folder).edit() as draft:
        draft.put(KEY, replace(whole(draft.record(KEY)), updated_at=NOW))

    assert os.path.samestat((folder / "index.json").stat(), before)
    assert whole(store_in(folder).record(FILE)).updated_at == NOW


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FOREIGN, FOREIGN, FOREIGN)
def test_what_others_keep_there_survives_every_verb(
    tmp_path_factory: pytest.TempPathFactory,
    top: dict[str, Json],
    in_base: dict[str, Json],
    in_record: dict[str, Json],
) -> None:
    top = {key: value for key, value in top.items() if key not in {"base", "issues"}}
    folder = tmp_path_factory.mktemp("store") / "s"
    lay_out(
        folder,
        {"pm_agent": "ses_pm", **top, **SEED_INDEX},
        {"base.json": {**in_base, **SEED_BASE}, FILE: {**in_record, **SEED_RECORD}},
    )
    store = store_in(folder)

    with store.edit() as draft:
        draft.put_base(Record(type="base", session_id=SessionId("ses_base2")))
        draft.put(KEY, Record(type="forked", session_id=SessionId("ses_again")))
        draft.put("h/u/r#1", NEW)
    with store.edit() as draft:
        draft.remove("h/u/r#1")
        draft.remove_base()
        draft.remove(KEY)
    for removed in store.trash():
        with store.edit() as draft:
            draft.restore(removed)

    index = json_in(folder / "index.json")
    assert index.pop("base") == "ses_base2"
    assert index.pop("issues") == {KEY: FILE, "h/u/r#1": "h-u-r-1.json"}
    assert index == {"pm_agent": "ses_pm", **top}
    assert json_in(folder / "sessions" / "base.json") == {
        **in_base,
        **SEED_BASE,
        "opencode_session_id": "ses_base2",
        "created_at": "",
    }
    assert json_in(folder / "sessions" / FILE) == {
        **in_record,
        **SEED_RECORD,
        "opencode_session_id": "ses_again",
        "created_at": "",
    }


def test_an_odd_record_is_not_touched_by_edits_of_others(tmp_path: Path) -> None:
    odd: dict[str, Json] = {
        "type": "forked",
        "opencode_session_id": 5,
        "created_at": ["?"],
        "run_end": "soon",
    }
    folder = lay_out(
        tmp_path / "s",
        {"base": BASE, "issues": {KEY: FILE, "h/u/r#1": "odd.json"}},
        {FILE: SEED_RECORD, "odd.json": odd},
    )
    with store_in(folder).edit() as draft:
        draft.put(KEY, replace(whole(draft.record(KEY)), updated_at=NOW))
        draft.put("h/u/r#2", NEW)

    assert json_in(folder / "sessions" / "odd.json") == odd


def test_references_of_one_old_name_get_a_record_each(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s")
    for number, key in enumerate(COLLIDING):
        with store.edit() as draft:
            draft.put(key, replace(NEW, session_id=SessionId(f"ses_{number}")))

    records = store.records(store.index())

    assert store.index().issues["h/a-b/c#1"] == "h-a-b-c-1.json"
    assert [whole(records[key]).session_id for key in COLLIDING] == ["ses_0", "ses_1", "ses_2"]
    assert len({file.casefold() for file in store.index().issues.values()}) == 3


def test_an_issue_whose_file_another_one_has_overwritten_is_told_apart(tmp_path: Path) -> None:
    shared = "h-a-b-c-1.json"
    folder = lay_out(
        tmp_path / "s",
        {"base": None, "issues": dict.fromkeys(COLLIDING[:2], shared)},
        {shared: {**SEED_RECORD, "issue_ref": COLLIDING[1]}},
    )
    store = store_in(folder)

    records = store.records(store.index())
    with store.edit() as draft:
        in_draft = draft.record(COLLIDING[0])
        draft.put(COLLIDING[0], NEW)

    assert "overwritten by h/a/b-c#1" in damaged(records[COLLIDING[0]]).why
    assert damaged(in_draft) == records[COLLIDING[0]]
    assert whole(records[COLLIDING[1]]).session_id == SESSION
    again = store.records(store.index())
    assert whole(again[COLLIDING[0]]).session_id == "ses_new"
    assert whole(again[COLLIDING[1]]).session_id == SESSION


def test_untracking_one_of_two_that_share_a_file_leaves_the_other_its_file(tmp_path: Path) -> None:
    shared = "h-a-b-c-1.json"
    folder = lay_out(
        tmp_path / "s",
        {"base": None, "issues": dict.fromkeys(COLLIDING[:2], shared)},
        {shared: {**SEED_RECORD, "issue_ref": COLLIDING[1]}},
    )
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove(COLLIDING[0])

    assert whole(store.records(store.index())[COLLIDING[1]]).session_id == SESSION


def test_what_a_killed_start_left_under_the_name_makes_way_into_the_trash(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s", {"base": None, "issues": {}}, {FILE: SEED_RECORD})
    store = store_in(folder)
    with store.edit() as draft:
        draft.put(KEY, NEW)

    assert store.index().issues[KEY] == FILE
    assert whole(store.record(FILE)).session_id == "ses_new"
    assert [whole(removed.record).session_id for removed in store.trash()] == [SESSION]


@pytest.mark.parametrize("content", ["{", '{"type": "forked", "issue_ref": "another/u/r#1"}'])
def test_a_file_under_the_name_that_is_not_the_issues_own_is_left_alone(
    tmp_path: Path, content: str
) -> None:
    folder = lay_out(tmp_path / "s", {"base": None, "issues": {}})
    (folder / "sessions" / FILE).write_text(content)
    store = store_in(folder)
    with store.edit() as draft:
        draft.put(KEY, NEW)

    assert (folder / "sessions" / FILE).read_text() == content
    assert store.index().issues[KEY] != FILE
    assert whole(store.records(store.index())[KEY]).session_id == "ses_new"


def test_a_damaged_record_that_is_put_anew_is_kept_in_the_trash(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / "base.json").write_bytes(b"\x00half a rec")
    store = store_in(folder)
    with store.edit() as draft:
        draft.put_base(Record(type="base", session_id=SessionId("ses_new")))

    assert whole(store.base()).session_id == "ses_new"
    assert ["\\u0000half a rec" in path.read_text() for path in (folder / "trash").iterdir()] == [
        True
    ]


def test_a_thing_in_the_records_place_that_cannot_be_kept_is_not_overwritten(
    tmp_path: Path,
) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / FILE).unlink()
    os.mkfifo(folder / "sessions" / FILE)

    with pytest.raises(DamagedError), store_in(folder).edit() as draft:
        draft.put(KEY, NEW)

    assert (folder / "sessions" / FILE).is_fifo()


@pytest.mark.parametrize(
    "file",
    ["../escape.json", "/etc/passwd", "a/b.json", "", "..", "x" * 201, "b\0.json", "ü.json"],
)
def test_an_entry_that_leads_out_of_the_folder_is_damaged_and_never_opened(
    tmp_path: Path, file: str
) -> None:
    lay_out(tmp_path / "s", {"base": BASE, "issues": {"h/u/r#1": file, KEY: FILE}})
    escape = tmp_path / "s" / "escape.json"
    escape.write_text('{"opencode_session_id": "ses_escaped"}')
    store = store_in(tmp_path / "s")

    records = store.records(store.index())
    with store.edit() as draft:
        draft.remove("h/u/r#1")

    assert "leads out" in damaged(records["h/u/r#1"]).why
    assert whole(records[KEY]).session_id == SESSION
    assert escape.exists()
    assert list(store.index().issues) == [KEY]


def test_a_link_in_a_records_place_is_not_followed(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / FILE).rename(tmp_path / "elsewhere.json")
    (folder / "sessions" / FILE).symlink_to(tmp_path / "elsewhere.json")

    damaged(store_in(folder).records(store_in(folder).index())[KEY])


def test_records_of_every_odd_kind_leave_their_neighbours_readable(tmp_path: Path) -> None:
    kinds = ["absent", "folder", "pipe", "empty", "list", "half"]
    issues: dict[str, Json] = {f"h/u/{kind}#1": f"{kind}.json" for kind in kinds}
    folder = lay_out(tmp_path / "s", {"base": BASE, "issues": {**issues, KEY: FILE}})
    sessions = folder / "sessions"
    (sessions / "folder.json").mkdir()
    os.mkfifo(sessions / "pipe.json")
    (sessions / "empty.json").touch()
    (sessions / "list.json").write_text("[]")
    (sessions / "half.json").write_text('{"type": "for')
    store = store_in(folder)

    records = store.records(store.index())

    assert list(records) == [*issues, KEY]
    assert [damaged(records[key]).file for key in issues] == list(issues.values())
    assert [damaged(records[key]).is_missing for key in issues] == [
        kind == "absent" for kind in kinds
    ]
    assert whole(records[KEY]).session_id == SESSION


def test_the_index_says_which_session_is_the_base(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s", {**SEED_INDEX, "base": "ses_changed"})
    store = store_in(folder)

    assert whole(store.base()).session_id == "ses_changed"
    (folder / "sessions" / "base.json").unlink()
    assert store.base() == Record(type="base", session_id=SessionId("ses_changed"))


@pytest.mark.parametrize("base", ["--help", "no id", "ses_a\n"])
def test_a_base_that_is_no_session_id_is_damaged(tmp_path: Path, base: str) -> None:
    damaged(store_in(lay_out(tmp_path / "s", {**SEED_INDEX, "base": base})).base())


@pytest.mark.parametrize("index", [{"issues": {KEY: FILE}}, {"base": None, "issues": {KEY: FILE}}])
def test_a_store_may_have_no_base(tmp_path: Path, index: dict[str, Json]) -> None:
    store = store_in(lay_out(tmp_path / "s", index))

    assert store.base() is None
    with pytest.raises(NoBaseError), store.edit() as draft:
        draft.remove_base()


def test_what_is_not_tracked_cannot_be_read_or_removed(tmp_path: Path) -> None:
    with store_in(lay_out(tmp_path / "s")).edit() as draft:
        with pytest.raises(NotFoundError):
            draft.record("h/u/r#1")
        with pytest.raises(NotFoundError):
            draft.remove("h/u/r#1")


def test_a_linked_index_stays_a_link_and_its_target_is_replaced(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    (folder / "index.json").rename(dotfiles / "kugetsu.json")
    (folder / "index.json").symlink_to(Path("..") / "dotfiles" / "kugetsu.json")
    store = store_in(folder)
    with store.edit() as draft:
        draft.put("h/u/r#1", NEW)

    assert (folder / "index.json").is_symlink()
    assert "h/u/r#1" in str(json_in(dotfiles / "kugetsu.json"))
    assert list(store.index().issues) == [KEY, "h/u/r#1"]
    assert [path.name for path in dotfiles.iterdir()] == ["kugetsu.json"]


def test_a_linked_store_is_used_through_the_link(tmp_path: Path) -> None:
    lay_out(tmp_path / "real")
    (tmp_path / "link").symlink_to("real")
    with store_in(tmp_path / "link").edit() as draft:
        draft.put("h/u/r#1", NEW)

    assert "h/u/r#1" in store_in(tmp_path / "real").index().issues
    assert (tmp_path / "link").is_symlink()


def test_from_the_first_write_on_there_is_a_second_copy_of_the_index(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    store = store_in(folder)
    for number in range(1, 4):
        with store.edit() as draft:
            draft.put(f"h/u/r#{number}", NEW)

        assert json_in(folder / "index.json.last") == json_in(folder / "index.json")
        assert not (folder / "index.json.last").samefile(folder / "index.json")


def test_the_version_differs_after_every_change(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    seen = [store.version()]

    def changed() -> bool:
        seen.append(store.version())
        return seen[-1] != seen[-2]

    for number in range(20):
        with store.edit() as draft:
            draft.put(KEY, replace(whole(draft.record(KEY)), directory=f"/{number}"))
        assert changed()
    with store.edit() as draft:
        draft.put("h/u/r#1", NEW)
    assert changed()
    (folder / "index.json").write_text((folder / "index.json").read_text() + " ")
    assert changed()
    (folder / "sessions" / "base.json").write_text("{}")
    assert changed()


def test_the_version_of_a_store_at_rest_is_one_and_the_same(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (1_700_000_000, 1_700_000_000))
    store = store_in(folder)

    assert store.version() == store.version()
    assert store_in(tmp_path / "none").version() == store_in(tmp_path / "none").version()


def test_a_change_that_may_share_its_time_stamp_with_the_next_is_looked_at_again(
    tmp_path: Path,
) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)

    def looks_again() -> bool:
        (folder / "sessions").touch()
        return store.version() != store.version()

    assert any(looks_again() for _ in range(1000))


def test_an_issue_untracked_while_the_records_are_read_is_left_out(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    before = store.index()
    with store.edit() as draft:
        draft.remove(KEY)

    assert store.records(before) == {}


def test_an_issue_that_moved_to_another_file_meanwhile_is_read_there(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    before = store.index()
    (folder / "sessions" / FILE).rename(folder / "sessions" / "moved.json")
    (folder / "index.json").write_text(json.dumps({"base": None, "issues": {KEY: "moved.json"}}))

    assert whole(store.records(before)[KEY]).session_id == SESSION


def test_threads_of_one_process_do_not_lose_each_others_changes(tmp_path: Path) -> None:
    store = store_in(tmp_path / "s")

    def put(thread: int) -> None:
        for number in range(1, 6):
            with store.edit() as draft:
                draft.put(f"h/u/r{thread}#{number}", NEW)

    threads = [threading.Thread(target=put, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(store.index().issues) == 30
    assert not [r for r in store.records(store.index()).values() if not isinstance(r, Record)]


def test_an_edit_whose_lock_somebody_deleted_is_not_saved(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    before = sums(folder)

    with (
        pytest.raises(BusyError, match="nothing was changed"),
        store_in(folder).edit() as draft,
    ):
        draft.put("h/u/r#1", NEW)
        (folder / ".lock").unlink()

    assert sums(folder) == before
