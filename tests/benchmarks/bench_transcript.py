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
from itertools import count
from pathlib import Path
from threading import Event, Thread

import psutil
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown, RichLog

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.run import Journalled, ToolUsed
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.opencode.transcripts import DatabaseTranscripts
from kugetsu_tui.runs.event_line import line_of, spell_line
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.screens.scope import Scope
from tests import scenes
from tests.benchmarks.bench_screen import Terminal
from tests.benchmarks.big_world import add_transcript
from tests.fakes import NOW
from tests.opencode.sample_database import NEW, SampleDatabase
from tests.scenes import LOGIN, LiveRuns, Scene

KILOBYTES = 2_000
RATE, SECONDS = 10_000, 4
_LAST = b"The very last words"
_RESULT = "BENCH_RESULT"
_FILE = "BENCH_DATABASE"


class Watched:
    """How long the event loop of an app was away at most, in milliseconds, written to a file."""

    def __init__(self, app: App[None]) -> None:
        self.worst, self._seen = 0.0, time.perf_counter()
        app.set_interval(0.005, self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.worst = max(self.worst, (now - self._seen) * 1000)
        self._seen = now

    def begin(self) -> None:
        self.worst, self._seen = 0.0, time.perf_counter()

    def tell(self, lines: int) -> None:
        path = Path(os.environ[_RESULT])
        path.with_suffix(".new").write_text(f"{self.worst} {lines}")
        path.with_suffix(".new").rename(path)


WATCHED: list[Watched] = []
"""The one of the app that is shown, once it runs."""


class NaiveTranscript(App[None]):
    """Each message a Markdown widget."""

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for text in texts(KILOBYTES if len(sys.argv) < 4 else int(sys.argv[3])):
                yield Markdown(text)

    def on_ready(self) -> None:
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def on_key(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=-1, animate=False)


class NaiveOutput(App[None]):
    """A RichLog, written to as lines come."""

    def compose(self) -> ComposeResult:
        yield RichLog()

    def on_ready(self) -> None:
        watched, log, ended = Watched(self), self.query_one(RichLog), Event()
        watched.begin()

        def flood() -> None:
            for entry in entries(ended):
                self.call_later(log.write, str(entry.event))
            self.call_later(watched.tell, RATE * SECONDS)

        Thread(target=flood, daemon=True).start()


class FloodedRuns(LiveRuns):
    """The login's run says more than anybody can read."""

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        if run_id != "run-login":
            yield from super().journal(run_id, follow=follow)
            return
        watched = WATCHED[0]
        watched.begin()
        yield from entries(Event())
        yield None
        time.sleep(0.5)
        watched.tell(RATE * SECONDS)
        while True:
            time.sleep(0.1)
            yield None


def entries(ended: Event) -> Iterator[Journalled]:
    """Tool calls, as many a second as were asked for, each spelled and read as a journal's line."""
    began = time.perf_counter()
    for number in range(RATE * SECONDS):
        if number % 100 == 0:
            ended.wait(max(began + number / RATE - time.perf_counter(), 0))
        used = ToolUsed(tool="bash", title=f"{number} " + "x" * 90, output="", is_error=False)
        entry = line_of(spell_line(Journalled(NOW, used)))
        assert entry is not None
        yield entry


def texts(kilobytes: int) -> Iterator[str]:
    """Answers of about 3.6 kB each, with lists and code in them."""
    size = 0
    for number in count():
        paragraph = f"Paragraph of answer {number}: " + "some words in a row, " * 20
        code = "\n".join(
            f"def answer_{number}_{line}() -> int:\n    return {line}" for line in range(15)
        )
        text = (
            f"## Answer {number}\n\n"
            + f"{paragraph}\n\n" * 5
            + f"- one\n- two\n\n```python\n{code}\n```\n"
        )
        size += len(text)
        yield text
        if size > kilobytes * 1000:
            yield "The very last words."
            return


def world() -> Scene:
    """The busy morning, with the login's transcript in a database."""
    scene = scenes.busy_morning()
    session_id = scene.record(LOGIN).session_id
    assert session_id is not None
    transcripts = DatabaseTranscripts(Database(Path(os.environ[_FILE])))
    scene.transcripts = transcripts  # type: ignore[assignment]
    return scene


def show(what: str) -> None:
    """Be the process that is measured."""
    if what == "naive-transcript":
        NaiveTranscript().run()
    elif what == "naive-output":
        NaiveOutput().run()
    else:
        scene = world()
        if what == "output":
            runs = FloodedRuns(scene.clock)
            runs.known, runs.messages, runs.journals = (
                scene.runs.known, scene.runs.messages, scene.runs.journals,
            )  # fmt: skip
            scene.runs = runs
        app = KugetsuApp(Commands.of(scene.world), scope=Scope(key=LOGIN), clock=scene.clock)
        app.call_later(lambda: WATCHED.append(Watched(app)))
        app.run()


def _terminal(what: str, folder: Path, *more: str) -> Terminal:
    argv = [sys.executable, "-m", __spec__.name, "--show", what, *more]
    return Terminal(argv, **{_RESULT: str(folder / what), _FILE: str(folder / "opencode.db")})


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
    if sys.argv[1:2] == ["--show"]:
        show(sys.argv[2])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else KILOBYTES)
