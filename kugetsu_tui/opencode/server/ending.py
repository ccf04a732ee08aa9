"""The end of a turn that a server works on, asked for and looked after."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kugetsu_tui.domain.errors import KugetsuError, ServerUnreachableError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server.client import ServerClient

PATIENCE = 5.0
"""Seconds until a turn that was aborted has to have ended."""
_POLL = 0.1
_BRIEFEST = 1.0
"""Seconds that a question is given, however little is left."""
_RESTART = "kugetsu server restart --force ends all it does"


class ToolEnder(Protocol):
    """Who knows the processes of the server."""

    def ending_tools(self, commands: Sequence[str]) -> AbstractContextManager[None]:
        """While a turn is aborted: nothing is left afterwards of the tools of those commands."""
        ...


def end_turn(
    server: ToolEnder,
    client: ServerClient,
    session_id: SessionId,
    directory: str,
    *,
    patience: float = PATIENCE,
) -> str:
    """Abort it, and see that it has ended: opencode says yes also where it goes on.

    Args:
        server: that works on it.
        client: of the server.
        session_id: whose turn.
        directory: where that session works.
        patience: seconds until it has to have ended.

    Returns:
        Why it may still be at work, in words; empty where it is not.
    """
    try:
        commands = _commands(client, session_id, directory)
    except KugetsuError:  # whoever does not answer in time is told to end it all the same
        commands = ()
    with server.ending_tools(commands):
        return _aborted(client, session_id, directory, time.monotonic() + patience)


def _commands(client: ServerClient, session_id: SessionId, directory: str) -> Sequence[str]:
    """What shells do for it now, and for those of its sub-agents that are at work."""
    family = [session_id]
    others = client.at_work(directory, patience=_BRIEFEST) - {session_id}
    for parent in family:
        family += client.children(parent, patience=_BRIEFEST) & others if others else ()
    return [line for each in family for line in client.commands(each, patience=_BRIEFEST)]


def _aborted(client: ServerClient, session_id: SessionId, directory: str, deadline: float) -> str:
    while True:
        try:
            client.abort(session_id, patience=_left(deadline))
            if session_id not in client.at_work(directory, patience=_left(deadline)):
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
