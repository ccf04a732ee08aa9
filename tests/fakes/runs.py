"""Runs without processes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.errors import (
    ConflictError,
    KugetsuError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Engine, Liveness, RunEnd, RunOrder, RunOutcome, RunSeen, RunVerb
from kugetsu_tui.domain.run_event import Journalled
from kugetsu_tui.domain.session import RunId, SessionId
from tests.fakes.clock import NOW, FakeClock


@dataclass
class FakeRuns:
    """Runs without processes; a test says what becomes of them."""

    clock: FakeClock = field(default_factory=FakeClock)
    known: dict[RunId, RunSeen] = field(default_factory=dict)
    messages: dict[RunId, str] = field(default_factory=dict)
    journals: dict[RunId, Sequence[Journalled | None]] = field(default_factory=dict)
    logs: dict[RunId, str] = field(default_factory=dict)
    named: int = 0
    """How many runs were given an id."""
    launched: list[RunOrder] = field(default_factory=list)
    stopped: list[RunId] = field(default_factory=list)
    answered: list[tuple[Ask, Decision, str]] = field(default_factory=list)
    screens: set[SessionId] = field(default_factory=set)
    """Sessions open in an opencode that is not ours."""
    waiting: list[RunId] = field(default_factory=list)
    is_full: bool = False
    """No slot is free."""
    is_tended: bool = False
    at_launch: Callable[[RunOrder], None] = lambda _: None
    unstoppable: KugetsuError | None = None
    illegible: list[RunId] = field(default_factory=list)
    """Runs that do not tell whose they are."""
    unbegun: list[str] = field(default_factory=list)
    """Folders of runs whose starter was killed while making them."""
    goes_on: bool = False
    """A server is still at work when its screen is closed."""

    @contextmanager
    def reserve(self, order: RunOrder, message: str | None) -> Iterator[FakeReservedRun]:
        run = FakeReservedRun(self, order)
        self.known[order.run_id] = RunSeen(
            order=order,
            liveness=Liveness.WATCHED,
            session_id=None,
            last_sign=order.placed_at,
        )
        self.messages[order.run_id] = message or ""
        try:
            yield run
        finally:
            if not run.is_kept:
                del self.known[order.run_id], self.messages[order.run_id]

    def new_id(self) -> RunId:
        self.named += 1
        return RunId(f"run-{self.named}")

    def seen(self, run_id: RunId) -> RunSeen | None:
        return self.known.get(run_id)

    def session_of(self, run_id: RunId) -> SessionId | None:
        run = self.known.get(run_id)
        return run.session_id if run else None

    def history(self, issue_ref: str | None) -> Sequence[RunSeen]:
        runs = [run for run in self.known.values() if run.order.issue_ref == issue_ref]
        return sorted(runs, key=lambda run: run.order.placed_at, reverse=True)

    def survey(self, issue_ref: str | None) -> tuple[Sequence[RunSeen], Sequence[RunId]]:
        return self.history(issue_ref), tuple(self.illegible)

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        entries = self.journals.get(run_id, ())
        return iter(entries if follow else [entry for entry in entries if entry])

    def log(self, run_id: RunId) -> str:
        return self.logs.get(run_id, "")

    def message(self, run_id: RunId) -> str:
        return self.messages.get(run_id, "")

    def stop(self, run_id: RunId) -> RunEnd:
        if self.unstoppable:
            raise self.unstoppable
        end = RunEnd(outcome=RunOutcome.STOPPED, at=self.clock(), reason="stopped by the user")
        self.known[run_id] = replace(self.known[run_id], liveness=Liveness.GONE, end=end)
        self.stopped.append(run_id)
        if run_id in self.waiting:
            self.waiting.remove(run_id)
        return end

    def answer(self, run_id: RunId, ask: Ask, decision: Decision, *, by: str) -> None:
        run = self.known[run_id]
        if ask not in run.asks:
            raise ConflictError("answer: it is no longer asked; somebody else has answered it")
        self.known[run_id] = replace(run, asks=tuple(each for each in run.asks if each != ask))
        self.answered.append((ask, decision, by))

    def queue(self) -> Mapping[RunId, str | None]:
        return {run_id: self.known[run_id].order.issue_ref for run_id in self.waiting}

    def tend_queue(self) -> None:
        self.is_tended = True

    def leftovers(self) -> Sequence[str]:
        return tuple(self.unbegun)

    def discard(self, leftover: str) -> None:
        self.unbegun.remove(leftover)

    def forget(self, issue_ref: str) -> tuple[int, Sequence[RunId]]:
        doomed = [run for run in self.history(issue_ref) if not run.is_at_work]
        for run in doomed:
            del self.known[run.order.run_id]
        return len(doomed), self.illegible

    def version(self) -> object:
        return dict(self.known)

    def open_elsewhere(self) -> Collection[SessionId]:
        return self.screens


def run_seen(
    run_id: str = "run-0",
    *,
    verb: RunVerb = RunVerb.START,
    liveness: Liveness = Liveness.WATCHED,
    session_id: SessionId | None = None,
    end: RunEnd | None = None,
    last_sign: datetime = NOW,
    retrying: str = "",
    awaiting: str = "",
    host: str = "",
    asks: tuple[Ask, ...] = (),
    engine: Engine = Engine.RUN,
) -> RunSeen:
    """A run as its folder may tell; placed a minute before the fake clock began."""
    order = RunOrder(
        run_id=RunId(run_id),
        verb=verb,
        issue_ref=None,
        session_id=session_id,
        directory="/",
        placed_at=NOW - timedelta(minutes=1),
        engine=engine,
    )
    return RunSeen(
        order=order,
        liveness=Liveness.GONE if end else liveness,
        session_id=session_id,
        last_sign=last_sign,
        retrying=retrying,
        awaiting=awaiting,
        host=host,
        asks=asks,
        waits_since=last_sign if asks else None,
        end=end,
    )


@dataclass
class FakeReservedRun:
    runs: FakeRuns
    order: RunOrder
    is_kept: bool = False

    @property
    def run_id(self) -> RunId:
        return self.order.run_id

    def launch(self) -> bool:
        if self.runs.is_full:
            self.enqueue()
            return False
        self.runs.at_launch(self.order)
        self.runs.launched.append(self.order)
        self.is_kept = True
        return True

    def enqueue(self) -> None:
        self.runs.waiting.append(self.run_id)
        seen = self.runs.known[self.run_id]
        self.runs.known[self.run_id] = replace(seen, liveness=Liveness.QUEUED)
        self.is_kept = True

    def follow_on(self) -> bool:
        if self.runs.goes_on:
            self.launch()
        return self.runs.goes_on

    def settle(self, end: RunEnd) -> None:
        seen = self.runs.known[self.run_id]
        self.runs.known[self.run_id] = replace(seen, liveness=Liveness.GONE, end=end)
        self.is_kept = True
