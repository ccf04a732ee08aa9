"""Open a session in opencode's own screen, on this terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import (
    Clock,
    Conversations,
    Draft,
    Opencode,
    ReservedRun,
    Runs,
    Server,
    Store,
)
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import (
    base_record,
    record_of,
    require_conversation,
    require_quiet,
    require_record,
    run_at_work,
)
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import (
    DatabaseUnreadableError,
    EnvironmentUnfitError,
    KugetsuError,
)
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import Engine, RunEnd, RunOrder, RunOutcome, RunSeen, RunVerb
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class Resumed(Success):
    verb: ClassVar[str] = "resume"

    label: str
    session_id: SessionId
    end: RunEnd | None
    """None while a turn goes on, on the server."""

    @property
    def reason(self) -> str:
        return self.end.reason if self.end else "a turn goes on there: kugetsu log REF --follow"

    def report(self) -> Report:
        return Report(headline=f"{self.label}: back from opencode; {self.reason}")

    def data(self) -> JsonObject:
        return {
            "issue_ref": None if self.label == BASE_LABEL else self.label,
            "session_id": self.session_id,
            "reason": self.reason,
        }


@frozen
class ResumeSession:
    """While it is open it counts as a run: nobody else may prompt the session."""

    store: Store
    runs: Runs
    conversations: Conversations
    opencode: Opencode
    clock: Clock
    resolve: ResolveRef
    server: Callable[[], Server]
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
            server=world.server,
            settings=world.settings,
        )

    def __call__(self, ref: str, *, tell: Callable[[str], object] = lambda _: None) -> Resumed:
        """Hand over the terminal and come back when opencode's screen is left.

        Args:
            ref: of the session, or `base`.
            tell: told in a line, before the screen opens, what is waited for.

        Raises:
            NoTerminalError: there is no terminal; the record is as it was.
            BusyError: somebody else is at the session.
        """
        key = self.resolve.tracked_or_base(ref)
        label = key if key is not None else BASE_LABEL
        self.opencode.program()
        record = record_of(key, self.store)
        watched = run_at_work(record, self.runs)
        is_shared = watched is not None and _is_shared(watched)
        if not is_shared:
            require_quiet(label, record, self.runs)
        conversation = require_conversation(label, record, self.conversations)
        self.opencode.require_terminal(conversation.session_id)
        address = self._address(tell, is_shared=is_shared)
        show = partial(self._show, conversation, address)
        if watched is not None and is_shared:
            show(watched.order.run_id)
            return Resumed(label=label, session_id=conversation.session_id, end=None)
        order = RunOrder(
            run_id=self.runs.new_id(),
            verb=RunVerb.RESUME,
            issue_ref=key,
            session_id=conversation.session_id,
            directory=conversation.directory,
            placed_at=self.clock(),
            engine=Engine.SERVER if address else Engine.RUN,
        )
        with self.runs.reserve(order, None) as run:
            end = self._hand_over(key, order, run, show)
        return Resumed(label=label, session_id=conversation.session_id, end=end)

    def _address(self, tell: Callable[[str], object], *, is_shared: bool) -> ServerAddress | None:
        """Of the server that shows the session; nothing where opencode is to open it by itself."""
        if self.settings.engine is Engine.RUN and not is_shared:
            return None
        try:
            return self.server().ensure(tell)
        except KugetsuError:
            if is_shared or self.settings.engine is Engine.SERVER:
                raise
            return None

    def _show(
        self, conversation: Conversation, address: ServerAddress | None, run_id: RunId
    ) -> None:
        session_id, directory = conversation.session_id, Path(conversation.directory)
        if address is None:
            self.opencode.open_screen(session_id, directory=directory)
        else:
            self.opencode.attach_screen(
                session_id, address=address, run_id=run_id, directory=directory
            )

    def _hand_over(
        self,
        key: str | None,
        order: RunOrder,
        run: ReservedRun,
        show: Callable[[RunId], None],
    ) -> RunEnd | None:
        before = self._publish(key, order)
        try:
            show(order.run_id)
        except EnvironmentUnfitError:  # it never opened
            self._settle(key, order, before)
            raise
        except BaseException:  # a hang-up, too, is settled before the program ends
            self._end(key, order, run, before)
            raise
        return self._end(key, order, run, before)

    def _publish(self, key: str | None, order: RunOrder) -> Record:
        """Write into the record that the session is open; returns it as it was."""
        with self.store.edit() as draft:
            before = _record_in(draft, key)
            require_quiet(key or BASE_LABEL, before, self.runs)
            _put(draft, key, replace(before, run_id=order.run_id, run_end=None))
        return before

    def _end(
        self, key: str | None, order: RunOrder, run: ReservedRun, before: Record
    ) -> RunEnd | None:
        if self._is_latest(key, order) and run.follow_on():
            return None
        was_cut = self._was_cut(order)
        end = RunEnd(
            outcome=RunOutcome.INTERRUPTED if was_cut else RunOutcome.ANSWERED,
            at=self.clock(),
            reason="its last turn was cut" if was_cut else "opencode's screen was closed",
        )
        run.settle(end)
        told = replace(before, run_id=order.run_id, run_end=end, updated_at=end.at)
        self._settle(key, order, told)
        return end

    def _is_latest(self, key: str | None, order: RunOrder) -> bool:
        """No message was sent to the session meanwhile, in a run of its own."""
        try:
            return record_of(key, self.store).run_id == order.run_id
        except KugetsuError:  # it was untracked meanwhile
            return False

    def _was_cut(self, order: RunOrder) -> bool:
        if order.session_id is None:
            return False
        try:
            turn = self.conversations.last_turn(order.session_id, since=order.placed_at)
        except DatabaseUnreadableError:  # a witness that cannot be asked accuses nobody
            return False
        return turn is not None and turn.completed_at is None

    def _settle(self, key: str | None, order: RunOrder, told: Record) -> None:
        """Have the record tell of its latest run as that one does, unless it has moved on."""
        with self.store.edit() as draft:
            is_there = key in draft.index.issues if key else draft.index.base == order.session_id
            if is_there and (record := _record_in(draft, key)).run_id == order.run_id:
                settled = replace(
                    record,
                    run_id=told.run_id,
                    run_end=told.run_end,
                    updated_at=told.updated_at,
                )
                _put(draft, key, settled)


def _record_in(draft: Draft, key: str | None) -> Record:
    if key is not None:
        return require_record(key, draft.record(key))
    return base_record(draft.index, draft.base())


def _put(draft: Draft, key: str | None, record: Record) -> None:
    if key is None:
        draft.put_base(record)
    else:
        draft.put(key, record)


def _is_shared(run: RunSeen) -> bool:
    """A server works on it, which shows it to as many screens as there are."""
    return run.order.engine is Engine.SERVER and run.order.verb is not RunVerb.RESUME
