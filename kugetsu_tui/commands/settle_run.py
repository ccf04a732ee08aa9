"""A run's supervisor brings the issue's record up to date."""

from __future__ import annotations

from kugetsu_tui.commands.ports import Clock, Store
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunEnd, RunOrder
from kugetsu_tui.domain.session import SessionId


@frozen
class SettleRun:
    store: Store
    clock: Clock

    def __call__(self, order: RunOrder, session_id: SessionId | None, end: RunEnd | None) -> None:
        """Store the session that opencode named, and the run's end once there is one.

        A record that was destroyed, or given to another run meanwhile, is left alone.

        Raises:
            BusyError: the store is locked by somebody else.
            CannotSaveError: the system refuses to write.
        """
        key = order.issue_ref
        with self.store.edit() as draft:
            if key is None or key not in draft.index.issues:
                return
            record = draft.record(key)
            if not isinstance(record, Record) or record.run_id != order.run_id:
                return
            draft.put(
                key,
                replace(
                    record,
                    session_id=session_id or record.session_id,
                    run_end=end,
                    updated_at=self.clock(),
                ),
            )
