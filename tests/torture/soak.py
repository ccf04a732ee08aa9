"""The screen on a terminal of its own, for long: memory, descriptors and processor stay flat."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import psutil

from tests.terminals.outer_terminal import OuterTerminal, outer_terminal
from tests.torture import invariants
from tests.torture.ledger import Belief, Issue, Ledger
from tests.torture.parts import BrokenError, Options, Row
from tests.torture.sandbox import PATIENCE, PROGRAM, Sandbox
from tests.torture.writer import Writer

SCREEN = PROGRAM.with_name("kugetsu-tui")
_SECONDS = 30 * 60.0
_WARM_UP = 60.0
"""Seconds in which a program may still grow: modules are loaded, caches filled."""
_ISSUES = 100
_RUNS = 200
_FIRST_RUNS = 50
"""After which what a program keeps to be fast is full."""
_MEGABYTE = 1024 * 1024
_MOST_GROWTH = 3 * _MEGABYTE
_MOST_GROWTH_BY_RUNS = 5 * _MEGABYTE
"""Of all but the first: a row each, and its run's facts, have to be somewhere."""
_MOST_PROCESSOR = 0.03
_SIZE = (36, 120)
_CTRL_S = b"\x13"
_A_GLANCE = 0.5
"""Seconds that people look at a dialog before they type."""


@dataclass(frozen=True)
class Sample:
    """What a process takes at one moment."""

    at: float
    memory: int
    """Bytes that it has for itself."""
    descriptors: int
    threads: int
    processor: float
    """Seconds of it, so far."""

    @classmethod
    def of(cls, process: psutil.Process) -> Sample:
        with process.oneshot():
            times = process.cpu_times()
            return cls(
                at=time.monotonic(),
                memory=process.memory_full_info().uss,
                descriptors=process.num_fds(),
                threads=process.num_threads(),
                processor=times.user + times.system,
            )


@contextmanager
def screen_of(sandbox: Sandbox) -> Iterator[tuple[OuterTerminal, psutil.Process]]:
    """The screen, once it has drawn; and its process."""
    with outer_terminal([str(SCREEN)], environment=sandbox.environment, size=_SIZE) as terminal:
        terminal.wait_for(b"base")
        yield terminal, psutil.Process(terminal.process.pid)


def watch(terminal: OuterTerminal, seconds: float) -> None:
    """Read what it draws, as a terminal does, and keep none of it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        _wait(terminal, 0.2)
        terminal.output, terminal._answered = b"", 0


def _wait(terminal: OuterTerminal, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    terminal.wait_until(lambda: time.monotonic() > deadline, what="time")


def _changing(sandbox: Sandbox, issues: list[Issue], is_over: threading.Event) -> Ledger:
    """Change the store once a second, in a thread, until it is over."""
    ledger = Ledger(issues)
    turn = cycle(issues)
    issue = next(turn)

    def choose() -> tuple[Issue, list[str]]:
        nonlocal issue
        is_over.wait(1)
        if issue.belief is Belief.UNTRACKED:
            return issue, ["undo", issue.ref]
        issue = next(turn)
        return issue, ["destroy", issue.ref, "-y"]

    writer = Writer(sandbox, ledger, choose, name="each-second", is_over=is_over)
    threading.Thread(target=writer.work, daemon=True).start()
    return ledger


def measure_soak(options: Options) -> Iterator[Row]:
    seconds = options.seconds or _SECONDS
    tracked = {f"github.com/w/r#{number}": f"ses_{number}" for number in range(_ISSUES)}
    sandbox = Sandbox.made(options.folder / "soak", sessions=tracked.values())
    sandbox.lay_out(tracked)
    issues = [Issue(ref, ses, belief=Belief.TRACKED) for ref, ses in tracked.items()]
    is_over = threading.Event()
    with screen_of(sandbox) as (terminal, process):
        ledger = _changing(sandbox, issues, is_over)
        watch(terminal, min(_WARM_UP, seconds / 4))
        samples = [Sample.of(process)]
        while samples[-1].at - samples[0].at < seconds:
            watch(terminal, min(10, seconds / 10))
            samples.append(Sample.of(process))
        is_over.set()
    if complaints := [*ledger.complaints, *_growth(samples)]:
        raise BrokenError("\n".join(complaints))
    first, last = samples[0], samples[-1]
    yield Row(
        "the screen open over a store that changes every second",
        f"{(last.at - first.at) / 60:.0f} min, {ledger.answered.total():,} changes",
        f"memory {first.memory / _MEGABYTE:.1f} → {last.memory / _MEGABYTE:.1f} MB, descriptors"
        f" {first.descriptors} → {last.descriptors}, {_processor(samples):.1%} of a core",
    )


def _processor(samples: list[Sample]) -> float:
    first, last = samples[0], samples[-1]
    return (last.processor - first.processor) / (last.at - first.at)


def _growth(samples: list[Sample]) -> Iterator[str]:
    first, last = samples[0], samples[-1]
    if last.memory - first.memory > _MOST_GROWTH:
        yield f"memory grew: {[sample.memory // 1024 for sample in samples]} KB"
    if last.descriptors > first.descriptors:
        yield f"descriptors grew: {[sample.descriptors for sample in samples]}"
    if last.threads > first.threads + 1:
        yield f"threads grew: {[sample.threads for sample in samples]}"
    if _processor(samples) > _MOST_PROCESSOR:
        yield f"processor: {_processor(samples):.1%}"


def measure_runs(options: Options) -> Iterator[Row]:
    sandbox = Sandbox.made(options.folder / "runs", KUGETSU_RUNS_MAX_CONCURRENT="4")
    sandbox.lay_out({})
    with screen_of(sandbox) as (terminal, process):
        _start(terminal, sandbox, 0)
        before = Sample.of(process)
        for number in range(1, _RUNS):
            _start(terminal, sandbox, number)
            if number == _FIRST_RUNS:
                settled = Sample.of(process)
        watch(terminal, 5)
        after = Sample.of(process)
        zombies = [child.pid for child in process.children(recursive=True)]
    complaints = [f"children are left: {zombies}"] if zombies else []
    if after.descriptors > before.descriptors:
        complaints.append(f"descriptors: {before.descriptors} → {after.descriptors}")
    if after.memory - settled.memory > _MOST_GROWTH_BY_RUNS:
        complaints.append(
            f"memory: {[each.memory // 1024 for each in (before, settled, after)]} KB"
        )
    complaints += [f"still there: {each}" for each in sandbox.until_quiet()]
    complaints += [f"left: {path}" for path in invariants.temporary_files(sandbox)]
    complaints += invariants.nobody_spoke_of_a_traceback(sandbox)
    states = {row["state"] for row in sandbox.rows()}
    if complaints or states != {"idle"}:
        raise BrokenError("\n".join([*complaints, f"states: {states}"]))
    yield Row(
        "runs started in one session of the screen",
        f"{_RUNS}, one after another",
        f"no zombie, no leftover, descriptors {before.descriptors} → {after.descriptors}, memory"
        f" {before.memory / _MEGABYTE:.1f} → {settled.memory / _MEGABYTE:.1f} after"
        f" {_FIRST_RUNS} → {after.memory / _MEGABYTE:.1f} MB",
    )


def _start(terminal: OuterTerminal, sandbox: Sandbox, number: int) -> None:
    """With the keys that people use; returns once the run has answered."""
    record = sandbox.store / "sessions" / f"github.com-w-r-{number + 1}.json"
    terminal.output, terminal._answered = b"", 0
    terminal.type(b"s")
    terminal.wait_for(b"start an issue")
    _wait(terminal, _A_GLANCE)
    terminal.type(f"github.com/w/r#{number + 1}\thello".encode() + _CTRL_S)
    deadline = time.monotonic() + PATIENCE
    while not _has_answered(record):
        if time.monotonic() > deadline:
            raise BrokenError(f"run {number} never answered: {terminal.output[-5000:]!r}")
        _wait(terminal, 0.1)


def _has_answered(record: Path) -> bool:
    return record.exists() and "answered" in record.read_text()
