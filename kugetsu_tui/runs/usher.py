"""Calls the runs that wait: the first that may begin, whenever a slot is free."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from kugetsu_tui.domain.errors import (
    BusyError,
    CannotSaveError,
    DamagedError,
    DatabaseUnreadableError,
    KugetsuError,
)
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.run import RunEnd, RunOrder, RunOutcome
from kugetsu_tui.domain.run_event import Begun, Ended
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import note, recorded_end
from kugetsu_tui.runs.launch import launch
from kugetsu_tui.runs.refusal import in_words

Admit: TypeAlias = Callable[[RunOrder], RunOrder]
"""Make the run the one at work on its session; returns the order as it is to be carried out.

`BusyError`, or what cannot be read or written until somebody mends it: not yet. Any other
`KugetsuError`: never, and why."""

_NOT_YET = (BusyError, CannotSaveError, DamagedError, DatabaseUnreadableError)

_PAUSE = 0.2
"""Seconds between two looks for a free slot."""


@frozen
class Usher:
    admission: Admission
    supervisor: Sequence[str]
    admit: Admit
    pause: Callable[[float], None] = time.sleep

    def work_off(self, descriptor: int) -> None:
        """Call until nobody waits, then let go of the usher's lock.

        Who joined the queue while the lock was still held started no usher: so it is looked at once
        more after that.

        Args:
            descriptor: the one that holds the usher's lock.

        Raises:
            EnvironmentUnfitError: it cannot be told who waits.
            OSError: its lock cannot be taken again.
        """
        held: int | None = descriptor
        while held is not None:
            while any(self._waiting()):
                if not self._call_one():
                    self.pause(_PAUSE)
            os.close(held)
            held = lock.take(self.admission.queue.usher_lock) if any(self._waiting()) else None

    def _waiting(self) -> Iterator[RunId]:
        """One is looked at when it is asked for: of a thousand, the first tells that some wait."""
        return filter(self.admission.is_within_reach, self.admission.queue.runs())

    def _call_one(self) -> bool:
        """Whether one left the queue."""
        try:
            slot = self.admission.slot()
        except OSError:  # as long as the disk is full, nobody begins
            return False
        if slot is None:
            return False
        try:
            return any(self._has_left(run_id, slot) for run_id in self._waiting())
        finally:
            os.close(slot)

    def _has_left(self, run_id: RunId, slot: int) -> bool:
        """Also no where the system refuses: it waits on, and holds up nobody."""
        try:
            return self._call(run_id, slot)
        except OSError:
            return False

    def _call(self, run_id: RunId, slot: int) -> bool:
        folder = RunFolder(self.admission.runs / run_id)
        if not folder.path.is_dir():
            return self.admission.queue.leave(run_id)
        if (held := lock.take(folder.lock)) is None:
            return False  # somebody else begins or cancels it just now
        try:
            if _has_ended(folder):
                return self.admission.queue.leave(run_id)
            return self.admission.queue.place_of(run_id) is not None and self._begin(
                run_id, folder, held, slot
            )
        finally:
            os.close(held)

    def _begin(self, run_id: RunId, folder: RunFolder, held: int, slot: int) -> bool:
        """Its supervisor takes it out of the queue, before anything reaches opencode."""
        try:
            facts = folder.read()
        except (OSError, ValueError) as error:
            return self._write_off(run_id, folder, _why_illegible(error))
        try:
            order = self.admit(facts.order)
        except _NOT_YET:
            return False
        except KugetsuError as error:
            return self._write_off(run_id, folder, error.message)
        with folder.open_supervisor_log() as log:
            folder.write(replace(facts, order=order))
            note(folder, Begun())
            launch([*self.supervisor, str(folder.path), str(held)], hand_on=(held, slot), log=log)
        return True

    def _write_off(self, run_id: RunId, folder: RunFolder, why: str) -> bool:
        reason = f"not begun: {why}"
        end = RunEnd(outcome=RunOutcome.FAILED, at=datetime.now(UTC), reason=reason)
        note(folder, Ended(end))
        return self.admission.queue.leave(run_id)


def _has_ended(folder: RunFolder) -> bool:
    """As far as its journal can be read; its supervisor fails in words where it cannot."""
    try:
        return recorded_end(folder) is not None
    except OSError:
        return False


def _why_illegible(error: OSError | ValueError) -> str:
    return in_words(error) if isinstance(error, OSError) else f"run.json: {error}"
