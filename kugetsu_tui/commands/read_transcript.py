"""What was said and done in a session: all of it, or the end of it as it grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Conversations, Store, Transcripts
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import record_of, require_kept
from kugetsu_tui.commands.transcript_words import spell_turn, turn_text
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Order, Page, Place, Turn
from kugetsu_tui.report.report import Report, Success

_PAGE = 50
"""Messages read at a time: about 200 kB, read in 5 ms."""
_TAIL = 4
"""Messages at the end that may still change: a prompt's text comes after the prompt itself."""
_ALL = 2**31


@frozen
class ReadTranscript:
    transcripts: Transcripts
    conversations: Conversations
    store: Store
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            transcripts=world.transcripts,
            conversations=world.conversations,
            store=world.store,
            resolve=ResolveRef.of(world),
        )

    def session_of(self, ref: str) -> tuple[str | None, SessionId]:
        """The key and the session of a tracked issue; the base has no key.

        Raises:
            NotFoundError: nobody tracks it, or opencode no longer has it.
            ConflictError: opencode never named a session for it.
            DatabaseUnreadableError: opencode's database cannot be asked.
        """
        key = self.resolve.tracked_or_base(ref)
        record = record_of(key, self.store)
        return key, require_kept(key or BASE_LABEL, record, self.conversations).session_id

    def __call__(self, session_id: SessionId) -> Iterator[Turn]:
        """Everything, from the beginning, read as it is asked for."""
        turns = self.transcripts.since(session_id, None, limit=_PAGE)
        while turns:
            yield from turns
            turns = self.transcripts.since(session_id, turns[-1].place, limit=_PAGE + 1)[1:]

    def nested(
        self, session_id: SessionId, *, among: tuple[SessionId, ...] = ()
    ) -> Iterator[tuple[int, Turn]]:
        """Everything, each turn with its depth: those of a sub-agent come behind its caller's.

        Args:
            session_id: whose.
            among: the sessions that it is a sub-agent of.
        """
        for turn in self(session_id):
            yield len(among), turn
            for entry in turn.entries:
                if entry.child and entry.child not in (*among, session_id):
                    yield from self.nested(entry.child, among=(*among, session_id))

    def follow(self, session_id: SessionId, pause: Callable[[], bool]) -> Iterator[Page]:
        """The last page at once, then the earlier ones, then what is new.

        Args:
            session_id: whose.
            pause: passes the time between two looks; false ends the following.
        """
        while True:
            version = self.transcripts.version()
            turns = self.transcripts.before(session_id, None, limit=_PAGE)
            yield Page(Order.AFRESH, turns)
            yield from self._earlier(session_id, turns)
            tail, is_whole = turns[-_TAIL:], True
            while is_whole:
                if not pause():
                    return
                if version == (version := self.transcripts.version()):
                    continue
                later = self.transcripts.since(session_id, _first(tail), limit=_ALL)
                is_whole = _first(later) == _first(tail) or not tail
                if is_whole and later != tail:
                    yield Page(Order.LATER, later)
                    tail = later[-_TAIL:]

    def _earlier(self, session_id: SessionId, turns: Sequence[Turn]) -> Iterator[Page]:
        while len(turns) >= _PAGE:
            turns = self.transcripts.before(session_id, _first(turns), limit=_PAGE)
            if turns:
                yield Page(Order.EARLIER, turns)


def _first(turns: Sequence[Turn]) -> Place | None:
    return turns[0].place if turns else None


@frozen(kw_only=True)
class Transcript(Success):
    verb: ClassVar[str] = "transcript"

    issue_ref: str | None
    session_id: SessionId
    turns: Sequence[tuple[int, Turn]]

    def report(self) -> Report:
        return Report(body="\n".join(turn_text(turn, depth) for depth, turn in self.turns))

    def data(self) -> JsonObject:
        return {
            "issue_ref": self.issue_ref,
            "session_id": self.session_id,
            "messages": [spell_turn(turn, depth) for depth, turn in self.turns],
        }
