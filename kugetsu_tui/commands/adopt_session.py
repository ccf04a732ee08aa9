"""Track a session that opencode already has."""

from __future__ import annotations

from shlex import quote
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Conversations, Draft, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import ConflictError, NotFoundError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.record import Index, Record
from kugetsu_tui.domain.session import SessionId, SessionType, session_id_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success


@frozen
class AdoptRequest:
    ref: str
    session: str


@frozen(kw_only=True)
class Adopted(Success):
    verb: ClassVar[str] = "adopt"

    issue_ref: str
    session_id: SessionId
    directory: str
    title: str

    def report(self) -> Report:
        title = clean_line(self.title)
        return Report(headline=f"{self.issue_ref} is tracked as {self.session_id}: {title}")

    def data(self) -> JsonObject:
        return {
            "issue_ref": self.issue_ref,
            "session_id": self.session_id,
            "directory": self.directory,
            "title": self.title,
        }


@frozen
class AdoptSession:
    store: Store
    conversations: Conversations
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            conversations=world.conversations,
            resolve=ResolveRef.of(world),
        )

    def __call__(self, request: AdoptRequest) -> Adopted:
        """Track it; opencode's own data is not touched.

        Raises:
            NotFoundError: opencode has no such session.
            ConflictError: the issue has a session, or the session has an issue.
        """
        key = self.resolve.new(request.ref)
        found = require_session(request.session, self.conversations)
        with self.store.edit() as draft:
            self._require_free(key, found.session_id, draft)
            draft.put(
                key,
                Record(
                    type=SessionType.FORKED,
                    issue_ref=key,
                    session_id=found.session_id,
                    created_at=spell_moment(found.created_at),
                    directory=found.directory,
                ),
            )
        return Adopted(
            issue_ref=key,
            session_id=found.session_id,
            directory=found.directory,
            title=found.title,
        )

    def _require_free(self, key: str, session_id: SessionId, draft: Draft) -> None:
        if key in draft.index.issues:
            raise ConflictError(
                f"{key}: tracked already",
                hint=f"kugetsu destroy {quote(key)} untracks what it has",
                remedy="destroy",
            )
        if draft.index.base == session_id:
            raise ConflictError(f"{session_id}: it is the base session")
        require_untracked(session_id, draft.index, self.store)


def require_untracked(session_id: SessionId, index: Index, store: Store) -> None:
    """Raises `ConflictError` where the session is an issue's."""
    for key, record in store.records(index).items():
        if isinstance(record, Record) and record.session_id == session_id:
            raise ConflictError(
                f"{session_id}: tracked already, as {clean_line(key)}",
                hint=f"kugetsu destroy {quote(key)} untracks it there",
            )


def require_session(text: str, conversations: Conversations) -> Conversation:
    """The session of that id, where opencode has it.

    Raises:
        NotFoundError: it does not.
    """
    session_id = session_id_of(text)
    found = conversations.sessions([session_id]).get(session_id) if session_id else None
    if found is None:
        raise NotFoundError(
            f"{clean_line(text)}: opencode has no such session",
            hint="kugetsu list --all shows those it has",
        )
    return found
