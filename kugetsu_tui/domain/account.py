"""A user of the machine, and what its SSH server makes of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from kugetsu_tui.domain.frozen import frozen

Effective: TypeAlias = Mapping[str, Sequence[str]]
"""What `sshd -T` prints: keyword, in lower case, and each of its values."""

_NO_SHELLS = ("nologin", "false", "sync")


@frozen(kw_only=True)
class Account:
    """A user of the machine."""

    name: str
    uid: int
    home: str
    shell: str
    has_password: bool
    """One can be typed that is right."""
    is_locked: bool
    """As `passwd -l` does: a server without PAM refuses keys, too."""
    has_keys: bool

    @property
    def can_log_in(self) -> bool:
        return self.shell.rpartition("/")[2] not in _NO_SHELLS
