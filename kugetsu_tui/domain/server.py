"""A server of opencode: where it is, how to be let in, and what its sessions do."""

from __future__ import annotations

from datetime import datetime

from kugetsu_tui.domain.frozen import frozen

USER = "opencode"
"""Who opencode takes a caller for where no other name was agreed on."""


@frozen
class ServerAddress:
    """Where a server answers, and what lets one in; the password is shown nowhere."""

    url: str
    """`http://127.0.0.1:43127`, without a slash at its end."""
    username: str = USER
    password: str = ""
    """Empty: it asks for none."""

    def __repr__(self) -> str:
        return f"ServerAddress({self.url!r}, {self.username!r})"


@frozen(kw_only=True)
class ServerStatus:
    """What a session does that is at work; one that rests has no status."""

    attempt: int = 0
    """Above zero: the provider refused so often, and opencode tries again."""
    message: str = ""
    """Why the provider refused, clean."""
    next_at: datetime | None = None
    """When it is tried again."""

    @property
    def is_retrying(self) -> bool:
        return self.attempt > 0
