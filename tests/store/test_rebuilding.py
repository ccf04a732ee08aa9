"""An index that is begun anew: the old one stays beside it."""

from __future__ import annotations

import errno
import json
from contextlib import suppress
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import CannotSaveError, ConflictError, DamagedError, NotFoundError
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.session import SessionId, SessionType
from kugetsu_tui.store.atomic_write import StagedFile
from tests.store.files import FILE, KEY, SEED_INDEX, lay_out, store_in

pytestmark = pytest.mark.fast

OTHER = "github.com/shoko/kugetsu#15"
RECORD = Record(type=SessionType.FORKED, issue_ref=OTHER, session_id=SessionId("ses_15"))


def damaged(folder: Path, content: bytes | None = b'{"base": ') -> Path:
    lay_out(folder)
    index = folder / "index.json"
    index.unlink()
    if content is not None:
        index.write_bytes(content)
    return folder


def test_a_damaged_index_is_kept_byte_for_byte(tmp_path: Path) -> None:
    store = store_in(damaged(tmp_path))

    with store.rebuild() as draft:
        assert not draft.index.issues
        draft.put(OTHER, RECORD)

    (aside,) = tmp_path.glob("index.json.damaged-*")
    assert aside.read_bytes() == b'{"base": '
    assert list(store.index().issues) == [OTHER]


def test_a_folder_in_the_place_of_the_index_is_kept_too(tmp_path: Path) -> None:
    store = store_in(damaged(tmp_path, None))
    (tmp_path / "index.json").mkdir()

    with store.rebuild() as draft:
        draft.put(OTHER, RECORD)

    assert [path.is_dir() for path in tmp_path.glob("index.json.damaged-*")] == [True]
    assert list(store.index().issues) == [OTHER]


@pytest.mark.parametrize("step", ["write", "place"])
@pytest.mark.parametrize("times", range(3))
def test_wherever_a_rebuild_is_cut_the_index_is_damaged_still_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, times: int
) -> None:
    store = store_in(damaged(tmp_path), warn=lambda _: None)
    done, done_before = [0], getattr(StagedFile, step)

    def cut(file: StagedFile, *args: object, **words: object) -> None:
        if done[0] == times:
            raise OSError(errno.EIO, "cut")
        done[0] += 1
        done_before(file, *args, **words)

    monkeypatch.setattr(StagedFile, step, cut)
    with suppress(CannotSaveError), store.rebuild() as draft:
        draft.put(OTHER, RECORD)
    monkeypatch.undo()

    with suppress(DamagedError):
        assert list(store.index().issues) == [OTHER]


def test_a_missing_index_leaves_nothing_to_keep(tmp_path: Path) -> None:
    store = store_in(damaged(tmp_path, None))

    with store.rebuild() as draft:
        draft.put(OTHER, RECORD)

    assert not list(tmp_path.glob("index.json.damaged-*"))
    assert list(store.index().issues) == [OTHER]


def test_a_record_whose_entry_was_lost_is_tracked_in_its_own_file(tmp_path: Path) -> None:
    store = store_in(damaged(tmp_path))
    (stray,) = store.strays()
    assert stray.issue_ref == KEY

    with store.rebuild() as draft:
        draft.put(KEY, stray)

    assert store.index().issues == {KEY: FILE}
    assert not store.strays()


def test_a_good_index_is_edited_as_ever(tmp_path: Path) -> None:
    lay_out(tmp_path)
    store = store_in(tmp_path)

    with store.rebuild() as draft:
        draft.put(OTHER, RECORD)

    assert list(store.index().issues) == [KEY, OTHER]
    assert not list(tmp_path.glob("index.json.damaged-*"))


def test_the_last_good_index_is_not_passed_over(tmp_path: Path) -> None:
    store = store_in(damaged(tmp_path))
    (tmp_path / "index.json.last").write_text(json.dumps(SEED_INDEX))

    with (
        pytest.raises(ConflictError, match="better than what can be found") as refusal,
        store.rebuild(),
    ):
        pass

    assert refusal.value.hint == f"cp {tmp_path}/index.json.last {tmp_path}/index.json"
    with pytest.raises(DamagedError):
        store.index()


def test_the_last_good_index_comes_back_and_the_damaged_one_stays_beside_it(
    tmp_path: Path,
) -> None:
    store = store_in(damaged(tmp_path))
    (tmp_path / "index.json.last").write_text(json.dumps(SEED_INDEX))

    aside = store.restore_index()

    assert Path(aside).read_bytes() == b'{"base": '
    assert json.loads((tmp_path / "index.json").read_text()) == SEED_INDEX
    assert (tmp_path / "index.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "index.json.last").exists()


def test_an_index_that_is_a_link_stays_one(tmp_path: Path) -> None:
    store = store_in(damaged(tmp_path / "store"))
    (tmp_path / "store/index.json.last").write_text(json.dumps(SEED_INDEX))
    index, real = tmp_path / "store/index.json", tmp_path / "dotfiles.json"
    index.rename(real)
    index.symlink_to(real)

    aside = store.restore_index()

    assert index.is_symlink()
    assert json.loads(real.read_text()) == SEED_INDEX
    assert Path(aside).parent == tmp_path


def test_a_whole_index_is_not_restored(tmp_path: Path) -> None:
    lay_out(tmp_path)
    (tmp_path / "index.json.last").write_text(json.dumps(SEED_INDEX))
    before = (tmp_path / "index.json").read_bytes()

    with pytest.raises(ConflictError):
        store_in(tmp_path).restore_index()

    assert (tmp_path / "index.json").read_bytes() == before


@pytest.mark.parametrize("last", [None, b"", b"[]", b'{"base": '])
def test_without_a_good_copy_the_damaged_index_is_left_as_it_is(
    tmp_path: Path, last: bytes | None
) -> None:
    store = store_in(damaged(tmp_path))
    if last is not None:
        (tmp_path / "index.json.last").write_bytes(last)

    with pytest.raises(NotFoundError):
        store.restore_index()

    assert (tmp_path / "index.json").read_bytes() == b'{"base": '
    assert not list(tmp_path.glob("*.damaged-*"))
