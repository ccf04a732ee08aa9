"""The database's word on a run that tells nothing itself."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from kugetsu_tui.domain.conversation import Conversation, LastTurn
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.verdict import ANSWER
from kugetsu_tui.runs.testimony import complain


class Signs(Protocol):
    """opencode's database, as far as a run that is at work is concerned.

    Everything here raises `KugetsuError` and nothing else.
    """

    def sessions(self, ids: Collection[SessionId]) -> Mapping[SessionId, Conversation]: ...

    def last_activity(self, session_id: SessionId) -> datetime | None:
        """When a row of the session or of its children was last written."""
        ...

    def has_running_tool(self, session_id: SessionId, *, since: datetime) -> bool:
        """A tool call begun since then, of the session or of its children, has not ended."""
        ...

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None:
        """The newest assistant message of the session since then."""
        ...


class Pulse(Enum):
    NEWS = auto()
    """There is a newer row."""
    AT_WORK = auto()
    """A tool call is open: tools print nothing until they end."""
    FINISHED = auto()
    """Its turn has come to its end."""
    QUIET = auto()


class VitalSigns:
    def __init__(self, signs: Signs, since: datetime) -> None:
        self._signs = signs
        self._since = since
        self._latest = since
        self._complaint = ""

    def pulse(self, session_id: SessionId) -> Pulse:
        """What the database tells; it is quiet where it cannot be asked."""
        try:
            return self._pulse(session_id)
        except KugetsuError as error:
            self._complain_once(error.message)
            return Pulse.QUIET

    def works_elsewhere(self, session_id: SessionId, directory: str) -> bool:
        """The session is kept, as one of another directory; doubt is no accusation."""
        try:
            kept = self._signs.sessions([session_id]).get(session_id)
        except KugetsuError as error:
            self._complain_once(error.message)
            return False
        return kept is not None and os.path.realpath(kept.directory) != os.path.realpath(directory)

    def last_turn(self, session_id: SessionId) -> LastTurn | None:
        """The run's own last turn; nothing where the database has none or cannot be asked."""
        try:
            return self._signs.last_turn(session_id, since=self._since)
        except KugetsuError as error:
            self._complain_once(error.message)
            return None

    def _pulse(self, session_id: SessionId) -> Pulse:
        latest = self._signs.last_activity(session_id)
        if latest is not None and latest > self._latest:
            self._latest = latest
            return Pulse.NEWS
        if self._signs.has_running_tool(session_id, since=self._since):
            return Pulse.AT_WORK
        turn = self._signs.last_turn(session_id, since=self._since)
        is_finished = turn is not None and turn.completed_at is not None
        if turn is not None and is_finished and (turn.finish == ANSWER or turn.error):
            return Pulse.FINISHED
        return Pulse.QUIET

    def _complain_once(self, words: str) -> None:
        if words != self._complaint:
            self._complaint = words
            complain(words)
