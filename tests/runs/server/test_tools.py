"""What tools of a server have started is ended when their turn is, and nobody else is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import look_at
from kugetsu_tui.runs.server import tools
from kugetsu_tui.runs.server.tools import ended_afterwards
from tests.runs.conftest import eventually

pytestmark = pytest.mark.fast

_SERVER = """
import subprocess, sys
shells = [subprocess.Popen(["/bin/sh", "-c", line]) for line in sys.argv[1:]]
[shell.wait() for shell in shells]
"""


class Serving:
    """A process that has shells, as opencode's server has them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None

    def command(self, name: str) -> str:
        """Of a tool that leaves somebody in a session of its own, and waits for its own end."""
        spot = self._folder / name
        return f"setsid sleep 300 & echo $! >> {spot}.part; mv {spot}.part {spot}; wait"

    def begin(self, *commands: str) -> Process:
        """Returns once all its shells are there."""
        self._server = subprocess.Popen([sys.executable, "-c", _SERVER, *commands])
        process, server = look_at(self._server.pid), psutil.Process(self._server.pid)
        assert process is not None
        shells = [["/bin/sh", "-c", command] for command in commands]
        eventually(lambda: [child.cmdline() for child in server.children()] == shells)
        return process

    def sleeper(self, name: str) -> psutil.Process:
        """Whom the tool of that name has left."""
        eventually((self._folder / name).exists)
        return psutil.Process(int((self._folder / name).read_text().split()[0]))

    def end(self) -> None:
        if self._server is not None:
            for process in psutil.Process(self._server.pid).children(recursive=True):
                process.kill()
            self._server.kill()
            self._server.wait()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(tmp_path)
    yield serving
    serving.end()


def test_who_left_for_a_session_of_its_own_is_ended_with_its_tool(serving: Serving) -> None:
    server = serving.begin(serving.command("one"), serving.command("other"))
    one, other = serving.sleeper("one"), serving.sleeper("other")

    with ended_afterwards(server, [serving.command("one")]):
        assert one.is_running()

    assert not one.is_running() or one.status() == psutil.STATUS_ZOMBIE
    assert other.status() != psutil.STATUS_ZOMBIE


def test_of_two_tools_with_one_command_nobody_is_taken_for_ones_own(serving: Serving) -> None:
    command = serving.command("both")
    server = serving.begin(command, command)
    left = serving.sleeper("both")

    with ended_afterwards(server, [command]):
        pass

    assert left.status() != psutil.STATUS_ZOMBIE


def test_who_cannot_look_at_processes_ends_the_turn_all_the_same(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> dict[Process, int]:
        raise EnvironmentUnfitError("/proc is not there")

    server = serving.begin("sleep 300")
    monkeypatch.setattr(tools, "everyone", refuse)
    ended = []

    with ended_afterwards(server, ["sleep 300"]):
        ended.append("the turn")

    assert ended
