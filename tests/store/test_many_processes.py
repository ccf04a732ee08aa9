from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import BusyError
from kugetsu_tui.domain.record import Record
from tests.store.files import KEY, SESSION, lay_out, store_in, whole
from tests.store.worker import OTHER

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds after which a test gives up."""


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-S", "-m", "tests.store.worker", str(folder), *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": os.environ["PATH"]},
    )


def assert_readable(folder: Path) -> int:
    """Whatever is there is whole; returns how many issues that are."""
    store = store_in(folder)
    index = store.index()
    records = store.records(index)
    for record in records.values():
        whole(record)
    if (folder / "index.json").exists():
        json.loads((folder / "index.json").read_text())
    return len(index.issues)


def test_twenty_processes_lose_nothing_and_a_reader_never_sees_a_broken_file(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "store"
    workers = [started(folder, "many", f"w{number}", "4") for number in range(20)]
    seen = [0]
    while any(worker.poll() is None for worker in workers):
        seen.append(assert_readable(folder))
    acknowledged = [line for worker in workers for line in worker.communicate()[0].split()]

    assert [worker.returncode for worker in workers] == [0] * 20
    assert seen == sorted(seen)
    assert sorted(store_in(folder).index().issues) == sorted(acknowledged)
    assert len(acknowledged) == assert_readable(folder) == 80


def test_what_was_acknowledged_survives_a_storm_of_kills(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    chance = random.Random(42)
    acknowledged: list[str] = []
    for wave in range(3):
        workers = [started(folder, "many", f"w{wave}x{number}", "9999") for number in range(4)]
        for worker in workers:
            assert worker.stdout is not None
            acknowledged.append(worker.stdout.readline().strip())
        for worker in workers:
            time.sleep(chance.uniform(0, 0.02))  # anywhere in an edit
            worker.send_signal(signal.SIGKILL)
            acknowledged += [line for line in worker.communicate()[0].split() if line]
    store = store_in(folder, deadline=1.0)
    with store.edit() as draft:
        draft.put(KEY, Record(type="forked", session_id=SESSION))

    assert assert_readable(folder) >= len(acknowledged) + 1
    assert set(acknowledged) < set(store.index().issues)
    assert not list(folder.rglob(".kugetsu-*"))


def test_a_stopped_holder_blocks_writers_who_say_whom_they_wait_for_and_no_reader(
    tmp_path: Path,
) -> None:
    folder = lay_out(tmp_path / "store")
    holder = started(folder, "hold")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    store = store_in(folder, deadline=0.2)
    try:
        assert list(store.index().issues) == [KEY]
        with pytest.raises(BusyError) as refusal, store.edit():
            pass
    finally:
        holder.send_signal(signal.SIGCONT)
        holder.communicate(timeout=PATIENCE)

    assert refusal.value.exit_code == 75
    assert f"process {holder.pid} (kugetsu start)" in refusal.value.message
    assert str(holder.pid) in refusal.value.hint
    assert list(store.index().issues) == [KEY, OTHER]


def test_a_killed_holder_blocks_nobody(tmp_path: Path) -> None:
    folder = lay_out(tmp_path / "store")
    holder = started(folder, "hold")
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate(timeout=PATIENCE)

    store = store_in(folder, deadline=0.0)
    with store.edit() as draft:
        draft.put(OTHER, Record(type="forked"))

    assert OTHER in store.index().issues
