"""`list --json` as a whole process, beside bare Python reading the same sessions.

python -m tests.benchmarks.bench_list [REPEATS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.big_world import make_big_world

_BARE = """
import json, sqlite3, sys
with sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True) as connection:
    rows = connection.execute("SELECT id, title, directory, time_updated FROM session").fetchall()
print(json.dumps(rows[:1000]))
"""

_PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small parent: a child's largest size is at least that of whoever forked it (getrusage(2))."""


def main() -> None:
    repeats = int(sys.argv[1]) if sys.argv[1:] else 21
    for issues in (1_000, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            variables = make_big_world(Path(folder), issues=issues)
            ours, bare = measure(Path(folder), variables, repeats)
            print(f"{issues:>6} issues: list --json {ours}; bare Python + sqlite3 {bare}")


def measure(home: Path, variables: Mapping[str, str], repeats: int = 21) -> tuple[str, str]:
    """Ours, and bare Python's: the best of as many, in turns, so that both meet the same load."""
    environment = {**os.environ, **variables}
    database = home / "data" / "opencode" / "opencode.db"
    kugetsu = str(Path(sys.executable).with_name("kugetsu"))
    bare, ours = [sys.executable, "-c", _BARE, str(database)], [kugetsu, "list", "--json"]
    spent = [(_spent(bare, environment), _spent(ours, environment)) for _ in range(repeats)]
    its_wall, its_work = (min(both) for both in zip(*(bare for bare, _ in spent), strict=True))
    wall, work = (min(both) for both in zip(*(ours for _, ours in spent), strict=True))
    memory = _peak_memory(ours, environment)
    return (
        f"{wall:.0f} ms, {work:.0f} of processor ({work / its_work:.1f} x), {memory:.0f} MB",
        f"{its_wall:.0f} ms, {its_work:.0f} of processor",
    )


def _spent(argv: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Milliseconds: on the wall, and of processor."""
    began = time.perf_counter()
    process = subprocess.Popen(argv, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return wall * 1000, (usage.ru_utime + usage.ru_stime) * 1000


def median(
    argv: Sequence[str],
    environment: Mapping[str, str],
    repeats: int,
    directory: Path | None = None,
) -> float:
    """Milliseconds."""
    spans = []
    for _ in range(repeats):
        began = time.perf_counter()
        subprocess.run(argv, env=environment, cwd=directory, stdout=subprocess.DEVNULL, check=True)
        spans.append((time.perf_counter() - began) * 1000)
    return statistics.median(spans)


def _peak_memory(argv: Sequence[str], environment: Mapping[str, str]) -> float:
    """Megabytes of the process at its largest."""
    asked = [sys.executable, "-S", "-c", _PEAK, *argv]
    done = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


if __name__ == "__main__":
    main()
