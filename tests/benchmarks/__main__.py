"""Every figure of the screen, the list and the engines in one table, beside its yardstick.

    python -m tests.benchmarks [PEERS]

PEERS is the `bin` folder of an environment with `ocman` and `fast-resume`; those that are there are
measured on the same sessions, in the same run.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from kugetsu_tui.opencode.database import Database
from tests.benchmarks import bench_list, bench_screen
from tests.benchmarks.bench_engines import measure_engines
from tests.benchmarks.bench_store import measure_store
from tests.benchmarks.bench_stream import measure_minutes
from tests.benchmarks.bench_transcript import KILOBYTES, measure_transcripts
from tests.benchmarks.big_world import add_transcript, make_big_world

Row = tuple[str, str, str]
"""What is measured, ours, and what stands beside it."""

_MESSAGES_OF_A_SESSION = 60
"""Of each of 1,000 sessions."""
_PEERS: Mapping[str, Sequence[str]] = {
    "ocman": ("list", "sessions"),
    "fast-resume": ("--json", "--all"),
}


def _lists(peers: Path | None) -> Iterator[Row]:
    for issues in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            variables = make_big_world(Path(folder), issues=issues)
            ours, bare = bench_list.measure(Path(folder), variables)
            beside = [f"bare Python + sqlite3 {bare}"]
            if peers and issues == 1_000:
                beside += _peers(peers, Path(folder), variables)
            yield f"`list --json`, {issues:,} issues of 10,000 sessions", ours, "; ".join(beside)


def _peers(folder: Path, home: Path, variables: Mapping[str, str]) -> Iterator[str]:
    environment = {**os.environ, **variables}
    usual = home / ".local" / "share"  # they look for opencode's database nowhere else
    usual.parent.mkdir()
    usual.symlink_to(home / "data")
    for name, words in _PEERS.items():
        if (folder / name).exists():
            argv = [str(folder / name), *words]
            yield f"{name} {bench_list.median(argv, environment, 3, home):.0f} ms"


def _screen(rows: int) -> Iterator[Row]:
    yield (
        "start → first rows, 10,000 sessions",
        bench_screen.first_rows(),
        f"bare Textual app: {bench_screen.first_frame_of_bare(rows)}",
    )
    yield (
        "key → frame, 10,000 rows",
        bench_screen.keys("board", rows, "j" * 25),
        f"bare list: {bench_screen.keys('bare', rows, 'j' * 25)}",
    )
    typed = bench_screen.keys("board", rows, bench_screen.LETTERS, after="/")
    yield "a letter of the filter, 10,000 rows", typed, ""
    yield "20 rows a second changing, 10,000 rows", bench_screen.meanwhile("changing", rows), ""
    yield "nothing happens, 10,000 rows", bench_screen.meanwhile("board", rows), ""


def _search() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        make_big_world(Path(folder), issues=1)
        path = Path(folder) / "data" / "opencode" / "opencode.db"
        answers = ["What was found out, in a few words. " * 5] * (_MESSAGES_OF_A_SESSION // 2)
        add_transcript(path, "ses_talk", answers * 1_000)
        with closing(connect(path)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM message").fetchone()
        spans = []
        for _ in range(9):
            began = time.perf_counter()
            Database(path).search("nobody said this", is_wanted=lambda: True)
            spans.append((time.perf_counter() - began) * 1000)
        yield f"a search in {count:,} messages", f"{statistics.median(spans):.0f} ms", ""


def main(peers: Path | None) -> None:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    load = ", ".join(f"{load:.1f}" for load in os.getloadavg())
    print(
        f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {sys.version.split()[0]},"
        f" load {load}\n"
    )
    print("| what | kugetsu-tui | beside |\n|---|---|---|")
    measures: Sequence[Callable[[], Iterator[Row]]] = (
        lambda: _lists(peers),
        lambda: _screen(bench_screen.ROWS),
        lambda: measure_transcripts(KILOBYTES),
        _search,
        measure_store,
        measure_minutes,
        measure_engines,
    )
    for measure in measures:
        for row in measure():
            print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
