"""The process that sees one run through: it feeds opencode, writes down what comes, and judges."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.run import Ended, RunEnd, RunOrder, RunOutcome, SessionNamed
from kugetsu_tui.domain.verdict import judge
from kugetsu_tui.runs.bookkeeping import Bookkeeping, Settle
from kugetsu_tui.runs.capped_log import CappedLog
from kugetsu_tui.runs.child import Child, NotStarted
from kugetsu_tui.runs.ending import GRACE, end_all
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.hearing import Hearing, Understanding
from kugetsu_tui.runs.journal import Journal
from kugetsu_tui.runs.testimony import Testimony
from kugetsu_tui.runs.vital_signs import Pulse, Signs, VitalSigns
from kugetsu_tui.runs.watchdog import overdue

_LOG_CAP = 8 * 1024 * 1024
"""Bytes of stderr that are kept."""


@frozen(kw_only=True)
class Pace:
    """How often, and how long; in seconds."""

    tick: float = 0.5
    """Between two looks at the clock."""
    ask_every: float = 2.0
    """Between two questions to the database, asked while opencode prints nothing."""
    linger: float = 10.0
    """That opencode may take to exit once its turn has ended."""
    settle_again: float = 5.0
    """Until a store that refused is tried again."""
    grace: float = GRACE
    drain: float = 2.0
    """For reading what opencode left in its pipes."""


_DEFAULT_PACE = Pace()


def supervise(
    folder: RunFolder,
    lock: int,
    opencode: Child | NotStarted,
    *,
    understanding: Understanding,
    signs: Signs,
    settle: Settle,
    pace: Pace = _DEFAULT_PACE,
) -> RunEnd:
    """See the run through. The caller's process ends with it, which frees the lock.

    What opencode leaves running when it exits by itself is left alone, as in a terminal: a
    development server may be what was asked for. Where it is killed, or ended from here, everything
    it started goes too: nobody reads its output any more.

    Args:
        folder: of the run.
        lock: the inherited descriptor that holds the run's lock.
        opencode: just started.
        understanding: what its lines mean.
        signs: its database.
        settle: brings the record up to date.
        pace: how often, and how long.

    Raises:
        OSError: the run's own files cannot be opened.
        ValueError: its order cannot be understood.
    """
    facts = folder.read()
    with Journal(folder) as journal, CappedLog(folder.stderr, cap=_LOG_CAP) as log:
        testimony = Testimony(facts.order, journal, _now)
        supervision = _Supervision(
            folder=folder,
            lock=lock,
            order=facts.order,
            books=Bookkeeping(folder, facts, settle, again_after=pace.settle_again),
            testimony=testimony,
            hearing=Hearing(understanding, testimony, log),
            vital_signs=VitalSigns(signs, facts.order.placed_at),
            pace=pace,
        )
        return supervision.run(opencode)


@frozen
class _Cut:
    """Why opencode is ended from here."""

    outcome: RunOutcome | None
    """None: its turn had ended, and is judged as if it had exited."""
    reason: str


@dataclass(slots=True, kw_only=True)
class _Supervision:
    folder: RunFolder
    lock: int
    order: RunOrder
    books: Bookkeeping
    testimony: Testimony
    hearing: Hearing
    vital_signs: VitalSigns
    pace: Pace
    began: float = field(default_factory=time.monotonic)
    last_sign: float = 0.0
    """Anything that shows it alive."""
    last_news: float = 0.0
    """The last of what takes a turn further: log lines do not count."""
    asked_at: float = 0.0
    finished_at: float | None = None
    """When the database was first heard to say that its turn has ended, and nothing since."""

    def run(self, child: Child | NotStarted) -> RunEnd:
        if isinstance(child, NotStarted):
            end = RunEnd(outcome=RunOutcome.FAILED, at=_now(), reason=child.reason)
            return self._conclude(end)
        self.books.keep_processes(child.pid)
        child.hand_over(output=self._take_output, log=self._take_log)
        self.last_sign = self.last_news = self.asked_at = self.began
        cut = self._watch(child)
        survivors = self._end_all() if cut or child.signal else ""
        child.drain(self.pace.drain)
        return self._conclude(self._end(child, cut, survivors))

    def _watch(self, child: Child) -> _Cut | None:
        """Listen until opencode has exited, or has to be ended."""
        while child.is_running:
            child.listen(self.pace.tick)
            self._ask_database()
            if (session_id := self.testimony.session_id) is not None:
                self.books.keep_session(session_id)
            if (cut := self._cut(child)) is not None and child.is_running:
                return cut
        return None

    def _cut(self, child: Child) -> _Cut | None:
        if child.is_unwanted:
            return self._asked_to_end()
        now = time.monotonic()
        if self.finished_at is not None and now - self.finished_at >= self.pace.linger:
            return _Cut(None, "opencode did not exit by itself")
        reason = overdue(
            self.order,
            age=now - self.began,
            quiet=now - self.last_sign,
            is_named=self.testimony.session_id is not None,
        )
        return _Cut(RunOutcome.TIMED_OUT, reason) if reason else None

    def _asked_to_end(self) -> _Cut:
        try:
            return _Cut(RunOutcome.STOPPED, self.folder.stop.read_text(encoding="utf-8").strip())
        except FileNotFoundError:
            return _Cut(RunOutcome.INTERRUPTED, "its supervisor was told to end (SIGTERM)")

    def _end_all(self) -> str:
        """End opencode and what it started; says what could not be ended."""
        roots = [self.books.opencode] if self.books.opencode else []
        try:
            survivors = end_all(roots, run_id=self.order.run_id, grace=self.pace.grace)
        except EnvironmentUnfitError as error:
            return error.message
        if not survivors:
            return ""
        return f"still running: {', '.join(str(process.pid) for process in survivors)}"

    def _end(self, child: Child, cut: _Cut | None, survivors: str) -> RunEnd:
        if cut is not None and cut.outcome is not None:
            reason = "; ".join(filter(None, (cut.reason, survivors)))
            return RunEnd(outcome=cut.outcome, at=_now(), reason=reason)
        session_id = self.testimony.known_session
        end = judge(
            self.testimony.evidence,
            self.vital_signs.last_turn(session_id) if session_id else None,
            at=_now(),
            exit_status=None if cut else child.exit_status,
            signal=None if cut else child.signal,
        )
        notes = (end.reason, cut.reason if cut else "", survivors)
        return replace(end, reason="; ".join(filter(None, notes)))

    def _take_output(self, chunk: bytes) -> None:
        self._note_sign(is_news=True)
        self.hearing.take_output(chunk)

    def _take_log(self, chunk: bytes) -> None:
        self._note_sign(is_news=False)
        self.hearing.take_log(chunk)

    def _note_sign(self, *, is_news: bool) -> None:
        """Also for the eyes of others: the time of the lock file is that of the last sign."""
        self.last_sign = time.monotonic()
        if is_news:
            self.last_news = self.last_sign
            self.finished_at = None
        with suppress(OSError):  # a disk that became read-only shows an older sign
            os.utime(self.lock)

    def _ask_database(self) -> None:
        now = time.monotonic()
        session_id = self.testimony.known_session
        is_early = now - max(self.last_news, self.asked_at) < self.pace.ask_every
        if session_id is None or is_early:
            return
        self.asked_at = now
        pulse = self.vital_signs.pulse(session_id)
        if pulse is Pulse.FINISHED and self.finished_at is None:
            self.finished_at = now
        if pulse in {Pulse.NEWS, Pulse.AT_WORK}:
            self._note_sign(is_news=True)
        if pulse is Pulse.NEWS:
            self.testimony.hear(SessionNamed(session_id))

    def _conclude(self, end: RunEnd) -> RunEnd:
        self.books.note_session(self.testimony.session_id)
        self.testimony.hear(Ended(end))
        self.books.keep_end(self.testimony.session_id, end)
        return end


def _now() -> datetime:
    return datetime.now(UTC)
