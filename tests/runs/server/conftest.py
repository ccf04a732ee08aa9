"""A store's folder in which servers are kept by real keepers, and played."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs.process_table import arguments, everyone, numbers, run_of
from kugetsu_tui.runs.server.facts import ServerFacts
from kugetsu_tui.runs.server.folder import ServerFolder
from kugetsu_tui.runs.server.kept_server import KeptServer, WaitingPace
from tests.runs.conftest import eventually
from tests.runs.server.keeper_process import PlayedOpencode


@dataclass
class ServerBench:
    folder: ServerFolder
    play: Path

    def server(self, *, run_id: RunId | None = None, **pace: float) -> KeptServer:
        return KeptServer(
            folder=self.folder,
            keeper=(sys.executable, "-P", "-m", "tests.runs.server.keeper_process"),
            opencode=PlayedOpencode(self.play),
            idle_timeout=float((self.play / "idle").read_text()),
            run_id=run_id,
            pace=WaitingPace(**{"ready": 40.0, "keeper": 10.0, **pace}),
        )

    @property
    def facts(self) -> ServerFacts:
        return eventually(self.folder.read)

    @property
    def starts(self) -> list[str]:
        """Every server that was ever started, by its number."""
        try:
            return (self.play / "starts").read_text().split()
        except FileNotFoundError:
            return []

    def have(self, *things: str, **words: str) -> None:
        for thing in things:
            (self.play / thing).touch()
        for name, text in words.items():
            (self.play / name).write_text(text)

    def lose(self, thing: str) -> None:
        (self.play / thing).unlink()

    def await_end(self) -> None:
        """Nothing is left that the server started, nor its keeper."""
        eventually(lambda: not self.living())
        eventually(lambda: not self.folder.facts.exists())

    def keepers(self) -> list[int]:
        return [pid for pid in numbers() if str(self.folder.path) in arguments(pid)]

    def living(self) -> list[int]:
        if not self.folder.path.exists():
            return []
        mark = self.folder.mark
        return [process.pid for process in everyone() if run_of(process.pid) == mark]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerBench]:
    root = Path(__file__).parents[3]
    monkeypatch.setenv("PYTHONPATH", str(root))
    made = ServerBench(ServerFolder(tmp_path / "server"), tmp_path / "play")
    made.folder.make()
    made.play.mkdir()
    made.have("program", version="1.18.33", idle="600")
    yield made
    for find in (made.keepers, made.living):  # a keeper that lives starts the next
        for pid in find():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
