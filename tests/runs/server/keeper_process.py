"""The keeper as a process, with a played server and little patience."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.runs.server.folder import ServerFolder
from kugetsu_tui.runs.server.keeper import KeeperPace, keep_server

PACE = KeeperPace(tick=0.05, ready=20.0, hang=3.0, settle=0.3, grace=0.5)


@dataclass(frozen=True)
class Command:
    argv: Sequence[str]
    environment: Mapping[str, str]
    directory: Path


@dataclass(frozen=True)
class PlayedOpencode:
    """Does what the files in its folder say."""

    play: Path

    def program(self) -> Path:
        return self.play / "program"

    def command(self, program: Path, address: ServerAddress, directory: Path) -> Command:
        script = Path(__file__).with_name("played_server.py")
        port = str(urlsplit(address.url).port)
        secret = {
            "OPENCODE_SERVER_USERNAME": address.username,
            "OPENCODE_SERVER_PASSWORD": address.password,
        }
        argv = [sys.executable, "-P", str(script), str(self.play), port]
        return Command(argv, {**os.environ, **secret}, directory)

    def heeded(self) -> Mapping[str, str]:
        key = self.play / "key"
        return {"A_KEY": key.read_text()} if key.exists() else {}

    def health(self, address: ServerAddress) -> str:
        return ServerClient(address).health()

    def missing(self, address: ServerAddress) -> frozenset[str]:
        return ServerClient(address).missing()

    def at_work(self, address: ServerAddress, directories: Collection[str]) -> int:
        return len(ServerClient(address).at_work("/"))


def main() -> None:
    folder = ServerFolder(Path(sys.argv[1]))
    play = folder.path.parent / "play"
    idle = play / "idle"
    keep_server(
        folder,
        PlayedOpencode(play),
        idle_timeout=lambda: float(idle.read_text()),
        pace=replace(PACE, tick=600.0, hang=60.0) if (play / "patience").exists() else PACE,
    )


if __name__ == "__main__":
    main()
