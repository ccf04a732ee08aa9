"""opencode's own screen as it is called on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.opencode.command import Command, environment_in


def screen_command(
    program: Path, session_id: SessionId | None, *, directory: Path, environment: Mapping[str, str]
) -> Command:
    """The call that opens the session; without one, a new session begins with its first prompt."""
    words = () if session_id is None else ("--session", session_id)
    return Command((str(program), *words), directory, environment_in(directory, environment))


def attach_command(
    program: Path,
    session_id: SessionId,
    *,
    address: ServerAddress,
    run_id: RunId,
    directory: Path,
    environment: Mapping[str, str],
) -> Command:
    """The call that shows the session as a server has it: the turn is the server's, not its.

    The password goes along in the environment, which others cannot read; so does the run, by which
    this screen is told from those that somebody else opened.
    """
    words = ("attach", address.url, "--session", session_id, "--dir", str(directory))
    inside = {
        **environment_in(directory, environment),
        "OPENCODE_SERVER_USERNAME": address.username,
        "OPENCODE_SERVER_PASSWORD": address.password,
        "KUGETSU_RUN_ID": run_id,
    }
    return Command((str(program), *words), directory, inside)
