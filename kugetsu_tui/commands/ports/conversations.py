"""opencode's own database, read-only, as the verbs need it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from kugetsu_tui.domain.conversation import Conversation, FileChange, LastTurn, Message, Todo
from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.session import SessionId


class Conversations(Protocol):
    """opencode's own database, read-only."""

    def sessions(
        self, ids: Collection[SessionId] | None = None
    ) -> Mapping[SessionId, Conversation]:
        """Those sessions, in any order, or all top-level ones, the newest activity first."""
        ...

    def children(self) -> Mapping[SessionId, Conversation]:
        """All sessions of sub-agents."""
        ...

    def figures(self, ids: Collection[SessionId]) -> Mapping[SessionId, Figures]:
        """What each of them has come to by itself; one without messages is not among them."""
        ...

    def search(self, needle: str, *, is_wanted: Callable[[], bool]) -> Mapping[SessionId, str]:
        """Session → a line of its own messages that holds the words; case is ignored.

        Args:
            needle: what is sought.
            is_wanted: asked again and again; once it says no, the search ends early.
        """
        ...

    def issue_refs(self) -> Mapping[SessionId, str]:
        """What sessions are for, where opencode was told and keeps it; by whoever told it."""
        ...

    def messages(self, session_id: SessionId, *, limit: int) -> Sequence[Message]:
        """The last messages, in order."""
        ...

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None: ...

    def todos(self, session_id: SessionId) -> Sequence[Todo]: ...

    def changes(self, session_id: SessionId) -> Sequence[FileChange]: ...

    def version(self) -> object: ...
