"""Which session is which issue's, found again where the index no longer tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import BadReferenceError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.issue_ref import IssueRef
from kugetsu_tui.domain.record import Index, Record
from kugetsu_tui.domain.session import SessionId


@frozen(kw_only=True)
class Claim:
    """A session that opencode has, and the issue that it is said to be for."""

    issue_ref: str
    conversation: Conversation
    record: Record | None = None
    """The record that says so; without one, opencode was told."""

    @property
    def session_id(self) -> SessionId:
        return self.conversation.session_id


@frozen
class FoundAgain:
    """What the claims come to; an issue that has an entry in the index is not among them."""

    clear: tuple[Claim, ...]
    unclear: Mapping[str, tuple[Claim, ...]]
    """Issue → its claims, where nothing tells which of them holds."""


def find_again(
    index: Index,
    tracked: Collection[SessionId],
    *,
    records: Iterable[Record],
    told: Mapping[SessionId, str],
    conversations: Mapping[SessionId, Conversation],
) -> FoundAgain:
    """Weigh the claims; never choose between two that are as good.

    A record was written by us, and outweighs what opencode was told.

    Args:
        index: as it is; empty where it cannot be understood.
        tracked: sessions that the index names, the base too.
        records: those that no entry of the index names.
        told: session → issue, as opencode was told by whoever.
        conversations: what opencode has.
    """
    claims: dict[str, dict[SessionId, Claim]] = {}
    by_record = [(record.session_id, record.issue_ref, record) for record in records]
    by_word = [(session_id, ref, None) for session_id, ref in told.items()]
    for session_id, ref, record in (*by_record, *by_word):
        if session_id is None or session_id in tracked or session_id not in conversations:
            continue
        if ref is not None and ref not in index.issues and _is_reference(ref):
            claim = Claim(issue_ref=ref, conversation=conversations[session_id], record=record)
            claims.setdefault(ref, {}).setdefault(session_id, claim)
    return _weigh({ref: tuple(found.values()) for ref, found in claims.items()})


def _weigh(claims: Mapping[str, tuple[Claim, ...]]) -> FoundAgain:
    best = {ref: _best(found) for ref, found in claims.items()}
    wanted = [claim.session_id for found in best.values() for claim in found]
    clear = {
        ref: found[0]
        for ref, found in best.items()
        if len(found) == 1 and wanted.count(found[0].session_id) == 1
    }
    unclear = {ref: found for ref, found in claims.items() if ref not in clear}
    return FoundAgain(tuple(clear.values()), unclear)


def _best(found: tuple[Claim, ...]) -> tuple[Claim, ...]:
    return tuple(claim for claim in found if claim.record) or found


def _is_reference(text: str) -> bool:
    try:
        return str(IssueRef.parse(text)) == text
    except BadReferenceError:
        return False
