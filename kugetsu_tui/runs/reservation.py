"""A run that has its folder and its lock, before a supervisor has them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError, KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunEnd, RunVerb
from kugetsu_tui.domain.run_event import Ended, Journalled, Queued, RunEvent
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import Journal, recorded_end
from kugetsu_tui.runs.lock import LockState, probe, take
from kugetsu_tui.runs.refusal import in_words
from kugetsu_tui.runs.shared import Shared, served_session


class Reservation:
    def __init__(
        self,
        run_id: RunId,
        folder: RunFolder,
        lock: int,
        supervisor: Sequence[str],
        shared: Shared,
        admission: Admission,
    ) -> None:
        """Take charge of the folder and the descriptor.

        Args:
            run_id: the run.
            folder: of the run.
            lock: the descriptor that holds the run's lock.
            supervisor: its command line, but for the folder and the descriptor.
            shared: the server that runs are given to.
            admission: tells whether there is a slot for it.
        """
        self.run_id = run_id
        self.folder = folder
        self.lock: int | None = lock
        """While it is ours."""
        self.supervisor = supervisor
        self.shared = shared
        self.admission = admission
        self.is_begun = False
        """The folder stays."""

    def launch(self) -> bool:
        """Hand the lock to a supervisor process of its own, or wait in the queue for a slot.

        Returns:
            Whether it has begun.

        Raises:
            EnvironmentUnfitError: the supervisor cannot be started.
            CannotSaveError: the folder of the runs cannot be written.
        """
        with _once_it_shows():
            try:
                slot = self.admission.slot_of_a_newcomer()
            except OSError as error:
                raise CannotSaveError(f"slots: {in_words(error)}") from error
            if slot is None:
                self.enqueue()
                return False
            try:
                self._hand_over(slot)
            finally:
                _close(slot)
        return True

    def enqueue(self) -> None:
        """Wait in the queue, without a process.

        Raises:
            EnvironmentUnfitError: who calls those that wait cannot be started.
            CannotSaveError: the folder of the runs cannot be written.
        """
        self._note(Queued())
        try:
            self.admission.queue.join(self.run_id)
        except OSError as error:
            raise CannotSaveError(f"the queue: {in_words(error)}") from error
        self.is_begun = True
        self._let_go()
        with _once_it_shows():
            self.admission.ensure_usher()

    def _hand_over(self, *slot: int) -> None:
        from kugetsu_tui.runs.launch import launch  # noqa: PLC0415 - not for a list

        if self.lock is None:
            raise ValueError("a run is launched once")
        try:
            argv = [*self.supervisor, str(self.folder.path), str(self.lock)]
            with self.folder.open_supervisor_log() as log:
                launch(argv, hand_on=(self.lock, *slot), log=log)
        except OSError as error:
            raise EnvironmentUnfitError(
                f"the run's supervisor cannot be started: {error.strerror}", changed=True
            ) from error
        self.is_begun = True
        self._let_go()

    def follow_on(self) -> bool:
        """Where a server still works on its session, hand the lock to a supervisor that listens.

        From then on it is a turn like any other that was sent, whatever it was before.

        Raises:
            EnvironmentUnfitError: the supervisor cannot be started.
        """
        try:
            facts = self.folder.read()
            session_id = served_session(facts)
            if session_id is None:
                return False
            if not self.shared.is_at_work(session_id, facts.order.directory):
                return False
            order = replace(facts.order, verb=RunVerb.CONTINUE, session_id=session_id, is_sent=True)
            self.folder.write(replace(facts, order=order))
        except (KugetsuError, OSError, ValueError):
            return False  # what it does shows when the server can be asked again
        self._hand_over()
        return True

    def settle(self, end: RunEnd) -> None:
        """Write the end of a run that had no supervisor.

        Raises:
            CannotSaveError: the journal did not take it.
        """
        self.is_begun = True
        with _once_it_shows():
            self._note(Ended(end))

    def _note(self, event: RunEvent) -> None:
        try:
            with Journal(self.folder) as journal:
                journal.write(Journalled(datetime.now(UTC), event))
        except OSError as error:
            raise CannotSaveError(f"run {self.run_id}: {in_words(error)}") from error

    def close(self) -> None:
        """Let go of the lock; of a run that has not begun nothing is left."""
        with suppress(OSError):  # why it did not begin is what is told, and what counts
            if not self.is_begun:
                self.folder.remove()
        self._let_go()

    def _let_go(self) -> None:
        if self.lock is not None:
            _close(self.lock)
            self.lock = None


def follow_again(
    folder: RunFolder, supervisor: Sequence[str], shared: Shared, admission: Admission
) -> None:
    """Have a run whose supervisor was killed followed by another, where a server still works on it.

    Raises:
        CannotSaveError: its lock cannot be taken, or its journal cannot be read.
        EnvironmentUnfitError: the supervisor cannot be started.
    """
    if probe(folder.lock).state is not LockState.FREE:
        return
    try:
        if (lock := take(folder.lock)) is None:
            return
        run = Reservation(RunId(folder.path.name), folder, lock, supervisor, shared, admission)
        run.is_begun = True
        try:
            if recorded_end(folder) is None:
                run.follow_on()
        finally:
            run.close()
    except OSError as error:
        raise CannotSaveError(f"run {folder.path.name}: {in_words(error)}") from error


def _close(descriptor: int) -> None:
    with suppress(OSError):  # close(2): the descriptor, and the lock with it, is gone even so
        os.close(descriptor)


@contextmanager
def _once_it_shows() -> Iterator[None]:
    """By then, the issue's record tells of the run, or the queue does."""
    try:
        yield
    except KugetsuError as error:
        error.changed = True
        raise
