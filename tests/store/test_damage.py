from __future__ import annotations

import json
import os
import stat
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import DamagedError, EnvironmentUnfitError, KugetsuError
from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.record import Record
from kugetsu_tui.store.json_store import JsonStore
from kugetsu_tui.store.json_text import parse_object, spell_object
from kugetsu_tui.store.regular_file import LARGEST, UnreadableError
from tests.store.files import FILE, KEY, SEED_INDEX, SEED_RECORD, json_in, lay_out, store_in, whole

pytestmark = pytest.mark.fast

GOOD = json.dumps(SEED_INDEX)


def write(path: Path, *, content: bytes) -> None:
    path.write_bytes(content)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)


def dangling(path: Path) -> None:
    path.symlink_to("nowhere.json")


def looping(path: Path) -> None:
    path.symlink_to(path.name)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


CONTENTS: Mapping[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t",
    "nul bytes": b"\0" * 100,
    "binary": bytes(range(256)),
    "latin-1": GOOD.replace("ses_base", "é").encode("latin-1"),
    "utf-16": GOOD.encode("utf-16"),
    "conflict markers": f"<<<<<<< HEAD\n{GOOD}\n=======\n{GOOD}\n>>>>>>> x".encode(),
    "trailing data": f"{GOOD}}}".encode(),
    "two documents": f"{GOOD}\n{GOOD}".encode(),
    "a list": b"[]",
    "null": b"null",
    "a number": b"5",
    "a text": b'"index"',
    "true": b"true",
    "not a number": b'{"base": NaN, "issues": {}}',
    "infinity": b'{"base": "ses_a", "issues": {}, "x": -Infinity}',
    "a number beyond floats": b'{"base": "ses_a", "issues": {}, "x": 1e999}',
    "a number of 5,000 digits": b'{"x": %s}' % (b"1" * 5000),
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "duplicate keys": b'{"base": "ses_a", "issues": {}, "issues": {}}',
    "duplicate issues": b'{"issues": {"h/u/r#1": "a.json", "h/u/r#1": "b.json"}}',
    "issues a list": b'{"base": null, "issues": []}',
    "issues null": b'{"base": null, "issues": null}',
    "no issues": b'{"base": null}',
    "an empty object": b"{}",
    "a file name that is a number": b'{"base": null, "issues": {"h/u/r#1": 5}}',
    "a base that is a number": b'{"base": 5, "issues": {}}',
}
THINGS: Mapping[str, Callable[[Path], None]] = {
    "too large": sparse,
    "a folder": Path.mkdir,
    "a pipe": os.mkfifo,
    "a device": device,
    "a link to nowhere": dangling,
    "a link to itself": looping,
    "missing beside records": lambda _: None,
}
CUTS = {f"cut after {n} bytes": GOOD.encode()[:n] for n in range(1, len(GOOD))}
WORDS = {
    "empty": "empty",
    "latin-1": "not UTF-8 at byte",
    "conflict markers": "line 1 column 1",
    "trailing data": "Extra data",
    "a list": "a list where an object belongs",
    "not a number": "NaN",
    "a number beyond floats": "1e999",
    "deep lists": "too deep",
    "duplicate keys": "'issues' appears twice",
    "duplicate issues": "'h/u/r#1' appears twice",
    "issues a list": "issues is a list, not an object",
    "a file name that is a number": "issues['h/u/r#1'] is a number, not a text",
    "a base that is a number": "base is a number, not a text",
    "too large": "too large",
    "a folder": "not a regular file",
    "a pipe": "not a regular file",
    "a device": "not a regular file",
    "a link to nowhere": "symbolic link",
    "missing beside records": "missing",
    "no issues": "no map of issues",
}
"""What a refusal says of some of them."""


@dataclass(frozen=True)
class Refused:
    errors: list[KugetsuError]
    """Of reading, of listing orphans, and of an edit."""
    before: object
    after: object


def look(path: Path) -> object:
    """What the index is, without waiting for a pipe or reading a device to its end."""
    if not os.path.lexists(path):
        return None
    about = path.lstat()
    is_file = stat.S_ISREG(about.st_mode)
    return about.st_ino, about.st_mode, about.st_mtime_ns, path.read_bytes() if is_file else None


def edit(store: JsonStore) -> None:
    with store.edit() as draft:
        draft.put("h/u/r#9", Record(type="forked"))


def refusals(folder: Path, damage: Callable[[Path], object]) -> Refused:
    index = lay_out(folder) / "index.json"
    index.unlink()
    damage(index)
    before = look(index)
    store = store_in(folder)
    errors = []
    for ask in (store.index, store.orphans, lambda: edit(store)):
        with pytest.raises(KugetsuError) as refusal:
            ask()
        errors.append(refusal.value)
    return Refused(errors, before, look(index))


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Refused]:
    """All the damage at once: each is looked at again for a while before it is believed."""
    damages: dict[str, Callable[[Path], object]] = {
        name: partial(write, content=content) for name, content in {**CONTENTS, **CUTS}.items()
    }
    damages |= THINGS
    root = tmp_path_factory.mktemp("damaged")
    with ThreadPoolExecutor(len(damages)) as pool:
        results = pool.map(
            lambda item: refusals(root / str(item[0]), item[1][1]), enumerate(damages.items())
        )
        return dict(zip(damages, results, strict=True))


@pytest.mark.parametrize("damage", [*CONTENTS, *THINGS, *CUTS])
def test_a_damaged_index_is_refused_and_left_as_it_is(
    refused: Mapping[str, Refused], damage: str
) -> None:
    result = refused[damage]

    assert [error.exit_code for error in result.errors] == [6, 6, 6]
    assert not any(error.changed for error in result.errors)
    assert all("index.json" in error.message for error in result.errors)
    assert WORDS.get(damage, "") in result.errors[0].message
    assert result.after == result.before


def test_a_damaged_index_is_mended_by_the_command_in_the_hint(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    store = store_in(folder)
    with store.edit() as draft:
        draft.put(KEY, Record(type="forked"))
    (folder / "index.json").write_text("{")
    with pytest.raises(DamagedError) as refusal:
        store.index()

    assert refusal.value.hint == f"cp '{folder}/index.json.last' '{folder}/index.json'"
    assert os.system(refusal.value.hint) == 0
    assert store.index().issues == {KEY: FILE}


def test_a_copy_that_is_damaged_too_is_not_recommended(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "index.json").write_text("{")
    (folder / "index.json.last").write_text("{")
    with pytest.raises(DamagedError) as refusal:
        store_in(folder).index()

    assert "cp " not in refusal.value.hint


@pytest.mark.parametrize("around", ["\ufeff{}", " \n{}", "{} \r\n\t", "\ufeff\n{}\n\n"])
def test_a_byte_order_mark_and_blanks_around_are_tolerated(tmp_path: Path, around: str) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "index.json").write_text(around.format(GOOD))

    assert store_in(folder).index().issues == {KEY: FILE}


@pytest.mark.parametrize("content", [b"{}", b'{"base": null}'])
def test_an_index_without_issues_is_an_empty_one_where_there_are_no_records(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "index.json").write_bytes(content)

    assert not store_in(tmp_path).index().issues


@pytest.mark.parametrize("depth", [*range(50, 1050, 50), 2_000, 5_000, 10_000, 50_000])
def test_what_is_nested_too_deep_to_be_read_or_written_is_refused_in_words(depth: int) -> None:
    deep = f'{{"x": {"[" * depth}{"]" * depth}}}'
    try:
        outcome = "".join(spell_object(parse_object(deep.encode())).decode().split())
    except UnreadableError as refusal:
        outcome = str(refusal)

    assert outcome in {deep.replace(" ", ""), "nested too deep"}


def test_a_file_in_the_stores_place_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(EnvironmentUnfitError) as refusal:
        store_in(tmp_path / "file").index()

    assert "KUGETSU_DIR" in refusal.value.hint


def slowly(path: Path, content: str, begun: threading.Event) -> None:
    """Write in place, as earlier programs do: the file is empty, then half, then whole."""
    with path.open("w") as file:
        for part in (content[:20], content[20:]):
            begun.set()
            time.sleep(0.05)
            file.write(part)
            file.flush()


def test_a_file_that_is_just_being_written_is_waited_for(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    store = store_in(folder)
    reads: list[tuple[Path, Callable[[], object]]] = [
        (folder / "index.json", lambda: store.index().issues[KEY]),
        (folder / "sessions" / FILE, lambda: whole(store.record(FILE))),
        (folder / "sessions" / FILE, lambda: whole(store.records(store.index())[KEY])),
    ]
    for path, read in reads:
        expected = read()
        begun = threading.Event()
        writer = threading.Thread(target=slowly, args=(path, path.read_text(), begun))
        writer.start()
        begun.wait()
        try:
            assert read() == expected
        finally:
            writer.join()


def test_a_reader_that_was_held_up_looks_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_out(tmp_path / "s")
    index = (folder / "index.json").read_text()
    (folder / "index.json").write_text("{")
    now = [0.0]

    def held_up(text: bytes) -> dict[str, Json]:
        now[0] += 999
        return parse_object(text)

    monkeypatch.setattr("kugetsu_tui.store.reading.parse_object", held_up)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda _: (folder / "index.json").write_text(index))

    assert store_in(folder).index().issues[KEY] == FILE


def test_a_record_damaged_long_ago_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lay_out(tmp_path / "s")
    (folder / "sessions" / FILE).write_text("{")
    os.utime(folder / "sessions" / FILE, (1_700_000_000, 1_700_000_000))
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)

    store_in(folder).record(FILE)

    assert waits == []


def test_the_seeds_records_survive_next_to_ours(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "s")
    edit(store_in(folder))

    assert json_in(folder / "sessions" / FILE) == SEED_RECORD
