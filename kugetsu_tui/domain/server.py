"""A server of opencode: where it is, how to be let in, and how it does."""

from __future__ import annotations

from datetime import datetime

from kugetsu_tui.domain.errors import EnvironmentUnfitError
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
class ServerSeen:
    """A server as it is found to be."""

    url: str
    version: str
    """Empty: it does not answer."""
    is_ours: bool
    """Started by this program, which also ends it."""
    pid: int | None = None
    """As all below: known of our own alone."""
    since: datetime | None = None
    at_work: int | None = None
    """Sessions that do something; not known where it does not answer."""
    live_runs: int = 0
    memory: int = 0
    """Bytes."""
    ends_at: datetime | None = None
    """When it ends by itself, where nobody has use for it now or later.

    Nothing where somebody has, or where the keeper that would end it was killed.
    """
    is_kept: bool = True
    """Somebody lives who would end it; nobody does where the keeper of our own was killed."""
    is_outdated: bool = False
    """The program was installed anew: it ends as soon as nobody has use for it."""

    @property
    def is_used(self) -> bool:
        """It may not be ended without loss; that is also said of one that cannot be asked."""
        return bool(self.live_runs) or self.at_work != 0


def unfit(missing: frozenset[str]) -> EnvironmentUnfitError:
    """The refusal for an opencode whose server cannot be given runs."""
    return EnvironmentUnfitError(
        f"opencode's server lacks {', '.join(sorted(missing))}",
        hint="kugetsu settings runs.engine run, or a newer opencode",
    )
