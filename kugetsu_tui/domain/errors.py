"""Every refusal: what happened, what helps, and the exit code that says so."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command ends with. A number never changes its meaning."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    CONFLICT = 4
    ENVIRONMENT = 5
    DAMAGED = 6
    CANNOT_SAVE = 7
    BUG = 70
    BUSY = 75
    TIMEOUT = 124


SIGNALLED = 128
"""Added to a signal's number: the exit code of what that signal ended (POSIX shells)."""


class KugetsuError(Exception):
    """A refusal with a way out.

    `code` and `exit_code` are contract; words may be reworded. `changed` says whether anything
    was stored before the refusal.
    """

    code: ClassVar[str] = "failed"
    exit_code: ClassVar[int] = ExitCode.FAILED

    def __init__(
        self, message: str, *, hint: str = "", remedy: str = "", changed: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        """The command line that helps, for people and scripts."""
        self.remedy = remedy
        """The verb that helps: the screen names its key."""
        self.changed = changed


class UsageError(KugetsuError):
    """The words of the call are off; nothing was done."""

    code = "usage"
    exit_code = ExitCode.USAGE


class BadReferenceError(UsageError):
    """Text that is no issue reference."""

    code = "bad_reference"


class NotFoundError(KugetsuError):
    """Nothing of that name is tracked."""

    code = "not_found"
    exit_code = ExitCode.NOT_FOUND


class NoBaseError(NotFoundError):
    """There is no base session, or opencode no longer has it."""

    code = "no_base"


class ConflictError(KugetsuError):
    """Something of that name is there already."""

    code = "conflict"
    exit_code = ExitCode.CONFLICT


class EnvironmentUnfitError(KugetsuError):
    """This machine lacks what the verb needs: a terminal, a home, a program."""

    code = "environment"
    exit_code = ExitCode.ENVIRONMENT


class NoOpencodeError(EnvironmentUnfitError):
    """opencode is missing or does not run."""

    code = "no_opencode"


class DatabaseUnreadableError(EnvironmentUnfitError):
    """opencode's database cannot be asked; that proves nothing about a session."""

    code = "database_unreadable"


class NoTerminalError(EnvironmentUnfitError):
    """The verb talks to a person and there is no terminal."""

    code = "no_terminal"


class ServerUnreachableError(EnvironmentUnfitError):
    """A server of opencode gives no answer, or none in time: what it did is not known."""

    code = "server_unreachable"


class ServerRefusedError(KugetsuError):
    """A server of opencode answered, and not with what it was asked for."""

    code = "server_refused"

    def __init__(self, message: str, *, status: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status
        """Of HTTP."""


class DamagedError(KugetsuError):
    """A file of the store cannot be understood; it is left as it is."""

    code = "damaged"
    exit_code = ExitCode.DAMAGED


class CannotSaveError(KugetsuError):
    """The system refused to write; the old content stands."""

    code = "cannot_save"
    exit_code = ExitCode.CANNOT_SAVE


class BusyError(KugetsuError):
    """Somebody else is at it; the same call may succeed later."""

    code = "busy"
    exit_code = ExitCode.BUSY


class RunFailedError(KugetsuError):
    """The run ended without an answer."""

    code = "run_failed"


class RunTimedOutError(KugetsuError):
    """The run was ended because it took longer than was asked for."""

    code = "timeout"
    exit_code = ExitCode.TIMEOUT


class EndedBySignalError(KugetsuError):
    """A signal ended the command."""

    code = "signalled"

    def __init__(self, message: str, *, signal: int, hint: str = "") -> None:
        super().__init__(message, hint=hint, changed=True)
        self.signal = signal


def exit_code_of(error: KugetsuError) -> int:
    """The number the process ends with when this refusal is its last word."""
    if isinstance(error, EndedBySignalError):
        return SIGNALLED + error.signal
    return int(error.exit_code)
