"""Every session there is to see, with the state its witnesses add up to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from datetime import datetime
from typing import Self

from kugetsu_tui.commands.ports import Clock, Conversations, Runs, Store
from kugetsu_tui.commands.tally import Tally
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import Board, Row, RowKind
from kugetsu_tui.domain.conversation import Conversation, LastTurn
from kugetsu_tui.domain.errors import DatabaseUnreadableError
from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.frozen import field, frozen, replace
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.run import Liveness, RunSeen
from kugetsu_tui.domain.session import RunId, SessionId, SessionState, SessionType
from kugetsu_tui.domain.state import Assessment, Witnesses, assess
from kugetsu_tui.domain.title import told_by


@frozen
class _Asked:
    """The witnesses' words, asked once for the whole board."""

    now: datetime
    conversations: Mapping[SessionId, Conversation] | None
    """None where opencode's database could not be read."""
    open_elsewhere: Collection[SessionId]
    queue: Mapping[str | None, Set[RunId]]
    """The runs that wait, by issue."""
    figures: Mapping[SessionId, Figures] = field(default_factory=dict)
    """Empty where nobody asked for them."""


@frozen
class ReadBoard:
    store: Store
    runs: Runs
    conversations: Conversations
    clock: Clock
    silent_after: float
    """Seconds without a sign of life after which a run counts as silent."""
    tally: Tally

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            conversations=world.conversations,
            clock=world.clock,
            silent_after=world.settings.silent_after,
            tally=Tally(world.conversations),
        )

    def __call__(
        self, *, untracked: bool = False, children: bool = False, figures: bool = False
    ) -> Board:
        """The base first, then issues in the index's order.

        Args:
            untracked: then opencode's sessions that nobody tracks.
            children: then those of sub-agents.
            figures: count messages and changed files, and tell a fork's own tokens and cost from
                those of the base that it was forked from.
        """
        self.runs.tend_queue()
        index = self.store.index()
        base = self.store.base(index)
        records = self.store.records(index)
        ids = {r.session_id for r in records.values() if isinstance(r, Record) and r.session_id}
        if index.base:
            ids.add(index.base)
        asked, warnings = self._ask(ids, untracked=untracked, children=children)
        if figures:
            asked = self._counted(asked, records.values())
        rows = [self._base_row(index.base, base, asked)] if index.base else []
        rows += [self._issue_row(key, record, asked) for key, record in records.items()]
        if untracked:
            rows += [
                _stray_row(conversation, asked)
                for session_id, conversation in (asked.conversations or {}).items()
                if session_id not in ids and conversation.parent_id is None
            ]
        if children:
            rows += [
                _stray_row(conversation, asked)
                for session_id, conversation in (asked.conversations or {}).items()
                if session_id not in ids and conversation.parent_id is not None
            ]
        return Board(tuple(rows), warnings)

    def row(self, key: str, record: Record | DamagedRecord) -> Row:
        """The row of one tracked issue."""
        self.runs.tend_queue()
        ids = {record.session_id} if isinstance(record, Record) and record.session_id else set()
        asked, _ = self._ask(ids, untracked=False, children=False)
        return self._issue_row(key, record, self._counted(asked, (record,)))

    def base(self, base_id: SessionId, record: Record) -> Row:
        """The row of the base."""
        self.runs.tend_queue()
        asked, _ = self._ask({base_id}, untracked=False, children=False)
        return self._base_row(base_id, record, self._counted(asked, (record,)))

    def _counted(self, asked: _Asked, records: Iterable[Record | DamagedRecord]) -> _Asked:
        """The same with figures, where the database can be asked for them."""
        at_work = {
            record.session_id
            for record in records
            if isinstance(record, Record)
            and record.session_id
            and record.run_id
            and not record.run_end
        }
        try:
            figures = self.tally.of(asked.conversations or {}, at_work=at_work)
        except DatabaseUnreadableError:
            return asked  # who asked for the sessions was told
        return replace(asked, figures=figures)

    def _ask(
        self, ids: Set[SessionId], *, untracked: bool, children: bool
    ) -> tuple[_Asked, tuple[str, ...]]:
        open_elsewhere, queue = self.runs.open_elsewhere(), _by_issue(self.runs.queue())
        try:
            conversations = self.conversations.sessions(None if untracked else ids)
            if untracked and (hidden := ids - conversations.keys()):
                conversations = {**conversations, **self.conversations.sessions(hidden)}
            if children:
                conversations = {**conversations, **self.conversations.children()}
        except DatabaseUnreadableError as error:
            return _Asked(self.clock(), None, open_elsewhere, queue), (error.message,)
        return _Asked(self.clock(), conversations, open_elsewhere, queue), ()

    def _base_row(
        self, base_id: SessionId, record: Record | DamagedRecord | None, asked: _Asked
    ) -> Row:
        known = record if isinstance(record, Record) else Record(type=SessionType.BASE)
        if known.session_id != base_id:
            known = Record(type=SessionType.BASE, session_id=base_id, created_at=known.created_at)
        assessment, conversation = self._assess(known, asked)
        return _row(RowKind.BASE, None, known, assessment, conversation, asked)

    def _issue_row(self, key: str, record: Record | DamagedRecord, asked: _Asked) -> Row:
        assessment, conversation = self._assess(record, asked)
        if isinstance(record, DamagedRecord):
            record = Record(type=SessionType.FORKED)
        return _row(RowKind.ISSUE, key, record, assessment, conversation, asked)

    def _assess(
        self, record: Record | DamagedRecord, asked: _Asked
    ) -> tuple[Assessment, Conversation | None]:
        if isinstance(record, DamagedRecord):
            return assess(Witnesses(record), now=asked.now), None
        run = self.runs.seen(record.run_id) if record.run_id and not record.run_end else None
        session_id = record.session_id
        is_read = asked.conversations is not None
        try:
            last_turn = self._last_turn(run, session_id) if is_read else None
        except DatabaseUnreadableError:  # since the sessions were asked for
            is_read, last_turn = False, None
        conversation = (asked.conversations or {}).get(session_id) if session_id else None
        witnesses = Witnesses(
            record,
            run=run,
            conversation=conversation,
            is_database_read=is_read,
            last_turn=last_turn,
            is_open_elsewhere=session_id in asked.open_elsewhere,
        )
        return assess(witnesses, now=asked.now, silent_after=self.silent_after), conversation

    def _last_turn(self, run: RunSeen | None, session_id: SessionId | None) -> LastTurn | None:
        if run is None or run.end or run.liveness is not Liveness.GONE or session_id is None:
            return None
        return self.conversations.last_turn(session_id, since=run.order.placed_at)


def _row(
    kind: RowKind,
    key: str | None,
    record: Record,
    assessment: Assessment,
    conversation: Conversation | None,
    asked: _Asked,
) -> Row:
    waiting = asked.queue.get(key)
    figures = asked.figures.get(conversation.session_id) if conversation else None
    return Row(
        kind=kind,
        issue_ref=key,
        type=record.type,
        session_id=record.session_id,
        state=assessment.state,
        since=assessment.since,
        why=assessment.why,
        created_at=record.created_at,
        updated_at=_last_update(record, conversation),
        directory=conversation.directory if conversation else record.directory,
        title=told_by(conversation.title, key) if conversation else "",
        model=conversation.model if conversation else "",
        messages=figures.messages if figures else None,
        tokens=_own_tokens(conversation, figures) if conversation else 0,
        cost=_own_cost(conversation, figures) if conversation else 0.0,
        changed_files=figures.changed_files if figures else None,
        run_id=record.run_id,
        queued_messages=len(waiting - {record.run_id}) if waiting else 0,
        is_auto=assessment.is_auto,
    )


def _last_update(record: Record, conversation: Conversation | None) -> datetime | None:
    if conversation is None or record.updated_at is None:
        return conversation.updated_at if conversation else record.updated_at
    return max(record.updated_at, conversation.updated_at)


def _by_issue(queue: Mapping[RunId, str | None]) -> Mapping[str | None, Set[RunId]]:
    runs: dict[str | None, set[RunId]] = {}
    for run_id, issue in queue.items():
        runs.setdefault(issue, set()).add(run_id)
    return runs


def _stray_row(conversation: Conversation, asked: _Asked) -> Row:
    """A session that nobody tracks, or a sub-agent's."""
    is_child = conversation.parent_id is not None
    is_open = conversation.session_id in asked.open_elsewhere
    figures = asked.figures.get(conversation.session_id)
    kind = RowKind.CHILD if is_child else RowKind.UNTRACKED
    return Row(
        kind=kind,
        issue_ref=None,
        type=kind,
        session_id=conversation.session_id,
        state=SessionState.OPEN if is_open else SessionState.UNKNOWN,
        since=conversation.updated_at,
        why=f"a sub-agent's, which works for {conversation.parent_id}"
        if is_child
        else "nobody tracks it: what it does is not known here",
        created_at=conversation.created_at.astimezone().isoformat(timespec="seconds"),
        updated_at=conversation.updated_at,
        directory=conversation.directory,
        title=conversation.title,
        model=conversation.model,
        messages=figures.messages if figures else None,
        tokens=_own_tokens(conversation, figures),
        cost=_own_cost(conversation, figures),
        changed_files=figures.changed_files if figures else None,
        parent_id=conversation.parent_id,
    )


def _own_tokens(conversation: Conversation, figures: Figures | None) -> int:
    return max(conversation.tokens - (figures.copied_tokens if figures else 0), 0)


def _own_cost(conversation: Conversation, figures: Figures | None) -> float:
    """Dollars; what is left of a subtraction of equal sums is no cost."""
    return max(round(conversation.cost - (figures.copied_cost if figures else 0.0), 9), 0.0)
