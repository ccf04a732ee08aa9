"""A real sshd on loopback, with keys of its own and no way in but them; and ssh to come in with."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.journeys.kugetsu import eventually
from tests.opencode_home import MissingError

HOST = "box"
"""What the server is called in the client's configuration."""
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
_PRIVSEP = Path("/run/sshd")
"""Where an sshd of root locks up its unprivileged half; packages leave it to the init system."""


def program() -> Path:
    """The sshd of this machine; it is outside most people's PATH.

    Raises:
        MissingError: it is missing, or ssh or ssh-keygen.
    """
    for name in ("ssh", "ssh-keygen"):
        if shutil.which(name) is None:
            raise MissingError(f"{name} is not on PATH")
    if (found := shutil.which("sshd", path=_SYSTEM_PATH)) is None:
        raise MissingError("sshd is not installed")
    return Path(found)


def make_key(path: Path) -> Path:
    """A key without a passphrase; returns its public half."""
    words = ("-q", "-t", "ed25519", "-N", "", "-C", "a test", "-f", path)
    subprocess.run(["ssh-keygen", *words], check=True, timeout=20)
    return path.with_name(f"{path.name}.pub")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def write_client(folder: Path, *, port: int, host_key: Path, key: Path, user: str) -> Path:
    """The configuration with which `ssh -F` knows the server as `HOST`."""
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key.read_text()}")
    client = folder / "ssh_config"
    client.write_text(
        f"Host {HOST}\n HostName 127.0.0.1\n Port {port}\n User {user}\n IdentityFile {key}\n"
        " IdentitiesOnly yes\n BatchMode yes\n StrictHostKeyChecking yes\n LogLevel ERROR\n"
        f" UserKnownHostsFile {folder}/known_hosts\n SendEnv TERM\n"
    )
    return client


@contextmanager
def listening(configuration: Path, *, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """sshd with that configuration, until the end of the block; logins that last are ended too."""
    if os.geteuid() == 0:
        _PRIVSEP.mkdir(mode=0o755, exist_ok=True)
    with log.open("wb") as err:
        server = subprocess.Popen(
            [program(), "-D", "-e", "-f", configuration],
            env={"PATH": _SYSTEM_PATH},
            stdin=subprocess.DEVNULL,
            stderr=err,
            start_new_session=True,
        )
    try:
        eventually(lambda: server.poll() is not None or _answers(port))
        assert server.poll() is None, log.read_text()
        yield server
    finally:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as visitor:
        return visitor.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True, slots=True)
class Sshd:
    """A server that lets this user in, to whom it gives exactly these variables."""

    client: Path

    def argv(self, *words: str | Path) -> Sequence[str | Path]:
        """ssh to it; the words after `HOST` are what the far shell reads."""
        return ("ssh", "-F", self.client, *words)

    def cut(self) -> None:
        """Every connection is lost, without a word."""
        for process in psutil.process_iter(["cmdline"]):
            if str(self.client) in (process.info["cmdline"] or [])[:3]:
                process.kill()


@contextmanager
def serving(folder: Path, variables: Mapping[str, str]) -> Iterator[Sshd]:
    """A server in a scratch folder, for the user who runs the tests."""
    folder.mkdir()
    host, key = folder / "host_key", folder / "user_key"
    host_key, allowed = make_key(host), make_key(key)
    port = free_port()
    configuration = folder / "sshd_config"
    configuration.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host}\nPidFile none\nUsePAM no\n"
        f"AuthorizedKeysFile {allowed}\nStrictModes no\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nPrintMotd no\n"
        f"PrintLastLog no\nAcceptEnv LC_* TERM\nSetEnv {_quoted(variables)}\n"
    )
    client = write_client(folder, port=port, host_key=host_key, key=key, user=getpass.getuser())
    with listening(configuration, port=port, log=folder / "sshd.log"):
        yield Sshd(client)


def _quoted(variables: Mapping[str, str]) -> str:
    """As `sshd_config(5)` wants arguments: in double quotes, with those inside escaped."""
    pairs = (f"{name}={value}" for name, value in variables.items())
    return " ".join('"' + pair.replace("\\", r"\\").replace('"', r"\"") + '"' for pair in pairs)
