"""Who may begin: as many runs at once as there are slots; the others wait in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.place import Distance, distance, here
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.refusal import in_words
from kugetsu_tui.runs.slots import take_slot


@frozen
class Admission:
    """The slots and the queue of one store's runs."""

    runs: Path
    """The folder that holds the runs."""
    queue: RunQueue
    slots: Callable[[], int]
    """How many runs may be at work at once."""
    usher: Sequence[str]
    """The usher's command line; the folder of the runs and its lock's descriptor are added."""

    def slot(self) -> int | None:
        """The descriptor of a free slot; nothing while all are held. Raises `OSError`."""
        return take_slot(self.runs / "slots", self.slots())

    def slot_of_a_newcomer(self) -> int | None:
        """As `slot`, but nothing where others wait already. Raises `OSError`."""
        return None if self.queue.runs() else self.slot()

    def ensure_usher(self) -> None:
        """Where runs of this place wait, have somebody call them.

        Raises:
            EnvironmentUnfitError: that process cannot be started.
            CannotSaveError: its lock cannot be made.
        """
        if not self.queue.runs() or not self._is_free():
            return
        try:
            self._start_usher()
        except OSError as error:
            raise CannotSaveError(f"the queue: {in_words(error)}") from error

    def awaits_call(self, run_id: RunId) -> bool:
        """Whether the run waits; then there is somebody who calls it. Raises as `ensure_usher`."""
        if self.queue.place_of(run_id) is None:
            return False
        self.ensure_usher()
        return True

    def is_within_reach(self, run_id: RunId) -> bool:
        """Its directory is on this machine; what waits in another container begins there."""
        try:
            place = RunFolder(self.runs / run_id).read().place
        except (OSError, ValueError):
            return True  # to be called, and to fail in words
        return distance(place, here()) is not Distance.ELSEWHERE

    def _is_free(self) -> bool:
        return lock.probe(self.queue.usher_lock).state is not lock.LockState.HELD

    def _start_usher(self) -> None:
        from kugetsu_tui.runs.launch import launch  # noqa: PLC0415 - not for a list

        if not any(map(self.is_within_reach, self.queue.runs())):
            return
        if (descriptor := lock.take(self.queue.usher_lock)) is None:
            return
        try:
            argv = [*self.usher, str(self.runs), str(descriptor)]
            with Path(os.devnull).open("wb") as nowhere:
                launch(argv, hand_on=(descriptor,), log=nowhere)
        except OSError as error:
            raise EnvironmentUnfitError(
                f"who calls the runs that wait cannot be started: {error.strerror}", changed=True
            ) from error
        finally:
            os.close(descriptor)
