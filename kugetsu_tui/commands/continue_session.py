"""The next message in an issue's session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.ports import Clock, Conversations, Opencode, Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.run_options import RunOptions, placed, require_message
from kugetsu_tui.commands.tracked_session import (
    may_join,
    publish,
    require_conversation,
    require_quiet,
    require_record,
    run_at_work,
    tracked_record,
)
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import BusyError
from kugetsu_tui.domain.frozen import field, frozen, replace
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import Engine, RunOrder, RunVerb
from kugetsu_tui.domain.settings import Settings


@frozen(kw_only=True)
class ContinueRequest:
    ref: str
    message: str
    options: RunOptions = field(default_factory=RunOptions)
    queue: bool = False
    """Where a run is in progress, wait behind it in the queue."""


@frozen
class ContinueSession:
    store: Store
    runs: Runs
    conversations: Conversations
    opencode: Opencode
    clock: Clock
    resolve: ResolveRef
    settings: Settings

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            conversations=world.conversations,
            opencode=world.opencode,
            clock=world.clock,
            resolve=ResolveRef.of(world),
            settings=world.settings,
        )

    def __call__(
        self, request: ContinueRequest, *, wait: Callable[[BusyError], None] | None = None
    ) -> Launched:
        """Launch the run and return.

        Args:
            request: which session, and what to say.
            wait: called while a run is in progress, to pass the time; without it, that is refused.

        Raises:
            NotFoundError: nobody tracks it, or opencode no longer has it.
            ConflictError: opencode never named a session for it.
            BusyError: a run is in progress.
        """
        key = self.resolve.tracked(request.ref)
        message = require_message(request.message)
        self.opencode.program()
        while True:
            try:
                return self._launch(key, message, request)
            except BusyError as busy:
                if wait is None:
                    raise
                wait(busy)

    def _launch(self, key: str, message: str, request: ContinueRequest) -> Launched:
        record = require_record(key, tracked_record(key, self.store))
        run = run_at_work(record, self.runs)
        engine = request.options.engine or self.settings.engine
        if request.queue and run is not None and not may_join(run, engine):
            order = self._order(key, record, run.order.directory, request)
            return self._enqueue(key, order, message)
        require_quiet(key, record, self.runs, engine)
        known = require_conversation(key, record, self.conversations)
        order = self._order_on(key, record, known, request)
        if run is not None:  # its screen is the server's
            order = replace(order, engine=Engine.SERVER)
        with self.runs.reserve(order, message) as reserved:
            with self.store.edit() as draft:
                publish(draft, key, order, self.runs)
            has_begun = reserved.launch()
        return _launched(key, order, is_queued=not has_begun)

    def _enqueue(self, key: str, order: RunOrder, message: str) -> Launched:
        with self.runs.reserve(order, message) as reserved:
            reserved.enqueue()
        return _launched(key, order, is_queued=True)

    def _order_on(
        self, key: str, record: Record, known: Conversation, request: ContinueRequest
    ) -> RunOrder:
        order = self._order(key, record, known.directory, request)
        return replace(order, session_id=known.session_id, agent=order.agent or known.agent or None)

    def _order(
        self, key: str, record: Record, directory: str, request: ContinueRequest
    ) -> RunOrder:
        order = RunOrder(
            run_id=self.runs.new_id(),
            verb=RunVerb.CONTINUE,
            issue_ref=key,
            session_id=None,
            directory=directory,
            placed_at=self.clock(),
            record_made=record.created_at or None,
        )
        return placed(order, request.options, self.settings)


def _launched(key: str, order: RunOrder, *, is_queued: bool) -> Launched:
    return Launched(
        verb=order.verb,
        issue_ref=key,
        run_id=order.run_id,
        directory=order.directory,
        session_id=order.session_id,
        is_queued=is_queued,
    )
