"""The runs of one store."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.errors import (
    BusyError,
    CannotSaveError,
    ConflictError,
    EnvironmentUnfitError,
    NotFoundError,
    UsageError,
)
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOrder, RunSeen, RunVerb
from kugetsu_tui.domain.run_event import Journalled
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.housekeeping import discard, erase, is_run_id, leftovers, runs_of
from kugetsu_tui.runs.journal import read_journal
from kugetsu_tui.runs.lock import LockState, probe
from kugetsu_tui.runs.notes import asks_kept, leave_answer
from kugetsu_tui.runs.pace import StopPace
from kugetsu_tui.runs.place import here
from kugetsu_tui.runs.private_file import open_regular, read_regular
from kugetsu_tui.runs.process_table import look_at
from kugetsu_tui.runs.refusal import in_words
from kugetsu_tui.runs.reservation import Reservation, follow_again
from kugetsu_tui.runs.screens import sessions_at_work
from kugetsu_tui.runs.shared import Nobody, Shared
from kugetsu_tui.runs.sight import issue_of, look_into, session_of

_LOG_SHOWN = 64 * 1024
"""Bytes of a log that are shown: its end."""


@frozen
class FolderRuns:
    """Each run is a folder; nothing else is remembered."""

    path: Path
    """Of the folder that holds them."""
    supervisor: Sequence[str]
    """The supervisor's command line; a run's folder and its lock's descriptor are added to it."""
    admission: Admission
    stop_pace: StopPace = field(default_factory=StopPace)
    shared: Shared = field(default_factory=Nobody)
    """The server that runs are given to."""

    def new_id(self) -> RunId:
        """Sorts by time, to the second."""
        return RunId(f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.urandom(3).hex()}")

    @contextmanager
    def reserve(self, order: RunOrder, message: str | None) -> Iterator[Reservation]:
        """Make the run's folder and take its lock.

        Leaving the block unlaunched removes both; leaving it settled keeps the folder.

        Raises:
            UsageError: the message holds half a character, which no encoding can carry.
            CannotSaveError: the folder cannot be made; nothing is left of it.
        """
        holder = look_at(os.getpid()) if order.verb is RunVerb.RESUME else None
        facts = RunFacts(order=order, place=here(), supervisor=holder)
        try:
            prompt = None if message is None else message.encode(errors="surrogateescape")
            folder, lock = RunFolder.create(self.path / order.run_id, facts, prompt)
        except UnicodeEncodeError as error:
            raise UsageError("message: holds half a character (a lone surrogate)") from error
        except OSError as error:
            words = f"{order.verb}: {in_words(error)}; nothing was changed"
            raise CannotSaveError(words) from error
        reservation = Reservation(
            order.run_id, folder, lock, self.supervisor, self.shared, self.admission
        )
        try:
            yield reservation
        finally:
            reservation.close()

    def seen(self, run_id: RunId) -> RunSeen | None:
        """What is there of the run now; nothing where its folder is gone."""
        if (folder := self._folder(run_id)) is None:
            return None
        return look_into(folder, place_of=self.admission.queue.place_of, shared=self.shared)

    def session_of(self, run_id: RunId) -> SessionId | None:
        """The session that opencode named for the run, as far as its folder knows."""
        folder = self._folder(run_id)
        return None if folder is None else session_of(folder)

    def history(self, issue_ref: str | None) -> Sequence[RunSeen]:
        """All runs of an issue, or of the base, the newest first; one without facts is nobody's.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        return self.survey(issue_ref)[0]

    def survey(self, issue_ref: str | None) -> tuple[Sequence[RunSeen], Sequence[RunId]]:
        """As `history`, and beside it the runs that do not tell whose they are.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        mine, illegible = runs_of(issue_ref, self.path)
        seen = [self.seen(RunId(folder.path.name)) for folder in mine]
        return [run for run in seen if run is not None], illegible

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        """The run's events.

        Following yields `None` while there is nothing new, 20 times a second; it ends with the
        run, or when the run's supervisor has died. Of one that waits, the queue is tended.

        Raises:
            NotFoundError: nothing is kept of the run.
            EnvironmentUnfitError, CannotSaveError: as `tend_queue`; the run still waits.
        """
        folder = self._require(run_id)
        try:
            yield from read_journal(
                folder, follow=follow, waits=lambda: self.admission.awaits_call(run_id)
            )
        except OSError as error:
            raise NotFoundError(f"run {run_id}: its journal: {error.strerror}") from error

    def log(self, run_id: RunId) -> str:
        """The end of what opencode wrote on stderr; below it, what its supervisor complained of."""
        folder = self._require(run_id)
        said, complaints = _tail(folder.stderr), _tail(folder.supervisor_log)
        return f"{said}\n[kugetsu's supervisor]\n{complaints}" if complaints else said

    def message(self, run_id: RunId) -> str:
        """The prompt of the run; empty where it is not kept.

        Raises:
            EnvironmentUnfitError: it is kept, and cannot be read.
        """
        path = self._require(run_id).message
        try:
            return read_regular(path).decode(errors="surrogateescape")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise EnvironmentUnfitError(
                f"{path}: cannot be read: {error.strerror}", hint=f"ls -l {quote(str(path))}"
            ) from error

    def stop(self, run_id: RunId) -> RunEnd:
        """End the run and everything it started; returns its end.

        Raises:
            NotFoundError: nothing is kept of the run.
            ConflictError: nothing is at work on it any more.
            BusyError: it is out of reach: elsewhere, or open in opencode's own screen.
            RunFailedError: something it started outlives SIGKILL.
        """
        from kugetsu_tui.runs.stopping import StopRun  # noqa: PLC0415 - who lists ends nothing

        folder, run = self._require(run_id), self.seen(run_id)
        if run is None or run.liveness is Liveness.GONE:
            if run is not None and run.end is not None:
                return run.end
            raise ConflictError(f"stop: nothing is at work on run {run_id} any more")
        if run.liveness is Liveness.ELSEWHERE:
            raise BusyError(f"stop: run {run_id} is at work on {run.host}", hint="stop it there")
        if run.order.verb is RunVerb.RESUME and run.liveness is Liveness.WATCHED:
            raise BusyError("stop: open in opencode's own screen", hint="leave it there")
        is_waiting = run.liveness is Liveness.QUEUED
        queue = self.admission.queue
        return StopRun(folder, run_id, self.stop_pace, self.shared, queue, is_waiting)()

    def queue(self) -> Mapping[RunId, str | None]:
        """The runs that wait for their turn, in order, and the issue of each that tells it.

        Raises:
            EnvironmentUnfitError: it cannot be told who waits.
        """
        waiting = {run_id: self._folder(run_id) for run_id in self.admission.queue.runs()}
        return {run_id: issue_of(folder) for run_id, folder in waiting.items() if folder}

    def tend_queue(self) -> None:
        """See to it that those who wait are called.

        Raises:
            EnvironmentUnfitError: it cannot be told who waits, or who calls cannot be started.
            CannotSaveError: its lock cannot be made.
        """
        self.admission.ensure_usher()

    def open_elsewhere(self) -> Collection[SessionId]:
        """Sessions that an opencode names in its arguments which no run of this store started."""
        return frozenset(
            session_id
            for session_id, run_id in sessions_at_work()
            if self._folder(RunId(run_id)) is None
        )

    def answer(self, run_id: RunId, ask: Ask, decision: Decision, *, by: str) -> None:
        """Have what it asks answered; returns once opencode has been told.

        Raises:
            NotFoundError: nothing is kept of the run.
            ConflictError: it is no longer asked.
            BusyError: somebody else is answering, or its supervisor does not come to it.
            RunFailedError: the supervisor has died, and the server does nothing for the run.
            CannotSaveError, EnvironmentUnfitError: another one cannot be started in its place.
        """
        folder = self._require(run_id)
        if ask.id not in {pending.id for pending in asks_kept(folder).asks}:
            raise ConflictError("answer: it is no longer asked; somebody else has answered it")
        follow_again(folder, self.supervisor, self.shared, self.admission)
        author = f"{by} (process {os.getpid()})"
        leave_answer(folder, ask, decision, by=author, patience=self.stop_pace.supervisor)

    def leftovers(self) -> Sequence[str]:
        """Runs whose starter was killed while it made their folder.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        return leftovers(self.path)

    def discard(self, leftover: str) -> None:
        """Move what is left of such a run to the trash.

        Raises:
            ConflictError: it is no leftover any more.
            CannotSaveError: the system refuses.
        """
        discard(self.path, RunId(leftover), self._trash)

    def forget(self, issue_ref: str, *, keep: int = 0) -> tuple[int, Sequence[RunId]]:
        """Erase the issue's runs that are over, in the trash too.

        Args:
            issue_ref: the index key.
            keep: how many of them stay, the newest.

        Returns:
            How many were erased; and the runs of which nobody can say whose they are.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are; nothing was erased.
            CannotSaveError: the system refuses.
        """
        mine, illegible = runs_of(issue_ref, self.path)
        discarded, others = runs_of(issue_ref, self._trash)
        over = [folder for folder in mine if not self._is_at_work(folder)][keep:]
        found = (*over, *discarded)
        doomed = [folder for folder in found if probe(folder.lock).state is not LockState.HELD]
        for folder in doomed:
            erase(folder)
        return len(doomed), [*illegible, *others]

    def _is_at_work(self, folder: RunFolder) -> bool:
        run = self.seen(RunId(folder.path.name))
        return run is not None and run.is_at_work

    @property
    def _trash(self) -> Path:
        """The store's."""
        return self.path.with_name("trash")

    def version(self) -> int:
        """Differs whenever a run began, said something or ended."""
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return 0

    def _folder(self, run_id: RunId) -> RunFolder | None:
        """Nothing where it is gone, or where the id, which a record may hold, is none of ours."""
        path = self.path / run_id
        return RunFolder(path) if is_run_id(run_id) and _may_be_there(path) else None

    def _require(self, run_id: RunId) -> RunFolder:
        if (folder := self._folder(run_id)) is None:
            raise NotFoundError(f"run {run_id}: nothing is kept of it")
        return folder


def _may_be_there(path: Path) -> bool:
    """Also where it cannot be looked at: that makes a run unknown, and not gone."""
    try:
        return path.is_dir()
    except OSError:
        return True


def _tail(path: Path) -> str:
    try:
        with open_regular(path) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LOG_SHOWN))
            return file.read(_LOG_SHOWN).decode(errors="replace")
    except OSError:
        return ""
