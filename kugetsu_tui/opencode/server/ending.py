"""The end of a turn that a server works on, asked for and looked after."""

from __future__ import annotations

import time

from kugetsu_tui.domain.errors import KugetsuError, ServerUnreachableError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server.client import ServerClient

PATIENCE = 5.0
"""Seconds until a turn that was aborted has to have ended."""
_POLL = 0.1
_BRIEFEST = 1.0
"""Seconds that a question is given, however little is left."""
_RESTART = "kugetsu server restart --force ends all it does"


def end_turn(
    client: ServerClient, session_id: SessionId, directory: str, *, patience: float = PATIENCE
) -> str:
    """Abort it, and see that it has ended: opencode says yes also where it goes on.

    Args:
        client: of the server.
        session_id: whose turn.
        directory: where that session works.
        patience: seconds until it has to have ended.

    Returns:
        Why it may still be at work, in words; empty where it is not.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            client.abort(session_id, patience=_left(deadline))
            if session_id not in client.statuses(directory, patience=_left(deadline)):
                return ""
        except ServerUnreachableError as error:
            why = f"{error.message}: whether it is still at work is not known: {_RESTART}"
        except KugetsuError as error:
            return error.message
        else:
            why = f"opencode's server does not let go of it: {_RESTART}"
        if time.monotonic() > deadline:
            return why
        time.sleep(_POLL)


def _left(deadline: float) -> float:
    return max(_BRIEFEST, deadline - time.monotonic())
