"""The figures of sessions, asked for again only where something has happened since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from kugetsu_tui.commands.ports import Conversations
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.session import SessionId

_NONE = Figures()


class Tally:
    """Remembers what was counted, for as long as the board is watched."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations
        self._counted: dict[SessionId, tuple[datetime, Figures]] = {}

    def of(
        self, sessions: Mapping[SessionId, Conversation], *, at_work: Collection[SessionId]
    ) -> Mapping[SessionId, Figures]:
        """The figures of these sessions, as they are now.

        Args:
            sessions: as opencode's database has them.
            at_work: those that may say something at any time, whatever the database says.

        Raises:
            DatabaseUnreadableError: it cannot be asked.
        """
        stale = [
            session_id
            for session_id, session in sessions.items()
            if session_id in at_work or self._moment(session_id) != session.updated_at
        ]
        if stale:
            fresh = self._conversations.figures(stale)
            for session_id in stale:
                counted = (sessions[session_id].updated_at, fresh.get(session_id, _NONE))
                self._counted[session_id] = counted
        return {session_id: self._counted[session_id][1] for session_id in sessions}

    def _moment(self, session_id: SessionId) -> datetime | None:
        counted = self._counted.get(session_id)
        return counted[0] if counted else None
