"""Conversations deleted and imported by opencode itself; its database is never written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.call import call
from kugetsu_tui.opencode.command import environment_in
from kugetsu_tui.opencode.database import Database

_PATIENCE = 60.0
"""Seconds; a deletion takes one, more on a loaded machine and for a long conversation."""
_IMPORTED = re.compile(r"Imported session: (ses_\w+)")


def delete_session(
    program: Path, session_id: SessionId, *, database: Database, environment: Mapping[str, str]
) -> None:
    """Delete the conversation, its sub-agents' too; one that is gone already is no refusal.

    Raises:
        NoOpencodeError: opencode does not run.
        DatabaseUnreadableError: whether it is gone could not be seen.
        KugetsuError: opencode still has it.
    """
    spoken = call(
        program, ["session", "delete", session_id], patience=_PATIENCE, environment=environment
    )
    if session_id in database.sessions([session_id]):
        raise KugetsuError(
            f"{clean_line(session_id)}: opencode did not delete it: {spoken.complaint}",
            hint=f"opencode session delete {clean_line(session_id)}",
        )


def import_session(
    program: Path, file: Path, *, directory: Path, environment: Mapping[str, str]
) -> SessionId:
    """Bring an exported conversation into that directory's project; returns its name there.

    Raises:
        NoOpencodeError: opencode does not run.
        KugetsuError: opencode refused the file.
    """
    spoken = call(
        program,
        ["import", str(file)],
        patience=_PATIENCE,
        environment=environment_in(directory, environment),
        directory=directory,
    )
    if (imported := _IMPORTED.fullmatch(spoken.output)) is None:
        raise KugetsuError(
            f"{clean_line(str(file))}: opencode did not import it: {spoken.complaint}"
        )
    return SessionId(imported[1])
