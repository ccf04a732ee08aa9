"""Open a session in opencode's own screen, on this terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Self

from kugetsu_tui.commands.destroy_session import BASE_LABEL
from kugetsu_tui.commands.ports import Clock, Conversations, Draft, Opencode, Runs, Store
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import (
    require_conversation,
    require_quiet,
    require_record,
)
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import NoBaseError
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunEnd, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.report.report import Report, Success


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Success):
    verb: ClassVar[str] = "resume"

    label: str
    session_id: SessionId
    end: RunEnd

    def report(self) -> Report:
        return Report(headline=f"{self.label}: back from opencode; {self.end.reason}")

    def data(self) -> JsonObject:
        return {
            "issue_ref": None if self.label == BASE_LABEL else self.label,
            "session_id": self.session_id,
            "reason": self.end.reason,
        }


@dataclass(frozen=True, eq=False, repr=False)
class ResumeSession:
    """While it is open it counts as a run: nobody else may prompt the session."""

    store: Store
    runs: Runs
    conversations: Conversations
    opencode: Opencode
    clock: Clock
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            conversations=world.conversations,
            opencode=world.opencode,
            clock=world.clock,
            resolve=ResolveRef.of(world),
        )

    def __call__(self, ref: str) -> Resumed:
        """Hand over the terminal and come back when opencode's screen is left.

        Raises:
            NoTerminalError: there is no terminal.
            BusyError: somebody else is at the session.
        """
        key = None if ref in {BASE_LABEL, "base"} else self.resolve.tracked(ref)
        label = key if key is not None else BASE_LABEL
        self.opencode.program()
        conversation = require_conversation(label, self._record(key), self.conversations)
        order = RunOrder(
            run_id=self.runs.new_id(),
            verb=RunVerb.RESUME,
            issue_ref=key,
            session_id=conversation.session_id,
            directory=conversation.directory,
            placed_at=self.clock(),
        )
        with self.runs.reserve(order, None) as run:
            with self.store.edit() as draft:
                self._publish(draft, key, order)
            try:
                self.opencode.open_screen(
                    conversation.session_id, directory=Path(conversation.directory)
                )
            finally:
                end = self._end(conversation.session_id, order)
                run.settle(end)
                self._settle(key, order, end)
        return Resumed(label=label, session_id=conversation.session_id, end=end)

    def _record(self, key: str | None) -> Record:
        if key is not None:
            return require_record(key, self.store.record(self.store.index().issues[key]))
        base_id = self.store.index().base
        if base_id is None:
            raise NoBaseError("resume: there is no base session", hint="kugetsu init")
        base = self.store.base()
        known = base if isinstance(base, Record) else Record(type="base")
        return replace(known, session_id=base_id)

    def _publish(self, draft: Draft, key: str | None, order: RunOrder) -> None:
        record = self._record(key)
        require_quiet(key or BASE_LABEL, record, self.runs)
        self._put(draft, key, replace(record, run_id=order.run_id, run_end=None))

    def _settle(self, key: str | None, order: RunOrder, end: RunEnd) -> None:
        with self.store.edit() as draft:
            if key is not None and key not in draft.index.issues:
                return
            record = self._record(key)
            if record.run_id == order.run_id:
                self._put(draft, key, replace(record, run_end=end, updated_at=end.at))

    def _put(self, draft: Draft, key: str | None, record: Record) -> None:
        if key is None:
            draft.put_base(record)
        else:
            draft.put(key, record)

    def _end(self, session_id: SessionId, order: RunOrder) -> RunEnd:
        turn = self.conversations.last_turn(session_id, since=order.placed_at)
        was_cut = turn is not None and turn.completed_at is None
        return RunEnd(
            outcome=RunOutcome.INTERRUPTED if was_cut else RunOutcome.ANSWERED,
            at=self.clock(),
            reason="its last turn was cut" if was_cut else "opencode's screen was closed",
        )
