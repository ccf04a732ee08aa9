"""A bench on which runs are started with real supervisors and a played opencode."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pytest

from kugetsu_tui.domain.run import RunEnd, RunOrder, RunSeen, RunVerb
from kugetsu_tui.domain.run_event import Ended, RunEvent
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.ending import end_all
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.pace import StopPace
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import arguments, everyone, look_at
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.runs import FolderRuns

PATIENCE = 40.0
BASE = SessionId("ses_base")

_T = TypeVar("_T")


def eventually(ask: Callable[[], _T | None], *, patience: float = PATIENCE) -> _T:
    """The first answer that is true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.01)
    raise AssertionError("it never came true")


@dataclass
class Bench:
    path: Path
    directory: Path
    runs: FolderRuns
    begun: list[RunId] = field(default_factory=list)

    def order(
        self,
        *,
        verb: RunVerb = RunVerb.START,
        session_id: SessionId | None = BASE,
        start_timeout: float = 180.0,
        idle_timeout: float | None = None,
        timeout: float | None = None,
    ) -> RunOrder:
        run_id = self.runs.new_id()
        self.begun.append(run_id)
        return RunOrder(
            run_id=run_id,
            verb=verb,
            issue_ref="github.com/shoko/kugetsu#14",
            session_id=session_id,
            directory=str(self.directory),
            placed_at=datetime.now(UTC),
            start_timeout=start_timeout,
            idle_timeout=idle_timeout,
            timeout=timeout,
        )

    def launch(self, order: RunOrder, message: str) -> RunId:
        with self.runs.reserve(order, message) as run:
            run.launch()
        return order.run_id

    def play(self, program: str, order: RunOrder | None = None) -> RunId:
        """Launch a run in which opencode does what the program says."""
        return self.launch(order or self.order(), f"#play\n{program}")

    def folder(self, run_id: RunId) -> RunFolder:
        return RunFolder(self.path / run_id)

    def seen(self, run_id: RunId) -> RunSeen:
        seen = self.runs.seen(run_id)
        assert seen is not None
        return seen

    def events(self, run_id: RunId) -> list[RunEvent]:
        """All of them, once the run has ended."""
        deadline = time.monotonic() + PATIENCE
        events: list[RunEvent] = []
        for entry in self.runs.journal(run_id, follow=True):
            if entry is not None:
                events.append(entry.event)
            assert time.monotonic() < deadline, events
        return events

    def end(self, run_id: RunId) -> RunEnd:
        last = self.events(run_id)[-1]
        assert isinstance(last, Ended), self.folder(run_id).supervisor_log.read_text()
        return last.end

    def noted(self, name: str) -> str:
        """What the played opencode noted under that name, as soon as it has."""
        path = self.directory / name
        return eventually(lambda: path.read_text() if path.exists() else None)

    def process(self, name: str) -> Process:
        """The process whose number was noted."""
        process = look_at(int(self.noted(name)))
        assert process is not None
        return process

    def kill(self, process: Process, number: signal.Signals) -> None:
        assert look_at(process.pid) == process
        os.kill(process.pid, number)

    def supervisor(self, run_id: RunId) -> Process:
        return eventually(lambda: self.folder(run_id).read().supervisor)

    def opencode(self, run_id: RunId) -> Process:
        return eventually(lambda: self.folder(run_id).read().opencode)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    script = Path(__file__).with_name("supervisor_process.py")
    directory = tmp_path / "checkout"
    directory.mkdir()
    path = tmp_path / "store" / "runs"
    pace = StopPace(supervisor=PATIENCE, kill=PATIENCE, grace=0.4)
    made = Bench(path, directory, runs_in(path, (sys.executable, "-P", str(script)), pace=pace))
    yield made
    ours = [who for who in everyone() if any(str(path) in word for word in arguments(who.pid))]
    for run_id in made.begun:
        end_all(ours, run_id=run_id, grace=0)


def runs_in(
    path: Path,
    supervisor: Sequence[str],
    *,
    pace: StopPace = StopPace(),  # noqa: B008 - frozen
    slots: int = 64,
) -> FolderRuns:
    """The runs of a folder; the usher's process is told the supervisor's command line first."""
    script = str(Path(__file__).with_name("usher_process.py"))
    usher = (sys.executable, "-P", script, *supervisor)
    admission = Admission(path, RunQueue(path / "queue"), lambda: slots, usher)
    return FolderRuns(path, supervisor, admission, pace)
