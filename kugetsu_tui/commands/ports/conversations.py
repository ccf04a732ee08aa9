"""opencode's own database, read-only, as the verbs need it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from kugetsu_tui.domain.conversation import Conversation, FileChange, LastTurn, Message, Todo
from kugetsu_tui.domain.session import SessionId


class Conversations(Protocol):
    """opencode's own database, read-only."""

    def sessions(
        self, ids: Collection[SessionId] | None = None
    ) -> Mapping[SessionId, Conversation]:
        """Those sessions, or all top-level ones, the newest activity first."""
        ...

    def messages(self, session_id: SessionId, *, limit: int) -> Sequence[Message]:
        """The last messages, in order."""
        ...

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None: ...

    def todos(self, session_id: SessionId) -> Sequence[Todo]: ...

    def changes(self, session_id: SessionId) -> Sequence[FileChange]: ...

    def version(self) -> object: ...
