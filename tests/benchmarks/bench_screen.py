"""The screen on a terminal of its own, beside a bare list that draws as little as a list can.

python -m tests.benchmarks.bench_screen [ROWS]
"""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import psutil
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.board import Board
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.screens.feed import BoardChanged
from tests import scenes
from tests.benchmarks.big_world import make_big_world
from tests.fakes import NOW

ROWS = 10_000
_MARK = b"Issue number"
LETTERS = ("better 99 make" + "\x7f" * 14) * 3
"""Typed into the filter, and taken back."""
_QUIET = 0.12
"""Seconds without output after which a key press has been dealt with."""


class BareList(ScrollView, can_focus=True):
    """Lines of one style, and a cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [("j", "down", "down")]
    cursor: reactive[int] = reactive(0, repaint=False)

    def on_mount(self) -> None:
        self.virtual_size = Size(80, ROWS)

    def render_line(self, y: int) -> Strip:
        place = self.scroll_offset.y + y
        style = self.rich_style + Style(reverse=place == self.cursor)
        text = (
            f"{place:6}  github.com/shoko/repository#{place}  Issue number {place}: make it better"
        )
        return Strip([Segment(text, style)]).crop_extend(0, self.size.width, style)

    def action_down(self) -> None:
        self.cursor += 1

    def watch_cursor(self, before: int, cursor: int) -> None:
        for place in (before, cursor):
            self.refresh(Region(0, place - self.scroll_offset.y, self.size.width, 1))


class Bare(App[None]):
    def compose(self) -> ComposeResult:
        yield BareList()


def _changing(app: KugetsuApp) -> None:
    """Have 20 rows a second change, each on a board of its own."""
    time.sleep(3)
    for turn in range(10**6):
        roster = app.board.roster
        rows = list(roster.board.rows)
        place = 1 + turn % 25
        rows[place] = replace(rows[place], since=NOW, tokens=turn)
        news = replace(roster, board=Board(tuple(rows)))
        app.board.post_message(BoardChanged(news, app.board._feed.round))
        time.sleep(0.05)


def show(what: str, rows: int) -> None:
    """Be the process that is measured."""
    if what == "bare":
        Bare().run()
        return
    scene = scenes.thousands(rows)
    app = KugetsuApp(Commands.of(scene.world), clock=scene.clock)
    if what == "changing":
        threading.Thread(target=_changing, args=(app,), daemon=True).start()
    app.run()


class Terminal:
    """A process on a terminal of 120 by 36."""

    def __init__(self, argv: Sequence[str], **variables: str) -> None:
        self.descriptor, its_end = pty.openpty()
        termios.tcsetwinsize(self.descriptor, (36, 120))
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            stdin=its_end,
            stdout=its_end,
            stderr=its_end,
            env={
                **os.environ,
                "TERM": "xterm-256color",
                "TEXTUAL_ANIMATIONS": "none",
                **variables,
            },
        )
        os.close(its_end)

    @classmethod
    def of(cls, what: str, rows: int) -> Self:
        """Ourselves, showing that."""
        return cls([sys.executable, "-m", __spec__.name, "--show", what, str(rows)])

    def until(self, words: bytes) -> float:
        """Milliseconds until it has drawn these words."""
        drawn = b""
        while words not in drawn:
            drawn += os.read(self.descriptor, 65536)
        return (time.perf_counter() - self.began) * 1000

    def until_quiet(self, quiet: float = _QUIET) -> int:
        """Bytes until it has drawn nothing for a while."""
        count = 0
        while select.select([self.descriptor], [], [], quiet)[0]:
            count += len(os.read(self.descriptor, 65536))
        return count

    def read_for(self, seconds: float) -> int:
        """Bytes drawn in that time."""
        end, count = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.descriptor], [], [], left)[0]:
                count += len(os.read(self.descriptor, 65536))
        return count

    def press(self, key: str) -> tuple[float, int]:
        """Milliseconds to the first byte, and all bytes."""
        began = time.perf_counter()
        os.write(self.descriptor, key.encode())
        select.select([self.descriptor], [], [], 2)
        span = (time.perf_counter() - began) * 1000
        return span, self.until_quiet()

    def seconds_of_processor(self) -> float:
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def end(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.descriptor)


def _median_of(start: Callable[[], Terminal], mark: bytes, repeats: int = 9) -> str:
    spans = []
    for _ in range(repeats):
        terminal = start()
        spans.append(terminal.until(mark))
        terminal.end()
    return f"rows after {statistics.median(spans):.0f} ms, at best {min(spans):.0f}"


def first_frame_of_bare(rows: int) -> str:
    return _median_of(lambda: Terminal.of("bare", rows), _MARK)


def first_rows(issues: int = 1_000) -> str:
    """The real program on a real store, beside 10,000 sessions of opencode's."""
    with tempfile.TemporaryDirectory() as folder:
        variables = make_big_world(Path(folder), issues=issues)
        program = str(Path(sys.executable).with_name("kugetsu-tui"))
        return _median_of(lambda: Terminal([program], **variables), b"What session")


def keys(what: str, rows: int, pressing: Sequence[str], *, after: str = "") -> str:
    terminal = Terminal.of(what, rows)
    terminal.until(_MARK)
    terminal.until_quiet(1.5)
    for key in after:
        terminal.press(key)
    before = terminal.seconds_of_processor()
    pressed = [terminal.press(key) for key in pressing]
    spent = (terminal.seconds_of_processor() - before) / len(pressing) * 1000
    terminal.end()
    spans = sorted(span for span, _ in pressed)
    size = statistics.median(count for _, count in pressed)
    worst = spans[int(len(spans) * 0.95)]
    return (
        f"{statistics.median(spans):.1f} ms, p95 {worst:.1f}, CPU {spent:.1f} ms, {size:.0f} bytes"
    )


def meanwhile(what: str, rows: int, seconds: float = 10.0) -> str:
    terminal = Terminal.of(what, rows)
    terminal.until(_MARK)
    terminal.read_for(4.0)
    before = terminal.seconds_of_processor()
    count = terminal.read_for(seconds)
    spent = (terminal.seconds_of_processor() - before) / seconds
    memory = psutil.Process(terminal.process.pid).memory_full_info().pss / 2**20
    terminal.end()
    return f"{spent:.1%} of a core, {count / seconds:.0f} bytes a second, {memory:.0f} MB"


def main(rows: int) -> None:
    measures: Sequence[tuple[str, Callable[[], str]]] = (
        ("start, bare", lambda: first_frame_of_bare(rows)),
        ("start", first_rows),
        ("key, bare", lambda: keys("bare", rows, "j" * 25)),
        ("key", lambda: keys("board", rows, "j" * 25)),
        ("filter", lambda: keys("board", rows, LETTERS, after="/")),
        ("idle", lambda: meanwhile("board", rows)),
        ("20 changes a second", lambda: meanwhile("changing", rows)),
    )
    for name, measure in measures:
        print(f"{name:>20}: {measure()}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--show"]:
        show(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
