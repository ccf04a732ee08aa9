"""A long transcript and a flood of output on a terminal of their own, beside Textual's widgets.

    python -m tests.benchmarks.bench_transcript [KILOBYTES]

The transcript is read from a database as opencode makes it; the flood goes through the lines of a
run's journal, 10,000 a second for four seconds.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from tests import scenes
from tests.benchmarks import long_and_loud
from tests.benchmarks.bench_screen import Terminal
from tests.benchmarks.big_world import add_transcript
from tests.benchmarks.long_and_loud import FILE, RATE, RESULT, texts
from tests.opencode.sample_database import NEW, SampleDatabase
from tests.scenes import LOGIN

KILOBYTES = 2_000
_LAST = b"The very last words"


def _terminal(what: str, folder: Path, *more: str) -> Terminal:
    argv = [sys.executable, "-m", long_and_loud.__name__, what, *more]
    return Terminal(argv, **{RESULT: str(folder / what), FILE: str(folder / "opencode.db")})


def _memory(terminal: Terminal) -> float:
    return float(psutil.Process(terminal.process.pid).memory_full_info().pss / 2**20)


def _spans(spans: Sequence[float]) -> str:
    ordered = sorted(spans)
    return (
        f"median {statistics.median(ordered):.1f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.1f}"
    )


def _transcript(folder: Path) -> Iterator[tuple[str, str]]:
    terminal = _terminal("transcript", folder)
    terminal.until(b"kugetsu#14")
    terminal.until_quiet(1.5)
    before = _memory(terminal)
    terminal.began = time.perf_counter()
    os.write(terminal.descriptor, b"\x1b[C")
    opened = terminal.until(_LAST)
    terminal.until_quiet(1.5)
    yield "open", f"{opened:.0f} ms, {_memory(terminal) - before:+.0f} MB"
    for name, key, times in (
        ("a line up", "k", 80),
        ("a page up", "\x1b[5~", 40),
        ("search", "/wordsin", 8),
    ):
        keys = [key] * times if name != "search" else list(key)
        processor = terminal.seconds_of_processor()
        pressed = [terminal.press(each)[0] for each in keys]
        spent = (terminal.seconds_of_processor() - processor) / len(keys) * 1000
        yield name, f"{_spans(pressed)}, CPU {spent:.1f} ms"
    terminal.end()


def _naive_transcript(folder: Path, kilobytes: int) -> Iterator[tuple[str, str]]:
    terminal = _terminal("naive-transcript", folder, str(kilobytes))
    opened = terminal.until(_LAST)
    terminal.until_quiet(3.0)
    yield "open, Markdown widgets", f"{opened:.0f} ms with start, {_memory(terminal):.0f} MB in all"
    pressed = [terminal.press("k")[0] for _ in range(10)]
    yield "a line up, Markdown widgets", _spans(pressed)
    terminal.end()


def _flood(what: str, folder: Path, *keys: str) -> str:
    terminal = _terminal(what, folder)
    result = folder / what
    if keys:
        terminal.until(b"kugetsu#14")
    before = most = _memory(terminal)
    drawn, began = 0, time.perf_counter()
    os.write(terminal.descriptor, "".join(keys).encode())
    while not result.exists() and time.perf_counter() - began < 120:
        drawn += terminal.read_for(0.25)
        most = max(most, _memory(terminal))
    worst, lines = result.read_text().split() if result.exists() else ("inf", "0")
    took = time.perf_counter() - began
    terminal.end()
    return (
        f"worst stall {float(worst):.0f} ms, {int(lines) / took:.0f} lines a second,"
        f" {most:.0f} MB in all ({most - before:+.0f}), {drawn / took / 1000:.0f} kB a second drawn"
    )


def measure_transcripts(kilobytes: int) -> Iterator[tuple[str, str, str]]:
    """What was measured, ours, and the same with Textual's own widgets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sample = SampleDatabase(folder / "opencode.db", NEW)
        session_id = scenes.busy_morning().record(LOGIN).session_id
        assert session_id is not None
        add_transcript(sample.path, session_id, list(texts(kilobytes)))
        ours = dict(_transcript(folder))
        widgets = dict(_naive_transcript(folder, kilobytes))
        for what, figure in ours.items():
            beside = widgets.get(f"{what}, Markdown widgets")
            yield (
                f"a transcript of {kilobytes:,} kB: {what}",
                figure,
                f"Markdown widgets: {beside}" if beside else "",
            )
        flood = _flood("output", folder, "G")
        yield f"{RATE:,} lines a second", flood, f"RichLog: {_flood('naive-output', folder)}"


def main(kilobytes: int) -> None:
    for what, ours, beside in measure_transcripts(kilobytes):
        print(f"{what:>40}: {ours}" + (f"; {beside}" if beside else ""), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else KILOBYTES)
