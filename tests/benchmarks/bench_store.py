"""A run's end stored durably, by one process and by fifty, beside a bare flock and fsync.

python -m tests.benchmarks.bench_store [SECONDS]
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from statistics import median

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.session import RunId
from tests.store.files import SEED_RECORD, lay_out, store_in, whole

ISSUES, WRITERS, SECONDS = 1_000, 50, 5.0
_ALONE = 300
"""Updates of one process."""
_DEADLINE = 60.0
"""Seconds to wait for the lock: all of it is to be measured."""


def _key(number: int) -> str:
    return f"github.com/shoko/shop#{number}"


def _make_store(folder: Path) -> None:
    files = {_key(number): f"github.com-shoko-shop-{number}.json" for number in range(ISSUES)}
    records = {file: {**SEED_RECORD, "issue_ref": key} for key, file in files.items()}
    lay_out(folder, {"base": None, "issues": files}, records)


def _ours(folder: Path, number: int) -> Callable[[], None]:
    store = store_in(folder, deadline=_DEADLINE)
    turns = count()

    def update() -> None:
        with store.edit() as draft:
            record = whole(draft.record(_key(number)))
            draft.put(_key(number), replace(record, run_id=RunId(f"run-{next(turns)}")))

    return update


def _bare(folder: Path, number: int) -> Callable[[], None]:
    """The least that is durable: a file anew and in its place, both known to the disk."""
    lock, new, path = folder / "bare.lock", folder / f"new-{number}", folder / f"bare-{number}"

    def update() -> None:
        with lock.open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with new.open("wb") as file:
                file.write(b" " * 400)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
            descriptor = os.open(folder, os.O_DIRECTORY)
            os.fsync(descriptor)
            os.close(descriptor)

    return update


UPDATES: Mapping[str, Callable[[Path, int], Callable[[], None]]] = {"ours": _ours, "bare": _bare}


def _be_a_writer(what: str, folder: Path, number: int, seconds: float) -> None:
    """At a word, update for as long, once at least; tell how often, and the longest wait."""
    update = UPDATES[what](folder, number)
    print("ready", flush=True)
    sys.stdin.readline()
    spans = list(_spans(update, until=time.monotonic() + seconds))
    print(json.dumps([len(spans), max(spans)]))


def _spans(update: Callable[[], None], *, until: float) -> Iterator[float]:
    while True:
        began = time.monotonic()
        update()
        yield time.monotonic() - began
        if time.monotonic() >= until:
            return


def _together(what: str, folder: Path, seconds: float) -> tuple[int, float]:
    """How many updates all writers made, and the longest wait in milliseconds."""
    argv = [sys.executable, "-m", __spec__.name, "--be", what, str(folder)]
    writers = [
        subprocess.Popen(
            [*argv, str(number), str(seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout
        writer.stdout.readline()
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("now\n")
        writer.stdin.flush()
    told = [json.loads(writer.communicate()[0]) for writer in writers]
    return sum(times for times, _ in told), max(worst for _, worst in told) * 1000


def measure_store(seconds: float = SECONDS) -> Iterator[tuple[str, str, str]]:
    """What was measured, ours, and the bare one."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name) / "store"
        _make_store(folder)
        alone = {what: median(_alone(of(folder, 0))) for what, of in UPDATES.items()}
        yield (
            f"storing a run's end, durable, {ISSUES:,} issues",
            f"{alone['ours']:.1f} ms",
            f"bare flock + fsync: {alone['bare']:.1f} ms",
        )
        _, worst = _together("ours", folder, 0)
        _, bare_worst = _together("bare", folder, 0)
        yield (
            f"the same by {WRITERS} processes at once: the longest wait",
            f"{worst:.0f} ms",
            f"bare: {bare_worst:.0f} ms",
        )
        each = {what: seconds * 1000 / _together(what, folder, seconds)[0] for what in UPDATES}
        yield (
            f"{WRITERS} processes for {seconds:g} s: one after another, an update",
            f"{each['ours']:.2f} ms ({each['ours'] / each['bare']:.1f} x)",
            f"bare: {each['bare']:.2f} ms",
        )


def _alone(update: Callable[[], None]) -> list[float]:
    spans = []
    for _ in range(_ALONE):
        began = time.perf_counter()
        update()
        spans.append((time.perf_counter() - began) * 1000)
    return spans


def main(seconds: float) -> None:
    for what, ours, bare in measure_store(seconds):
        print(f"{what}: {ours}; {bare}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--be"]:
        _be_a_writer(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
    else:
        main(float(sys.argv[1]) if sys.argv[1:] else SECONDS)
