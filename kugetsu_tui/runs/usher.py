"""Calls the runs that wait: the first that may begin, whenever a slot is free."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from kugetsu_tui.domain.errors import BusyError, DamagedError, KugetsuError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.run import RunEnd, RunOrder, RunOutcome
from kugetsu_tui.domain.run_event import Begun, Ended
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import note, recorded_end
from kugetsu_tui.runs.launch import launch
from kugetsu_tui.runs.refusal import in_words

Admit: TypeAlias = Callable[[RunOrder], RunOrder]
"""Make the run the one at work on its session; returns the order as it is to be carried out.

`BusyError`: not yet. Any other `KugetsuError`: never, and why."""

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
            OSError: the folder of the runs cannot be read or written.
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
        if (slot := self.admission.slot()) is None:
            return False
        try:
            return any(self._call(run_id, slot) for run_id in self._waiting())
        finally:
            os.close(slot)

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
            facts = _facts(folder)
            order = self.admit(facts.order)
        except BusyError:
            return False
        except KugetsuError as error:
            return _write_off(folder, error) and self.admission.queue.leave(run_id)
        folder.write(replace(facts, order=order))
        note(folder, Begun())
        with folder.open_supervisor_log() as log:
            launch([*self.supervisor, str(folder.path), str(held)], hand_on=(held, slot), log=log)
        return True


def _has_ended(folder: RunFolder) -> bool:
    """As far as its journal can be read; its supervisor fails in words where it cannot."""
    try:
        return recorded_end(folder) is not None
    except OSError:
        return False


def _facts(folder: RunFolder) -> RunFacts:
    """What is to be done.

    Raises:
        DamagedError: that cannot be read, or not understood; the others need not wait for it.
    """
    try:
        return folder.read()
    except OSError as error:
        raise DamagedError(in_words(error)) from error
    except ValueError as error:
        raise DamagedError(f"run.json: {error}") from error


def _write_off(folder: RunFolder, error: KugetsuError) -> bool:
    """Note its end, and why; false where that cannot be: it waits on, and holds up nobody."""
    reason = f"not begun: {error.message}"
    try:
        note(folder, Ended(RunEnd(outcome=RunOutcome.FAILED, at=datetime.now(UTC), reason=reason)))
    except OSError:
        return False
    return True
