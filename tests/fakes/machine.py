"""The machine, its terminal and its files, without touching any."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kugetsu_tui.domain.account import Account, Effective
from kugetsu_tui.domain.errors import (
    KugetsuError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.setting import Choice, Origin
from kugetsu_tui.domain.surroundings import Surroundings


@dataclass
class FakeCheckout:
    directory: Path = Path("/")
    remotes: Sequence[str] = ()
    uncommitted: str = ""
    """What git tells of any files."""

    def diff(self, directory: Path, files: Sequence[str]) -> str:
        return self.uncommitted if files else ""

    def current_directory(self) -> Path:
        return self.directory

    def repositories(self, directory: Path) -> Sequence[str]:
        return self.remotes


@dataclass
class FakeHerald:
    """Remembers what it was to tell."""

    called: list[tuple[tuple[str, ...], Mapping[str, str]]] = field(default_factory=list)
    notified: list[str] = field(default_factory=list)
    refusal: KugetsuError | None = None

    def call(self, argv: Sequence[str], facts: Mapping[str, str]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.called.append((tuple(argv), facts))

    def notification(self, title: str, words: str) -> str:
        self.notified.append(f"{title}: {words}")
        return ""


@dataclass
class FakeSettingsFile:
    path: Path = Path("/home/shoko/.config/kugetsu/config.toml")
    values: dict[str, str] = field(default_factory=dict)
    over: dict[str, Choice] = field(default_factory=dict)
    """What holds instead of the file's."""
    remarks: tuple[str, ...] = ()

    def chosen(self) -> Mapping[str, Choice]:
        written = {key: Choice(value, Origin.FILE) for key, value in self.values.items()}
        return {**written, **self.over}

    def warnings(self) -> tuple[str, ...]:
        return self.remarks

    def set(self, key: str, value: str) -> None:
        self.values = {**self.values, key: value} if value else _without(self.values, key)


def _without(values: Mapping[str, str], key: str) -> dict[str, str]:
    return {other: value for other, value in values.items() if other != key}


@dataclass
class FakeMachine:
    found: Surroundings = field(default_factory=lambda: Surroundings(program="/usr/bin/kugetsu"))

    def surroundings(self) -> Surroundings:
        return self.found


@dataclass
class FakeSshServer:
    """A server and its accounts, from memory; a test says what it makes of our rules."""

    known: dict[str, Account] = field(default_factory=dict)
    keys: dict[str, Sequence[str]] = field(default_factory=dict)
    rules: str = ""
    sudoers: dict[str, str] = field(default_factory=dict)
    ports: Collection[int] = ()
    serving: bool = False
    served: int = 0
    manager: str = "systemd"
    out_of_reach: str = ""
    is_this_machine: bool = True
    refusal: KugetsuError | None = None
    host_keys: bool = True
    others_say: dict[str, Sequence[str]] = field(default_factory=dict)
    """What other files of the configuration say first."""

    def require_root(self) -> None:
        if self.refusal:
            raise self.refusal

    def accounts(self) -> Sequence[Account]:
        return [replace(one, has_keys=bool(self.keys.get(one.name))) for one in self.known.values()]

    def add_account(self, name: str) -> None:
        self.known[name] = account(name)

    def keys_of(self, account: Account) -> Sequence[str]:
        return self.keys.get(account.name, ())

    def put_keys(self, account: Account, lines: Sequence[str]) -> None:
        self.keys[account.name] = tuple(lines)

    def has_host_keys(self) -> bool:
        return self.host_keys

    def make_host_keys(self) -> None:
        self.host_keys = True

    def effective(self, user: str) -> Effective | None:
        words = (line.split() for line in self.rules.splitlines() if not line.startswith("#"))
        ours = {pair[0].lower(): pair[1:] for pair in words}
        ports = [*map(str, self.ports), *ours.get("port", ())] or ["22"]
        return {**_OPENSSH, **ours, **self.others_say, "port": ports}

    def drop_in(self) -> str:
        return self.rules

    def other_ports(self) -> Collection[int]:
        return self.ports

    @contextmanager
    def on_trial(self, text: str) -> Iterator[None]:
        before, self.rules = self.rules, text
        try:
            yield
        except KugetsuError:
            self.rules = before
            raise

    def sudo_rule(self, user: str) -> str:
        return self.sudoers.get(user, "")

    def put_sudo_rule(self, user: str, text: str) -> None:
        self.sudoers[user] = text

    def is_serving(self) -> bool:
        return self.serving

    def serve(self) -> None:
        self.serving = True
        self.served += 1


_OPENSSH: Mapping[str, Sequence[str]] = {
    "pubkeyauthentication": ["yes"],
    "passwordauthentication": ["yes"],
    "kbdinteractiveauthentication": ["no"],
    "permitrootlogin": ["without-password"],
    "usepam": ["yes"],
    "authorizedkeysfile": [".ssh/authorized_keys", ".ssh/authorized_keys2"],
}
"""What OpenSSH 9.2 does where nobody says anything."""


def account(name: str, *, uid: int = 1000, **more: object) -> Account:
    """Somebody who may log in, and has neither password nor keys."""
    plain = Account(
        name=name,
        uid=uid,
        home=f"/home/{name}",
        shell="/bin/bash",
        has_password=False,
        is_locked=False,
        has_keys=False,
    )
    return replace(plain, **more)


@dataclass
class FakeBrowser:
    is_there: bool = True
    opened: list[str] = field(default_factory=list)

    def open(self, url: str) -> bool:
        if self.is_there:
            self.opened.append(url)
        return self.is_there


@dataclass
class FakeNotebook:
    memory: Memory
    refusal: KugetsuError | None = None

    def read(self) -> Memory:
        return self.memory

    def begin(self) -> Memory:
        return self.memory

    def write(self, memory: Memory) -> None:
        if self.refusal:
            raise self.refusal
        self.memory = memory
