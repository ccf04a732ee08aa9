"""The program that serves, as its keeper knows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.opencode.command import Command, heeded
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.serve_command import serve_command


@frozen
class ServingOpencode:
    find: Callable[[], Path]
    """Raises `NoOpencodeError`."""
    environment: Mapping[str, str]
    """Ours."""

    def program(self) -> Path:
        return self.find()

    def command(self, program: Path, address: ServerAddress, directory: Path) -> Command:
        return serve_command(program, address, directory, self.environment)

    def heeded(self) -> Mapping[str, str]:
        return heeded(self.environment)

    def health(self, address: ServerAddress) -> str:
        return ServerClient(address).health()

    def missing(self, address: ServerAddress) -> frozenset[str]:
        return ServerClient(address).missing()

    def at_work(self, address: ServerAddress, directories: Collection[str]) -> int:
        client = ServerClient(address)
        return sum(len(client.at_work(directory)) for directory in directories)
