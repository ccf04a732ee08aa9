"""What the machine may do to runs and prompts behind our back."""

from __future__ import annotations

from enum import Enum, auto

from kugetsu_tui.domain.frozen import frozen


class Keeper(Enum):
    """Whose unit of systemd this process, and with it a run, belongs to."""

    SESSION = auto()
    """The login's: `session-N.scope`."""
    USER_MANAGER = auto()
    """The user's own systemd: `user@N.service`."""


@frozen(kw_only=True)
class Login:
    """How logind deals with this user."""

    keeper: Keeper
    is_cleared: bool
    """All of a session is ended with it (`KillUserProcesses=`, logind.conf(5))."""
    lingers: bool
    """The user's own systemd outlives the last session."""


@frozen(kw_only=True)
class Surroundings:
    """What was found."""

    login: Login | None = None
    """None where no logind has a hand in it, or it could not be asked."""
    program: str
    """Ours."""
    ahead: tuple[str, ...] = ()
    """Other programs of that name, which PATH finds before ours."""
    behind: tuple[str, ...] = ()
    """Those that it would find after ours."""
    exposed: str = ""
    """opencode's database, where other users can read it."""

    @property
    def shadows(self) -> tuple[str, ...]:
        """A line for each program that is mistaken for ours, or ours for it."""
        return (
            *(f"PATH finds another kugetsu first: {other}" for other in self.ahead),
            *(f"another kugetsu is on PATH, behind this one: {other}" for other in self.behind),
        )
