"""What is confided is where it is documented to be, and nowhere else, while it works and after."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.journeys.kugetsu import WITH_EACH_ENGINE, Kugetsu, environment_of, eventually, issue

pytestmark = pytest.mark.opencode

MESSAGE = "canary-message-5b1c2f"
TOKEN = "canary-token-91d4e7"
REF = issue(14)


@pytest.fixture
def open_umask() -> Iterator[None]:
    """As careless a shell as there is."""
    before = os.umask(0)
    yield
    os.umask(before)


def ours(kugetsu: Kugetsu) -> list[Path]:
    """Every file that kugetsu writes: store, settings, state, data; opencode's are not among."""
    home = kugetsu.world.home
    return [
        path
        for path in home.rglob("*")
        if path.is_file() and "kugetsu" in str(path.relative_to(home))
    ]


def keepers(kugetsu: Kugetsu, secret: str) -> set[str]:
    """The files of ours that hold it, by name."""
    return {path.name for path in ours(kugetsu) if secret.encode() in path.read_bytes()}


def betrayers(secret: str) -> list[list[str]]:
    """Processes of anybody whose arguments hold it."""
    lines = [Path(f"/proc/{pid}/cmdline") for pid in psutil.pids()]
    return [words for words in map(_words, lines) if secret in " ".join(words)]


def _words(path: Path) -> list[str]:
    try:
        return path.read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


@pytest.mark.tmux
@WITH_EACH_ENGINE
def test_a_message_and_a_token_are_nowhere_but_in_their_files(
    kugetsu: Kugetsu, open_umask: None, tmp_path: Path
) -> None:
    socket = str(tmp_path / "tmux")
    tmux = ["tmux", "-S", socket, "-f", os.devnull]
    subprocess.run([*tmux, "new-session", "-d", "sleep 600"], check=True)
    try:
        begun = kugetsu(
            *("start", REF, "-", "--detach"),
            stdin=f"#model: bash sleep 6\n#model: say done\n{MESSAGE}".encode(),
            variables={"ANTHROPIC_API_KEY": TOKEN, "TMUX": f"{socket},0,0"},
        )
        assert begun.status == 0, begun.err
        password = password_of(kugetsu)
        assert bool(password) == kugetsu.is_served

        for secret in filter(None, (MESSAGE, TOKEN, password)):
            assert not betrayers(secret)
        eventually(kugetsu.run(REF).is_over)
        kugetsu("log", REF, "--debug")
        for secret in filter(None, (MESSAGE, TOKEN, password)):
            assert not betrayers(secret)
            shown = subprocess.run(
                [*tmux, "show-environment", "-g"], check=True, capture_output=True
            )
            assert secret.encode() not in shown.stdout
        assert keepers(kugetsu, MESSAGE) == {"message"}
        assert keepers(kugetsu, TOKEN) == set()
        assert keepers(kugetsu, password) == {"server.json"} if password else True
        assert {oct(path.stat().st_mode & 0o077) for path in ours(kugetsu)} == {"0o0"}
        folders = {path.parent for path in ours(kugetsu)}
        assert {oct(folder.stat().st_mode & 0o077) for folder in folders} == {"0o0"}

        assert kugetsu("forget", REF, "-y").status == 0
        assert keepers(kugetsu, MESSAGE) == set()
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
        kugetsu("server", "stop", "--force")


def password_of(kugetsu: Kugetsu) -> str:
    """The shared server's, where one serves: as opencode has it in its environment."""
    found = (environment_of(who).get("OPENCODE_SERVER_PASSWORD", "") for who in kugetsu.servers())
    return next(filter(None, found), "")
