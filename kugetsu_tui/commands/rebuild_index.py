"""Find again which session is which issue's, and track it."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Conversations, Store
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import DamagedError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import Json, JsonObject
from kugetsu_tui.domain.lost_index import Claim, FoundAgain, find_again
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.record import BASE_FILE, Index, Record
from kugetsu_tui.domain.session import SessionId, SessionType
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class Rebuilt(Success):
    verb: ClassVar[str] = "doctor"

    found: FoundAgain
    base: SessionId | None
    """The base, where the index had lost it and its record had not."""
    is_done: bool

    def report(self) -> Report:
        count = len(self.found.clear) + (self.base is not None)
        if self.is_done:
            headline = f"{count} tracked again"
        elif count:
            headline = f"{count} can be tracked again; nothing was changed: --force does it"
        else:
            headline = "nothing was found again"
        return Report(headline=headline, body="\n".join(self._lines()))

    def _lines(self) -> Iterator[str]:
        if self.base is not None:
            yield f"(base)  {self.base}"
        for claim in self.found.clear:
            yield f"{claim.issue_ref}  {_words(claim)}"
        for ref, claims in self.found.unclear.items():
            yield f"not clear: {ref}: kugetsu adopt {quote(ref)} SESSION, with one of"
            yield from (f"  {_words(claim)}" for claim in claims)

    def data(self) -> JsonObject:
        return {
            "rebuilt": self.is_done,
            "base": self.base,
            "found": [_spell(claim) for claim in self.found.clear],
            "unclear": {
                ref: [_spell(claim) for claim in claims]
                for ref, claims in self.found.unclear.items()
            },
        }


@frozen
class RebuildIndex:
    store: Store
    conversations: Conversations

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, conversations=world.conversations)

    def __call__(self, *, force: bool) -> Rebuilt:
        """Say what can be found again, from records and from what opencode was told.

        Entries of an index that can be understood are left as they are. One that cannot be is kept
        beside the new one.

        Args:
            force: track it, too.

        Raises:
            DatabaseUnreadableError: opencode cannot be asked.
            ConflictError: the last good index is there to be copied back.
        """
        rebuilt = self._found(self._index(), is_done=False)
        if not force or not (rebuilt.base or rebuilt.found.clear):
            return rebuilt
        with self.store.rebuild() as draft:
            rebuilt = self._found(draft.index, is_done=True)
            if rebuilt.base is not None:
                draft.put_base(self._base_record(rebuilt.base))
            for claim in rebuilt.found.clear:
                draft.put(claim.issue_ref, _record_of(claim))
        return rebuilt

    def _index(self) -> Index:
        try:
            return self.store.index()
        except DamagedError:
            return Index()

    def _found(self, index: Index, *, is_done: bool) -> Rebuilt:
        told = self.conversations.issue_refs()
        strays = self.store.strays()
        kept = self.store.record(BASE_FILE)
        base = kept.session_id if isinstance(kept, Record) and index.base is None else None
        ids = {record.session_id for record in strays if record.session_id} | told.keys()
        conversations = self.conversations.sessions([*ids, *filter(None, [base])])
        base = base if base in conversations else None
        tracked = {
            record.session_id
            for record in self.store.records(index).values()
            if isinstance(record, Record) and record.session_id
        }
        found = find_again(
            index,
            tracked | {session_id for session_id in (index.base, base) if session_id},
            records=strays,
            told=told,
            conversations=conversations,
        )
        return Rebuilt(found=found, base=base, is_done=is_done)

    def _base_record(self, base: SessionId) -> Record:
        kept = self.store.record(BASE_FILE)
        return kept if isinstance(kept, Record) else Record(type=SessionType.BASE, session_id=base)


def _record_of(claim: Claim) -> Record:
    if claim.record is not None:
        return replace(claim.record, issue_ref=claim.issue_ref)
    return Record(
        type=SessionType.FORKED,
        issue_ref=claim.issue_ref,
        session_id=claim.session_id,
        created_at=spell_moment(claim.conversation.created_at),
        directory=claim.conversation.directory,
    )


def _words(claim: Claim) -> str:
    about = claim.conversation
    return f"{about.session_id}  {spell_moment(about.created_at)}  {clean_line(about.title)}"


def _spell(claim: Claim) -> Json:
    return {
        "issue_ref": claim.issue_ref,
        "session_id": claim.session_id,
        "title": claim.conversation.title,
        "created_at": spell_moment(claim.conversation.created_at),
        "has_record": claim.record is not None,
    }
