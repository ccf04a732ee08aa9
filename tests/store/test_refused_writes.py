from __future__ import annotations

import errno
import os
import resource
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import CannotSaveError, DamagedError, ExitCode
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import Record
from kugetsu_tui.store import damage, record_files
from kugetsu_tui.store.regular_file import LARGEST, UnreadableError, read_regular
from tests.store.files import FILE, KEY, SESSION, lay_out, store_in, sums, whole

pytestmark = pytest.mark.fast

NOBODY = 65534


@contextmanager
def limited(what: int, to: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(what)
    resource.setrlimit(what, (to, hard))
    try:
        yield
    finally:
        resource.setrlimit(what, (soft, hard))


def put(folder: Path) -> None:
    with store_in(folder).edit() as draft:
        draft.put("h/u/r#1", Record(type="forked", directory="/long" * 100))


def test_without_room_for_a_file_nothing_is_changed(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    before = sums(folder)

    with limited(resource.RLIMIT_FSIZE, 300), pytest.raises(CannotSaveError) as refusal:
        put(folder)

    assert refusal.value.exit_code == 7
    assert not refusal.value.changed
    assert refusal.value.message.endswith("nothing was changed")
    assert sums(folder) == before


def test_without_file_descriptors_nothing_is_changed_and_nothing_is_called_damaged(
    tmp_path: Path,
) -> None:
    folder = lay_out(tmp_path / "s")
    before = sums(folder)
    store = store_in(folder)
    index = store.index()
    asked: list[Callable[[], object]] = [
        store.index,
        lambda: store.records(index),
        lambda: store.record(FILE),
        lambda: put(folder),
    ]

    for ask in asked:
        with limited(resource.RLIMIT_NOFILE, 0), pytest.raises(CannotSaveError) as refusal:
            ask()
        assert "Too many open files" in refusal.value.message

    assert sums(folder) == before


def test_a_refusal_halfway_says_that_a_part_was_saved(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)

    with pytest.raises(CannotSaveError) as refusal, store.edit() as draft:
        draft.put(KEY, replace(whole(draft.record(KEY)), directory="/settled"))
        draft.put("h/u/r#1", Record(type="forked"))
        (folder / "index.json").unlink()
        (folder / "index.json").mkdir()

    assert refusal.value.changed
    assert refusal.value.message.endswith("only a part was saved")
    assert whole(store.record(FILE)).directory == "/settled"


@pytest.fixture
def nobodys() -> Iterator[Path]:
    """A folder that a user without rights can reach."""
    folder = Path(tempfile.mkdtemp(prefix="kugetsu-"))
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


def as_nobody(ask: Callable[[], None]) -> str:
    """What came of it for somebody whom file modes bind, as they do not bind root."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: other tests have threads
        child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            os.write(writer, _outcome(ask).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as told:
        return told.read()


def _outcome(ask: Callable[[], None]) -> str:
    try:
        ask()
    except CannotSaveError as error:
        return f"{int(error.exit_code)} {error.message}"
    return "done"


def owned_by_nobody(folder: Path, *, mode: int) -> None:
    for path in [folder, *folder.rglob("*")]:
        if os.getuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        if path.is_dir():
            path.chmod(mode)


def test_a_read_only_store_is_read_and_not_written(nobodys: Path) -> None:
    folder = lay_out(nobodys / "s")
    owned_by_nobody(folder, mode=0o500)
    before = sums(folder)

    def read() -> None:
        store = store_in(folder)
        assert whole(store.records(store.index())[KEY]).session_id == SESSION
        assert store.base() is not None
        assert store.orphans() == []
        assert store.trash() == []

    assert as_nobody(read) == "done"
    refusal = as_nobody(lambda: put(folder))

    assert refusal.startswith(f"{ExitCode.CANNOT_SAVE} {folder}/.lock")
    assert refusal.endswith("Permission denied: nothing was changed")
    assert sums(folder) == before


def test_a_store_that_cannot_be_made_is_refused(nobodys: Path) -> None:
    owned_by_nobody(nobodys, mode=0o500)

    refusal = as_nobody(lambda: put(nobodys / "deep" / "store"))

    assert refusal.startswith(f"{ExitCode.CANNOT_SAVE} {nobodys}")


def test_records_that_cannot_be_written_leave_the_old_ones(nobodys: Path) -> None:
    folder = lay_out(nobodys / "s")
    owned_by_nobody(folder, mode=0o700)
    (folder / "sessions").chmod(0o500)
    before = sums(folder)

    refusal = as_nobody(lambda: put(folder))

    assert refusal.endswith("Permission denied: nothing was changed")
    assert sums(folder) == before


def orphaned(folder: Path) -> str:
    (folder / "sessions" / "orphan.json").write_text("{}")
    return "orphan.json"


def test_an_orphan_that_cannot_be_looked_at_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_out(tmp_path / "s")
    orphaned(folder)

    def refused(self: Path) -> os.stat_result:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "lstat", refused)

    with pytest.raises(DamagedError, match=r"orphan\.json: Input/output error"):
        store_in(folder).orphans()


def test_an_orphan_is_read_once_and_what_was_read_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails the second time must not leave it both here and in the trash."""
    folder = lay_out(tmp_path / "s")
    orphan, read = orphaned(folder), list[str]()

    def once(path: str, *, follow: bool = False, limit: int = LARGEST) -> bytes:
        if path.endswith(orphan) and path in read:
            raise UnreadableError("Input/output error")
        read.append(path)
        return read_regular(path, follow=follow, limit=limit)

    monkeypatch.setattr(record_files, "read_regular", once)
    store = store_in(folder)
    with store.edit() as draft:
        draft.remove_orphan(orphan)

    assert not store.orphans()
    assert len(store.trash()) == 1


def test_a_last_index_that_cannot_be_read_any_more_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "index.json").rename(folder / "index.json.last")
    (folder / "index.json").write_text("{")
    before = sums(folder)

    def refused(path: str) -> bytes:
        raise UnreadableError("Input/output error")

    monkeypatch.setattr(damage, "read_regular", refused)

    with pytest.raises(DamagedError, match="nothing was changed"):
        store_in(folder).restore_index()

    assert sums(folder) == before


@contextmanager
def unseen(name: str) -> Iterator[None]:
    """The system does not tell whether that file is there, as of a disk with errors."""
    with pytest.MonkeyPatch.context() as refusing:
        for call in ("stat", "lstat"):
            refusing.setattr(os, call, partial(refused, getattr(os, call), name))
        yield


def refused(look: Callable[..., os.stat_result], name: str, path: object, **how: object) -> object:
    if str(path).endswith(name):
        raise OSError(errno.EIO, "Input/output error", str(path))
    return look(path, **how)


def test_an_index_that_cannot_be_looked_at_is_not_begun_anew(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    before = sums(folder)
    store = store_in(folder)

    with unseen("index.json"), pytest.raises(CannotSaveError) as refusal, store.edit() as draft:
        draft.put(KEY, replace(whole(draft.record(KEY)), directory="/elsewhere"))

    assert not refusal.value.changed
    assert sums(folder) == before


def test_a_name_that_may_be_taken_is_given_to_no_other_record(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    taken = folder / "sessions" / "h-u-r-1.json"
    taken.write_text('{"type": "forked", "issue_ref": "h/u-r#1"}')

    with unseen(taken.name):
        put(folder)

    assert taken.read_text() == '{"type": "forked", "issue_ref": "h/u-r#1"}'
    assert store_in(folder).index().issues["h/u/r#1"] != taken.name


def test_a_store_that_cannot_be_looked_at_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "index.json").write_text("{")

    def refuse(_: Path) -> bool:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(DamagedError, match=r"index\.json"):
        store_in(folder).index()
