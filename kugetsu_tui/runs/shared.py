"""The opencode that works on many runs, as those who look after one of them know it."""

from __future__ import annotations

from typing import Protocol

from kugetsu_tui.domain.run import Engine, RunVerb
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.facts import RunFacts


class Shared(Protocol):
    """Everything here raises `KugetsuError` and nothing else."""

    def is_at_work(self, session_id: SessionId, directory: str) -> bool:
        """On that session; false where there is no server."""
        ...

    def end(self, session_id: SessionId, directory: str) -> str:
        """End that session's turn; why it may still be at work, empty where it is not."""
        ...


class Nobody:
    """There is no server."""

    def is_at_work(self, session_id: SessionId, directory: str) -> bool:
        del session_id, directory
        return False

    def end(self, session_id: SessionId, directory: str) -> str:
        del session_id, directory
        return ""


def served_session(facts: RunFacts) -> SessionId | None:
    """The session that a server works on for the run; nothing where none does."""
    order = facts.order
    if order.engine is not Engine.SERVER:
        return None
    return facts.session_id or (order.session_id if order.verb is not RunVerb.START else None)
