"""Ending a run that somebody wants ended: by its supervisor, or in its place."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime

from kugetsu_tui.domain.errors import (
    BusyError,
    CannotSaveError,
    EnvironmentUnfitError,
    RunFailedError,
)
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import Ended, Journalled
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.ending import end_all, send
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import Journal, recorded_end
from kugetsu_tui.runs.liveness import lives
from kugetsu_tui.runs.lock import LockState
from kugetsu_tui.runs.pace import StopPace
from kugetsu_tui.runs.place import Distance, distance, here
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.refusal import in_words
from kugetsu_tui.runs.shared import Shared, served_session

_POLL = 0.05


@frozen
class StopRun:
    """One attempt to end one run that is within reach."""

    folder: RunFolder
    run_id: RunId
    pace: StopPace
    shared: Shared
    queue: RunQueue
    is_waiting: bool
    """For its turn, when it was last seen."""

    def __call__(self) -> RunEnd:
        """End the run and everything it started.

        Raises:
            BusyError: its supervisor outlives SIGKILL, or somebody else is ending it just now.
            RunFailedError: something it started outlives SIGKILL.
            CannotSaveError: its end cannot be written down.
            EnvironmentUnfitError: processes cannot be looked at.
        """
        has_asked = self._leave_word()
        try:
            asked = self._ask_supervisor()
            if asked is not None and self._is_supervised():
                send(asked, signal.SIGKILL)
            self._await_lock()
            return recorded_end(self.folder) or self._end_in_its_place()
        except OSError as error:
            changed = has_asked or not self.is_waiting
            raise CannotSaveError(f"stop: {in_words(error)}", changed=changed) from error
        except EnvironmentUnfitError as error:
            error.changed = has_asked or not self.is_waiting
            raise

    def _leave_word(self) -> bool:
        """Whether that could be: the run itself may be what fills the disk, and has to end."""
        try:
            self.folder.ask_to_stop(f"stopped on request (by process {os.getpid()})")
        except OSError:
            return False
        return True

    def _ask_supervisor(self) -> Process | None:
        """Who was asked; it has done its work by now, or died, or hangs."""
        asked: Process | None = None
        deadline = time.monotonic() + self.pace.supervisor
        while self._is_supervised() and time.monotonic() < deadline:
            if asked is None and (asked := self._supervisor()) is not None:
                send(asked, signal.SIGINT)
            time.sleep(_POLL)
        return asked

    def _await_lock(self) -> None:
        deadline = time.monotonic() + self.pace.kill
        while self._is_supervised():
            if time.monotonic() > deadline:
                raise BusyError(
                    f"stop: run {self.run_id} is held by a process that cannot be ended",
                    hint="the same again, later",
                )
            time.sleep(_POLL)

    def _is_supervised(self) -> bool:
        state = lock.probe(self.folder.lock).state
        if state is LockState.UNKNOWN:
            return self._supervisor() is not None
        return state is LockState.HELD

    def _supervisor(self) -> Process | None:
        """As soon as it has written down who it is, and as long as it lives."""
        facts = self._facts()
        return facts.supervisor if facts is not None and lives(facts.supervisor) else None

    def _facts(self) -> RunFacts | None:
        try:
            return self.folder.read()
        except (OSError, ValueError):
            return None

    def _end_in_its_place(self) -> RunEnd:
        if (descriptor := lock.take(self.folder.lock)) is None:
            raise BusyError(f"stop: run {self.run_id} is being ended", hint="the same again, later")
        try:
            return recorded_end(self.folder) or self._end()
        finally:
            os.close(descriptor)

    def _end(self) -> RunEnd:
        if self.queue.place_of(self.run_id) is not None:
            end = self._write_end("cancelled before its turn came")
            self.queue.leave(self.run_id)  # last: who has an end is not called any more
            return end
        facts = self._facts()
        is_here = facts is not None and distance(facts.place, here()) is Distance.HERE
        roots = [facts.opencode] if facts is not None and facts.opencode and is_here else []
        survivors = end_all(roots, run_id=self.run_id, grace=self.pace.grace)
        if survivors:
            numbers = ", ".join(str(process.pid) for process in survivors)
            raise RunFailedError(
                f"stop: run {self.run_id}: these processes cannot be ended: {numbers}", changed=True
            )
        if why := self._end_served(facts):
            raise RunFailedError(f"stop: run {self.run_id}: {why}", changed=True)
        note = "" if is_here else "; where it was launched could not be looked at"
        return self._write_end(f"stopped on request{note}")

    def _write_end(self, reason: str) -> RunEnd:
        now = datetime.now(UTC)
        end = RunEnd(outcome=RunOutcome.STOPPED, at=now, reason=reason)
        with Journal(self.folder) as journal:
            journal.write(Journalled(now, Ended(end)))
        return end

    def _end_served(self, facts: RunFacts | None) -> str:
        session_id = served_session(facts) if facts is not None else None
        if facts is None or session_id is None:
            return ""
        return self.shared.end(session_id, facts.order.directory)
