"""An SSH server and the accounts that log in to it, as its set-up needs them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kugetsu_tui.domain.account import Account, Effective


class SshServer(Protocol):
    """Of this machine, or of a system in a folder, where nothing is started."""

    def require_root(self) -> None:
        """Raises `EnvironmentUnfitError` where we may not look at all of it, or sshd is missing."""
        ...

    @property
    def manager(self) -> str:
        """Who starts it with the machine: `systemd`, or nobody."""
        ...

    @property
    def out_of_reach(self) -> str:
        """Our program, where not everybody can get to it; else empty."""
        ...

    @property
    def is_this_machine(self) -> bool: ...

    def accounts(self) -> Sequence[Account]: ...

    def add_account(self, name: str) -> None: ...

    def keys_of(self, account: Account) -> Sequence[str]:
        """The lines of its `authorized_keys`."""
        ...

    def put_keys(self, account: Account, lines: Sequence[str]) -> None: ...

    def has_host_keys(self) -> bool: ...

    def make_host_keys(self) -> None: ...

    def effective(self, user: str) -> Effective | None:
        """What holds for a login of that user; nothing where sshd cannot tell yet."""
        ...

    def drop_in(self) -> str:
        """Our file as it is; empty where there is none."""
        ...

    def other_ports(self) -> Collection[int]:
        """Ports that other files of its configuration name."""
        ...

    def on_trial(self, text: str) -> AbstractContextManager[None]:
        """Our file, tested by sshd; as it was before where the block raises."""
        ...

    def sudo_rule(self, user: str) -> str:
        """Our file for that user as it is; empty where there is none."""
        ...

    def put_sudo_rule(self, user: str, text: str) -> None: ...

    def is_serving(self) -> bool: ...

    def serve(self) -> None:
        """Start it, or have it read its configuration again."""
        ...
