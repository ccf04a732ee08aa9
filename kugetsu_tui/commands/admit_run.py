"""A run's turn has come: it becomes the one at work on its session, or has to wait on."""

from __future__ import annotations

from typing import Self

from kugetsu_tui.commands.ports import Conversations, Runs, Store
from kugetsu_tui.commands.tracked_session import (
    publish,
    require_conversation,
    require_record,
    tracked_record,
)
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import ConflictError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunOrder, RunVerb


@frozen
class AdmitRun:
    store: Store
    runs: Runs
    conversations: Conversations

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(store=world.store, runs=world.runs, conversations=world.conversations)

    def __call__(self, order: RunOrder) -> RunOrder:
        """The order as it can be carried out now.

        A message that was queued behind a run learns its session only now: the run before it may
        have been the one that named it. Asked again after it was admitted, it learns it again: an
        usher may have died before it wrote the answer down.

        Raises:
            BusyError: somebody is at the session still.
            NotFoundError: nobody tracks the issue any more.
            ConflictError: another run has taken this one's place, or another session has taken
                the place of the one that the message was for.
        """
        if (key := order.issue_ref) is None:
            return order
        record = require_record(key, tracked_record(key, self.store))
        if record.run_id != order.run_id:
            if order.verb is not RunVerb.CONTINUE:
                raise ConflictError(f"{key}: another run has taken its place")
            _require_meant(key, record, order)
            with self.store.edit() as draft:
                publish(draft, key, order, self.runs)
            record = require_record(key, tracked_record(key, self.store))
        if order.session_id is not None:
            return order
        conversation = require_conversation(key, record, self.conversations)
        return replace(
            order,
            session_id=conversation.session_id,
            directory=conversation.directory,
            agent=order.agent or conversation.agent or None,
        )


def _require_meant(key: str, record: Record, order: RunOrder) -> None:
    """Raises `ConflictError` where another record is in the place of the one it was left for."""
    if order.record_made not in {None, record.created_at}:
        raise ConflictError(f"{key}: the session that it was queued for was replaced")
