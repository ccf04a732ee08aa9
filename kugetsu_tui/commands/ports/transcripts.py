"""What was said in a session, page by page, as the verbs need it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kugetsu_tui.domain.conversation import FilePatch
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Place, Turn


class Transcripts(Protocol):
    """The messages of opencode's database, read-only."""

    def before(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        """The turns before that place, or the last ones, in order."""
        ...

    def since(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        """The turns from that place on, or the first ones, in order."""
        ...

    def patches(self, session_id: SessionId) -> Sequence[FilePatch]:
        """What each of the session's own turns changed in each file, in order."""
        ...

    def version(self) -> object:
        """A cheap value that differs whenever anything was written."""
        ...
