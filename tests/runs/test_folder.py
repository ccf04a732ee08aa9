"""A run's folder, and what is made of one that is damaged."""

from __future__ import annotations

import errno
import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import BusyError, CannotSaveError, UsageError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunOrder, RunVerb
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.capped_log import CappedLog
from kugetsu_tui.runs.facts import RunFacts, facts_of, spell_facts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.place import Place
from kugetsu_tui.runs.private_file import open_regular
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.slots import take_slot
from tests.runs.conftest import Bench

pytestmark = pytest.mark.fast

FACTS = RunFacts(
    order=RunOrder(
        run_id=RunId("20260101T000000-abcdef"),
        verb=RunVerb.CONTINUE,
        issue_ref="github.com/shoko/kugetsu#14",
        session_id=SessionId("ses_mine"),
        directory="/checkout",
        placed_at=datetime(2026, 1, 1, microsecond=5, tzinfo=UTC),
        model="a/b",
        agent="build",
        start_timeout=1.5,
        idle_timeout=20.0,
        timeout=None,
        record_made="2026-01-01T00:00:00+00:00",
    ),
    place=Place("box", "boot", "pid:[1]"),
    supervisor=Process(1, 2),
    opencode=Process(3, 4),
    session_id=SessionId("ses_mine"),
    extra={"later": {"key": [1]}},
)


def test_facts_are_read_as_they_were_written(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)

    folder.write(FACTS)
    folder.write(folder.read())

    assert folder.read() == FACTS
    assert folder.facts.stat().st_mode & 0o777 == 0o600


def test_a_message_that_waits_may_know_neither_its_session_nor_the_directory(
    tmp_path: Path,
) -> None:
    order = replace(FACTS.order, session_id=None, directory="")
    folder = RunFolder(tmp_path)

    folder.write(replace(FACTS, order=order))

    assert folder.read().order == order


@pytest.mark.parametrize("key", ["run_id", "verb", "directory", "placed_at", "start_timeout"])
def test_an_order_that_lacks_something_is_none(key: str) -> None:
    document = json.loads(json.dumps(spell_facts(FACTS)))
    del document["order"][key]

    with pytest.raises(ValueError, match=f"{key} is missing"):
        facts_of(document)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\0" * 100,
        b"\xff\xfe{\0}\0",
        b"[" * 100_000,
        b"1" * 10_000,
        json.dumps({**spell_facts(FACTS), "opencode": {"pid": 1e999, "started": 1}}).encode(),
        json.dumps(spell_facts(FACTS)).replace("continue", "tomorrow").encode(),
    ],
)
def test_damaged_facts_make_a_run_unknown_and_are_left_alone(bench: Bench, damage: bytes) -> None:
    order = bench.order()
    with bench.runs.reserve(order, "x"):
        bench.folder(order.run_id).facts.write_bytes(damage)

        seen = bench.seen(order.run_id)

        assert seen.liveness is Liveness.UNKNOWN
        assert seen.is_at_work
        assert bench.folder(order.run_id).facts.read_bytes() == damage


def test_ids_sort_by_time_and_differ(bench: Bench) -> None:
    ids = [bench.runs.new_id() for _ in range(50)]

    assert len(set(ids)) == 50
    assert sorted(run_id[:15] for run_id in ids) == [run_id[:15] for run_id in ids]


def test_a_folder_that_cannot_be_made_is_a_refusal(bench: Bench) -> None:
    bench.path.parent.mkdir()
    bench.path.write_text("in the way")

    with (
        pytest.raises(CannotSaveError, match="nothing was changed"),
        bench.runs.reserve(bench.order(), "x"),
    ):
        pass


def test_a_reservation_that_fails_midway_leaves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: RunFolder, facts: RunFacts) -> None:
        raise OSError(28, "No space left on device", "run.json")

    monkeypatch.setattr(RunFolder, "write", full)

    with (
        pytest.raises(CannotSaveError, match="No space left"),
        bench.runs.reserve(bench.order(), "x"),
    ):
        pass

    assert list(bench.path.iterdir()) == []


def test_a_lock_that_cannot_be_had_leaves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    with monkeypatch.context() as refusing:
        refusing.setattr(fcntl, "flock", refuse)
        with (
            pytest.raises(CannotSaveError, match="No locks available; nothing was changed"),
            bench.runs.reserve(bench.order(), "x"),
        ):
            pass

    assert list(bench.path.iterdir()) == []


def test_who_cannot_ask_for_a_lock_holds_no_file_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    lowest = os.dup(0)
    os.close(lowest)
    with monkeypatch.context() as refusing:
        refusing.setattr(fcntl, "flock", refuse)
        with pytest.raises(OSError, match="No locks available"):
            lock.take(tmp_path / "lock")
        with pytest.raises(OSError, match="No locks available"):
            take_slot(tmp_path, 2)

    assert os.dup(0) == lowest
    os.close(lowest)


def test_why_a_run_did_not_begin_is_told_also_where_its_folder_cannot_be_removed(
    bench: Bench,
) -> None:
    with pytest.raises(BusyError), bench.runs.reserve(bench.order(), "x") as run:
        (run.folder.path / "in the way").mkdir()
        raise BusyError("somebody is at its session")

    assert run.lock is None


def test_half_a_character_is_no_message(bench: Bench) -> None:
    with pytest.raises(UsageError), bench.runs.reserve(bench.order(), "\ud800"):
        pass

    assert not bench.path.exists()


def test_a_log_keeps_its_beginning_and_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with CappedLog(path, cap=4000) as log:
        for number in range(2000):
            log.write(f"line {number}\n".encode())

    text = path.read_text()
    assert len(text) <= 4000
    assert text.startswith("line 0\nline 1\n")
    assert text.endswith("line 1998\nline 1999\n")
    assert text.count("bytes left out") == 1


def test_what_was_read_was_read_also_where_closing_fails(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"whole")

    with open_regular(file) as opened:
        told = opened.readall()
        os.close(opened.fileno())

    assert told == b"whole"
