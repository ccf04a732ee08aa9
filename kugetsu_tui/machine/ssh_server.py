"""The OpenSSH server of a system: its rules, tried before they are in force, and its process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess  # noqa: TID251 - starts a server that stays
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kugetsu_tui.domain.account import Account, Effective
from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.ssh_setup import ports_in
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.machine import accounts
from kugetsu_tui.machine.surroundings import is_exposed, own_program
from kugetsu_tui.machine.system import PATH, System

_SSHD = "/usr/sbin/sshd"
"""Where every distribution has it; it wants to be called by its whole path."""
_MAIN = "/etc/ssh/sshd_config"
_DROP_INS = "/etc/ssh/sshd_config.d"
_OURS = f"{_DROP_INS}/00-kugetsu.conf"
"""Of two values the first holds: ours is read before those of others."""
_PRIVSEP = "/run/sshd"
"""Where sshd locks up its unprivileged half; on tmpfs, so it is gone after each boot."""
_UNITS = ("ssh.service", "sshd.service")
"""What Debian and what everybody else calls it."""
_PATIENCE = 10.0
"""Seconds until a server that was started listens."""


@frozen
class OpenSsh:
    """Of the system in a folder; only this machine's own is started."""

    system: System

    def require_root(self) -> None:
        """Raises `EnvironmentUnfitError` where we may not look at all of it, or sshd is missing."""
        if os.geteuid() != 0:
            raise EnvironmentUnfitError(
                "ssh: only root may set up the server, or look at all of it",
                hint='sudo "$(command -v kugetsu)" ssh setup',
            )
        if not (sshd := self.system.path(_SSHD)).exists():
            raise EnvironmentUnfitError(
                f"ssh: there is no {clean_line(str(sshd))}", hint="apt-get install openssh-server"
            )

    @property
    def manager(self) -> str:
        """`systemd` where that runs the machine (sd_booted(3)); else empty."""
        return "systemd" if Path("/run/systemd/system").is_dir() else ""

    @property
    def out_of_reach(self) -> str:
        """Our program, where not everybody can get to it; else empty."""
        program = own_program(Path(sys.argv[0])).resolve()
        is_open = not self.is_this_machine or is_exposed(program)
        return "" if is_open else clean_line(str(program))

    @property
    def is_this_machine(self) -> bool:
        return self.system.is_this_machine

    def accounts(self) -> Sequence[Account]:
        return accounts.accounts(self.system)

    def add_account(self, name: str) -> None:
        accounts.add_account(self.system, name)

    def keys_of(self, account: Account) -> Sequence[str]:
        return accounts.keys_of(self.system, account)

    def put_keys(self, account: Account, lines: Sequence[str]) -> None:
        accounts.put_keys(self.system, account, lines)

    def has_host_keys(self) -> bool:
        return any(self.system.path("/etc/ssh").glob("ssh_host_*_key"))

    def make_host_keys(self) -> None:
        self.system.run("ssh-keygen", "-A")

    def effective(self, user: str) -> Effective | None:
        """What holds for a login of that user; nothing where sshd cannot tell yet."""
        if not self.has_host_keys() or not self.system.path(_PRIVSEP).is_dir():
            return None
        found: dict[str, list[str]] = {}
        asked = f"user={user},host=localhost,addr=127.0.0.1"
        for line in self.system.run(_SSHD, "-T", "-C", asked).splitlines():
            key, _, value = line.partition(" ")
            found.setdefault(key.lower(), []).extend(value.split() or [""])
        return found

    def drop_in(self) -> str:
        """Our file as it is; empty where there is none."""
        return self.system.read(_OURS)

    def other_ports(self) -> Collection[int]:
        """Ports that other files of its configuration name."""
        files = [_MAIN]
        folder = self.system.path(_DROP_INS)
        files += [f"{_DROP_INS}/{path.name}" for path in folder.glob("*.conf")]
        return frozenset[int]().union(*(ports_in(self.system.read(f)) for f in files if f != _OURS))

    @contextmanager
    def on_trial(self, text: str) -> Iterator[None]:
        """Our file, tested by sshd; as it was before where the block raises."""
        before = self.system.read(_OURS)
        self._make_privsep()
        self.system.write(_OURS, text, mode=0o644)
        try:
            self.system.run(_SSHD, "-t")
            yield
        except BaseException:  # ctrl+c too: sshd would take up untested rules when it next starts
            self.system.write(_OURS, before, mode=0o644)
            raise

    def sudo_rule(self, user: str) -> str:
        """Our file for that user as it is; empty where there is none."""
        return self.system.read(_sudoers(user))

    def put_sudo_rule(self, user: str, text: str) -> None:
        """Raises `EnvironmentUnfitError` where there is no sudo, or it refuses the rule."""
        if not self.system.has("visudo"):
            raise EnvironmentUnfitError(
                "ssh: --sudo: sudo is not installed", hint="apt-get install sudo"
            )
        trial = f"{_sudoers(user)}.trial"  # sudo reads no file with a dot in its name
        try:
            self.system.write(trial, text, mode=0o440)
            self.system.run("visudo", "--check", "--file", trial)
        finally:
            self.system.write(trial, "", mode=0o440)
        self.system.write(_sudoers(user), text, mode=0o440)

    def is_serving(self) -> bool:
        if not self.is_this_machine:
            return False
        return self._pid() is not None or (bool(self.manager) and self._is_awaited())

    def serve(self) -> None:
        """Start it, or have it read its configuration again; returns once it listens.

        Raises:
            EnvironmentUnfitError: it does not.
        """
        if self.manager:
            self._serve_by_systemd()
        elif (pid := self._pid()) is not None:
            os.kill(pid, signal.SIGHUP)
        else:
            self._start()
        self._await_listening()

    def _serve_by_systemd(self) -> None:
        for unit in _UNITS:
            with suppress(EnvironmentUnfitError):
                self.system.run("systemctl", "cat", unit)
                break
        else:
            raise EnvironmentUnfitError(
                f"ssh: systemd knows neither {' nor '.join(_UNITS)}",
                hint="systemctl list-unit-files '*ssh*'",
            )
        self.system.run("systemctl", "enable", "--now", unit)
        self.system.run("systemctl", "reload-or-restart", unit)

    def _is_awaited(self) -> bool:
        """A socket of systemd listens, and starts it for whoever comes."""
        with suppress(EnvironmentUnfitError):
            return bool(self.system.run("systemctl", "is-active", "ssh.socket"))
        return False

    def _start(self) -> None:
        self._make_privsep()
        try:
            subprocess.run(
                [_SSHD],
                env={"PATH": PATH},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE,
                check=True,
                cwd="/",
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise EnvironmentUnfitError(
                f"ssh: sshd did not start: {clean_line(str(error))}", hint=f"{_SSHD} -d"
            ) from error

    def _make_privsep(self) -> None:
        try:
            self.system.path(_PRIVSEP).mkdir(0o755, parents=True, exist_ok=True)
        except OSError as error:
            raise CannotSaveError(f"ssh: {_PRIVSEP}: {error.strerror}") from error

    def _await_listening(self) -> None:
        ports = [int(port) for port in (self.effective("root") or {}).get("port", ())]
        deadline = time.monotonic() + _PATIENCE
        while not all(_listens(port) for port in ports):
            if time.monotonic() > deadline:
                raise EnvironmentUnfitError(
                    f"ssh: nobody listens on port {' and '.join(map(str, ports))}",
                    hint="systemctl status ssh.socket ssh.service"
                    if self.manager
                    else f"{_SSHD} -d",
                )
            time.sleep(0.05)

    def _pid(self) -> int | None:
        """Of the sshd that listens here, by the file it leaves."""
        (named, *_) = (self.effective("root") or {}).get("pidfile", ("none",))
        try:
            pid = int(self.system.read(named)) if named != "none" else 0
            name = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return None  # it has ended, or never was
        return pid if name == "sshd" else None


def _sudoers(user: str) -> str:
    return f"/etc/sudoers.d/kugetsu-{user}"


def _listens(port: int) -> bool:
    with socket.socket() as visitor:
        visitor.settimeout(1)
        return visitor.connect_ex(("127.0.0.1", port)) == 0
