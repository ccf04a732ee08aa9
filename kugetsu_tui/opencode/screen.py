"""opencode's own screen as it is called on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.command import Command, environment_in


def screen_command(
    program: Path, session_id: SessionId | None, *, directory: Path, environment: Mapping[str, str]
) -> Command:
    """The call that opens the session; without one, a new session begins with its first prompt."""
    words = () if session_id is None else ("--session", session_id)
    return Command((str(program), *words), directory, environment_in(directory, environment))
