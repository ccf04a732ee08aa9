"""A real server of opencode, in a world of its own, for all tests of a worker."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kugetsu_tui.demo.model import ScriptedModel
from kugetsu_tui.domain.errors import ServerUnreachableError
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.database import Database
from kugetsu_tui.opencode.server.client import ServerClient
from tests import opencode_home
from tests.opencode_home import World

PASSWORD = "a password of the tests"
_PATIENCE = 60.0


@dataclass(frozen=True)
class RealServer:
    world: World
    address: ServerAddress

    @property
    def client(self) -> ServerClient:
        return ServerClient(self.address)

    @property
    def directory(self) -> str:
        return str(self.world.repo)

    @property
    def database(self) -> Database:
        return Database(self.world.database)

    def fork(self) -> SessionId:
        return self.client.fork(SessionId(self.world.base))


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def real(
    prepared_world: World, tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel
) -> Iterator[RealServer]:
    """It asks before commands and edits, and works elsewhere than its sessions."""
    folder = tmp_path_factory.mktemp("served").resolve()
    world = opencode_home.moved(prepared_world, folder, model.url)
    port = free_port()
    address = ServerAddress(f"http://127.0.0.1:{port}", password=PASSWORD)
    serving = subprocess.Popen(
        [world.program, "serve", "--hostname", "127.0.0.1", "--port", str(port)],
        cwd=folder,
        env={
            **world.environment,
            "PWD": str(folder),
            "OPENCODE_SERVER_PASSWORD": PASSWORD,
            "OPENCODE_PERMISSION": '{"bash": "ask", "edit": "ask"}',
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(ServerClient(address))
        yield RealServer(world, address)
    finally:
        serving.kill()
        serving.wait()
        opencode_home.end_leftovers(world)


def _await(client: ServerClient) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            client.health()
        except ServerUnreachableError:
            assert time.monotonic() < deadline, "the server does not get ready"
            time.sleep(0.1)
        else:
            return


@pytest.fixture(scope="session")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nowhere")
