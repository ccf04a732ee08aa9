"""The program opencode, as the verbs need it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import RunId, SessionId


class Opencode(Protocol):
    """The program itself."""

    def program(self) -> Path:
        """Where it is. Raises `NoOpencodeError`, which says how to get it."""
        ...

    def version(self) -> str: ...

    def install(self, say: Callable[[str], None]) -> Path:
        """Get it with npm into our own data folder; returns where it is."""
        ...

    def delete(self, session_id: SessionId) -> None:
        """Delete the conversation in opencode."""
        ...

    def require_terminal(self, session_id: SessionId | None) -> None:
        """Raises `NoTerminalError` where there is none to show a session, or a new one, on."""
        ...

    def open_screen(self, session_id: SessionId | None, *, directory: Path) -> SessionId | None:
        """Hand this terminal to opencode's own screen; the session it was left with, if any.

        Raises:
            NoTerminalError: there is no terminal to hand over.
            RunFailedError: it was killed before it named a new session.
        """
        ...

    def attach_screen(
        self, session_id: SessionId, *, address: ServerAddress, run_id: RunId, directory: Path
    ) -> None:
        """The same, of a session as a server has it: what is at work there goes on after it."""
        ...

    def drive_screen(self, message: str, *, directory: Path) -> SessionId | None:
        """Type a first message into opencode's screen on a terminal of our own.

        Raises:
            RunFailedError: it was killed before it named the session.
        """
        ...
