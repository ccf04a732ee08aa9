"""Bytes to the terminal in a minute, at 120 by 36: nothing happens, or one run writes its answer.

python -m tests.benchmarks.bench_stream [SECONDS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import count

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.run_event import Journalled, Said, Saying, StepFinished, ToolUsed
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.screens.scope import Scope
from tests import scenes
from tests.benchmarks.bench_screen import Terminal
from tests.fakes import NOW
from tests.scenes import LOGIN, LiveRuns

SECONDS = 60
_PIECES, _OF_A_BLOCK = 20, 100
"""A second, and until a tool is called; each is two words: as fast as a quick model writes."""

_TOOL = ToolUsed(tool="bash", title="pytest -q", output="", is_error=False)
_STEP = StepFinished(finish="tool-calls", tokens=0, cost=0.0)


class TalkingRuns(LiveRuns):
    """The login's run writes, calls a tool every few seconds, and never ends."""

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        if run_id != "run-login":
            yield from super().journal(run_id, follow=follow)
            return
        block: list[str] = []
        for number in count(1):
            time.sleep(1 / _PIECES)
            block.append(f"words{number} follow" + (".\n" if number % 12 == 0 else " "))
            yield Journalled(NOW, Saying(block[-1]))
            yield None
            if number % _OF_A_BLOCK == 0:
                yield Journalled(NOW, Said("".join(block)))
                yield Journalled(NOW, _TOOL)
                yield Journalled(NOW, _STEP)
                block.clear()


def show(what: str) -> None:
    """Be the process that is measured."""
    scene = scenes.busy_morning()
    if what == "talk":
        runs = TalkingRuns(scene.clock)
        runs.known, runs.messages, runs.journals = (
            scene.runs.known, scene.runs.messages, scene.runs.journals,
        )  # fmt: skip
        scene.runs = runs
    KugetsuApp(Commands.of(scene.world), scope=Scope(key=LOGIN), clock=scene.clock).run()


def bytes_of(what: str, seconds: float, **variables: str) -> str:
    """What a minute of it would come to."""
    terminal = Terminal([sys.executable, "-m", __spec__.name, "--show", what], **variables)
    terminal.until(b"kugetsu#14")
    terminal.read_for(3.0)
    before = terminal.seconds_of_processor()
    count_ = terminal.read_for(seconds)
    spent = (terminal.seconds_of_processor() - before) / seconds
    terminal.end()
    return f"{count_ / seconds * 60 / 1000:.0f} kB a minute, {spent:.1%} of a core"


def measure_minutes(seconds: float = SECONDS) -> Iterator[tuple[str, str, str]]:
    """What was measured, ours, and the same over a slow link."""
    yield "one run writes, 120 by 36", bytes_of("talk", seconds), ""
    few = bytes_of("talk", seconds, TEXTUAL_FPS="10")
    yield "the same with fewer frames (over SSH)", few, ""
    yield "nothing happens", bytes_of("quiet", seconds), ""


def main(seconds: float) -> None:
    for what, ours, _ in measure_minutes(seconds):
        print(f"{what:>40}: {ours}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--show"]:
        show(sys.argv[2])
    else:
        main(float(sys.argv[1]) if sys.argv[1:] else SECONDS)
