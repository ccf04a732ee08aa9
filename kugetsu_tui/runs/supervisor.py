"""The process that sees one run through: it hears what opencode does, notes it, and judges."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.run import RunEnd, RunOrder, RunOutcome
from kugetsu_tui.domain.run_event import Ended, SessionNamed
from kugetsu_tui.domain.verdict import judge
from kugetsu_tui.runs.alarm import Alarm
from kugetsu_tui.runs.ask_desk import AskDesk
from kugetsu_tui.runs.bookkeeping import Bookkeeping, Settle
from kugetsu_tui.runs.capped_log import CappedLog
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import Journal
from kugetsu_tui.runs.testimony import Testimony
from kugetsu_tui.runs.turn import Turn
from kugetsu_tui.runs.vital_signs import Pulse, Signs, VitalSigns
from kugetsu_tui.runs.watchdog import overdue
from kugetsu_tui.runs.witness import Witness

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


_DEFAULT_PACE = Pace()


def supervise(
    folder: RunFolder,
    lock: int,
    turn: Turn,
    *,
    alarm: Alarm,
    signs: Signs,
    settle: Settle,
    began: float,
    pace: Pace = _DEFAULT_PACE,
) -> RunEnd:
    """See the run through. The caller's process ends with it, which frees the lock.

    Args:
        folder: of the run.
        lock: the inherited descriptor that holds the run's lock.
        turn: what opencode does for it.
        alarm: rings where somebody asks for its end.
        signs: opencode's database.
        settle: brings the record up to date.
        began: when it began, by the monotonic clock: what was waited for before the turn counts.
        pace: how often, and how long.

    Raises:
        OSError: the run's own files cannot be opened.
        ValueError: its order cannot be understood.
    """
    facts = folder.read()
    with Journal(folder) as journal, CappedLog(folder.stderr, cap=_LOG_CAP) as log:
        vital_signs = VitalSigns(signs, facts.order.placed_at)
        works_elsewhere = partial(vital_signs.works_elsewhere, directory=facts.order.directory)
        testimony = Testimony(facts.order, journal, _now, works_elsewhere)
        asks = AskDesk(folder, is_auto=facts.order.is_auto)
        supervision = _Supervision(
            folder=folder,
            order=facts.order,
            alarm=alarm,
            books=Bookkeeping(folder, facts, settle, again_after=pace.settle_again),
            testimony=testimony,
            asks=asks,
            witness=Witness(testimony, asks, log, lock),
            vital_signs=vital_signs,
            pace=pace,
            began=began,
        )
        return supervision.run(turn)


@frozen
class _Cut:
    """Why opencode is ended from here."""

    outcome: RunOutcome | None
    """None: its turn had ended, and is judged as if it had exited."""
    reason: str


@dataclass(slots=True, kw_only=True)
class _Supervision:
    folder: RunFolder
    order: RunOrder
    alarm: Alarm
    books: Bookkeeping
    testimony: Testimony
    asks: AskDesk
    witness: Witness
    vital_signs: VitalSigns
    pace: Pace
    began: float
    asked_at: float = field(default_factory=time.monotonic)
    finished_at: float | None = None
    """When the database was first heard to say that the turn has ended, and nothing since."""

    def run(self, turn: Turn) -> RunEnd:
        self.books.keep_processes(turn.process)
        turn.begin(self.witness)
        cut = self._watch(turn)
        survivors = turn.end(is_cut=cut is not None)
        return self._conclude(self._end(turn, cut, survivors))

    def _watch(self, turn: Turn) -> _Cut | None:
        """Listen until the turn has ended, or has to be ended."""
        while turn.is_running:
            if (cut := self._cut()) is not None:
                return cut
            turn.listen(self.pace.tick)
            for replied in self.asks.settle(turn.answer):
                self.witness.hear(replied)
            self._ask_database()
            if (session_id := self.testimony.session_id) is not None:
                self.books.keep_session(session_id)
        return None

    def _cut(self) -> _Cut | None:
        if self.alarm.is_rung:
            return self._asked_to_end()
        now = time.monotonic()
        if self._has_lingered(now):
            return _Cut(None, "opencode did not exit by itself")
        reason = overdue(
            self.order,
            age=now - self.began,
            quiet=0.0 if self.asks.is_waiting else now - self.witness.last_sign,
            is_named=self.testimony.session_id is not None,
        )
        return _Cut(RunOutcome.TIMED_OUT, reason) if reason else None

    def _has_lingered(self, now: float) -> bool:
        """Nothing came since the turn was found at its end."""
        if self.finished_at is not None and self.witness.last_news > self.finished_at:
            self.finished_at = None
        return self.finished_at is not None and now - self.finished_at >= self.pace.linger

    def _asked_to_end(self) -> _Cut:
        word = self.folder.word_to_stop()
        if word is not None or self.alarm.is_request:
            return _Cut(RunOutcome.STOPPED, word or "stopped on request")
        return _Cut(RunOutcome.INTERRUPTED, "its supervisor was told to end (SIGTERM)")

    def _end(self, turn: Turn, cut: _Cut | None, survivors: str) -> RunEnd:
        if cut is not None and cut.outcome is not None:
            reason = "; ".join(filter(None, (cut.reason, survivors)))
            return RunEnd(outcome=cut.outcome, at=_now(), reason=reason)
        end = self._verdict(turn, is_cut=cut is not None)
        if turn.mishap is not None and end.outcome is not RunOutcome.ANSWERED:
            end = replace(end, outcome=turn.mishap.outcome, reason=turn.mishap.reason)
        notes = (end.reason, cut.reason if cut else "", survivors)
        return replace(end, reason="; ".join(filter(None, notes)))

    def _verdict(self, turn: Turn, *, is_cut: bool) -> RunEnd:
        session_id = self.testimony.known_session
        return judge(
            self.testimony.evidence,
            self.vital_signs.last_turn(session_id) if session_id else None,
            at=_now(),
            exit_status=None if is_cut else turn.exit_status,
            signal=None if is_cut else turn.signal,
        )

    def _ask_database(self) -> None:
        now = time.monotonic()
        session_id = self.testimony.known_session
        is_early = now - max(self.witness.last_news, self.asked_at) < self.pace.ask_every
        if session_id is None or is_early:
            return
        self.asked_at = now
        pulse = self.vital_signs.pulse(session_id)
        if pulse is Pulse.FINISHED and self.finished_at is None:
            self.finished_at = now
        if pulse in {Pulse.NEWS, Pulse.AT_WORK}:
            self.witness.note_sign(is_news=True)
        if pulse is Pulse.NEWS:
            self.testimony.hear(SessionNamed(session_id))

    def _conclude(self, end: RunEnd) -> RunEnd:
        self.books.note_session(self.testimony.session_id)
        self.witness.hear(Ended(end))
        self.books.keep_end(self.testimony.session_id, end)
        return end


def _now() -> datetime:
    return datetime.now(UTC)
