"""A long transcript or a flood of output, shown: the process that is measured, and nothing else.

python -m tests.benchmarks.long_and_loud WHAT [KILOBYTES]
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from threading import Event

from textual.app import App

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.run_event import Journalled, ToolUsed
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.opencode.transcripts import DatabaseTranscripts
from kugetsu_tui.runs.event_line import line_of, spell_line
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.screens.scope import Scope
from tests import scenes
from tests.fakes import NOW
from tests.scenes import LOGIN, LiveRuns, Scene

RATE, SECONDS = 10_000, 4
RESULT, FILE = "BENCH_RESULT", "BENCH_DATABASE"
"""Variables: where to write what was measured, and opencode's database."""


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
        path = Path(os.environ[RESULT])
        path.with_suffix(".new").write_text(f"{self.worst} {lines}")
        path.with_suffix(".new").rename(path)


WATCHED: list[Watched] = []
"""The one of the app that is shown, once it runs."""


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
    transcripts = DatabaseTranscripts(Database(Path(os.environ[FILE])))
    scene.transcripts = transcripts  # type: ignore[assignment]
    return scene


def show(what: str) -> None:
    """Be the process that is measured."""
    if what.startswith("naive"):
        from tests.benchmarks.naive_widgets import show_naive  # noqa: PLC0415 - only theirs need it

        show_naive(what, kilobytes=int(sys.argv[2]) if sys.argv[2:] else 0)
        return
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


if __name__ == "__main__":
    show(sys.argv[1])
