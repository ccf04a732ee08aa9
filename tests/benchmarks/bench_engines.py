"""One issue, and eight at once: `start` with each engine, beside plain `opencode run --fork`.

    python -m tests.benchmarks.bench_engines [REPEATS]

The real opencode, found as the tests find theirs, and the scripted model. Memory is the sum of the
proportional set sizes (PSS) of every process in the throw-away home, the server's among them.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from kugetsu_tui.demo.model import ScriptedModel
from tests import opencode_home
from tests.journeys.kugetsu import PROGRAM, Kugetsu, issue
from tests.opencode_home import World

_AT_ONCE = (1, 8)
_REPEATS = 3
_RETRIES = 3
_MESSAGE = "#model: say What was found out, in a few words."
_SAMPLED_EVERY = 0.2
"""Seconds; a look at eight opencodes takes 0.1."""


@dataclass(frozen=True, slots=True)
class _Moments:
    """Seconds since the epoch, of one run."""

    began: float
    accepted: float
    """The session is named and has the message."""
    first_text: float
    ended: float


@dataclass(frozen=True, slots=True)
class _Round:
    """What runs at once took: seconds, and megabytes."""

    accepted: float
    """The median one."""
    accepted_all: float
    """The last one."""
    first_text: float
    """The median one."""
    ended_all: float
    memory: float


class _Memory(threading.Thread):
    """Looks at a home's processes until it is told to stop."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self._home = str(home)
        self._enough = threading.Event()
        self.peak = 0.0
        """Megabytes."""

    def run(self) -> None:
        while not self._enough.wait(_SAMPLED_EVERY):
            self.peak = max(self.peak, sum(self._sizes()) / 2**20)

    def _sizes(self) -> Iterator[int]:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("HOME") == self._home:
                    yield process.memory_full_info().pss

    def stop(self) -> None:
        self._enough.set()
        self.join()


def _plain(world: World) -> _Moments:
    """The session is named by the first line, which opencode writes when the model has begun."""
    began = time.time()
    words = ("run", "--format", "json", "--dir", world.repo, "--fork", "--session", world.base)
    process = subprocess.Popen(
        [world.program, *words, _MESSAGE],
        cwd=world.repo,
        env=world.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    seen: dict[str, float] = {}
    assert process.stdout is not None
    for line in process.stdout:
        now = time.time()
        seen.setdefault("named", now)
        seen.setdefault(json.loads(line)["type"], now)
    if status := process.wait():
        raise subprocess.CalledProcessError(status, process.args)
    return _Moments(began, seen["named"], seen["text"], time.time())


def _ours(kugetsu: Kugetsu, ref: str, engine: str) -> _Moments:
    began = time.time()
    done = subprocess.run(
        [PROGRAM, "start", ref, _MESSAGE, "--engine", engine, "--quiet"],
        cwd=kugetsu.world.repo,
        env={**kugetsu.world.environment, **kugetsu.more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    ended = time.time()
    assert done.returncode == 0, done.stderr
    seen: dict[str, float] = {}
    for event in kugetsu.run(ref).events():
        seen.setdefault(event["event"], datetime.fromisoformat(event["at"]).timestamp())
    accepted = seen["prompt_accepted" if engine == "server" else "session_named"]
    return _Moments(began, accepted, seen.get("saying", seen["said"]), ended)


def _at_once(world: World, count: int, work: Callable[[int], _Moments]) -> _Round:
    memory = _Memory(world.home)
    memory.start()
    try:
        with ThreadPoolExecutor(count) as hands:
            runs = list(hands.map(work, range(count)))
    finally:
        memory.stop()
    began = min(run.began for run in runs)
    return _Round(
        accepted=statistics.median(run.accepted - run.began for run in runs),
        accepted_all=max(run.accepted for run in runs) - began,
        first_text=statistics.median(run.first_text - run.began for run in runs),
        ended_all=max(run.ended for run in runs) - began,
        memory=memory.peak,
    )


def _plain_at_once(world: World, count: int) -> _Round:
    """Where one of them fails, as it may when many write to one database, all are made again."""
    for _ in range(_RETRIES):
        with suppress(subprocess.CalledProcessError):
            return _at_once(world, count, lambda _: _plain(world))
        print(f"one of {count} plain runs failed: once more", file=sys.stderr)
    return _at_once(world, count, lambda _: _plain(world))


@contextmanager
def _furnished(folder: Path) -> Iterator[Kugetsu]:
    with ScriptedModel() as model:
        world = opencode_home.prepare(folder, opencode_home.program(), model.url)
        variables = {"KUGETSU_RUNS_MAX_CONCURRENT": str(max(_AT_ONCE))}
        with Kugetsu(world, variables) as kugetsu:
            assert kugetsu("init", "--adopt", world.base).status == 0
            yield kugetsu
        opencode_home.end_leftovers(world)


def _measure(kugetsu: Kugetsu, count: int, repeats: int) -> Mapping[str, list[_Round]]:
    """In turns, so that all meet the same load; a start warms the server, its stop ends it."""
    world = kugetsu.world
    numbers = itertools.count(len(kugetsu.index()["issues"]) + 1)

    def start(engine: str) -> _Moments:
        return _ours(kugetsu, issue(next(numbers)), engine)

    rounds: dict[str, list[_Round]] = {"plain": [], "run": [], "server": []}
    for _ in range(repeats):
        rounds["plain"].append(_plain_at_once(world, count))
        rounds["run"].append(_at_once(world, count, lambda _: start("run")))
        start("server")
        rounds["server"].append(_at_once(world, count, lambda _: start("server")))
        assert kugetsu("server", "stop").status == 0
    return rounds


def _cells(rounds: list[_Round]) -> Iterator[str]:
    for name in ("accepted", "accepted_all", "first_text", "ended_all"):
        spans = [getattr(one, name) for one in rounds]
        yield f"{statistics.median(spans):.2f} s ({min(spans):.2f})"
    sizes = [one.memory for one in rounds]
    yield f"{statistics.median(sizes):.0f} MB ({min(sizes):.0f})"


def _figures(repeats: int) -> Iterator[tuple[int, Mapping[str, list[_Round]]]]:
    """How many at once, and the rounds of each way."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        _furnished(Path(folder).resolve()) as kugetsu,
    ):
        for count in _AT_ONCE:
            yield count, _measure(kugetsu, count, repeats)


def measure_engines() -> Iterator[tuple[str, str, str]]:
    """Medians, in rows of the table of all benchmarks: what, ours, and what stands beside it."""
    for count, ways in _figures(_REPEATS):
        told = {way: " · ".join(_medians(rounds)) for way, rounds in ways.items()}
        yield (
            f"`start`, {count} at once, server warm: all accepted · first text · all done · memory",
            f"engine `server`: {told['server']}; `run`: {told['run']}",
            f"`opencode run --fork`: {told['plain']}",
        )


def _medians(rounds: list[_Round]) -> Iterator[str]:
    for name in ("accepted_all", "first_text", "ended_all"):
        yield f"{statistics.median(getattr(one, name) for one in rounds):.2f} s"
    yield f"{statistics.median(one.memory for one in rounds):.0f} MB"


def main() -> None:
    repeats = int(sys.argv[1]) if sys.argv[1:] else _REPEATS
    print(f"load before {_load()}; {repeats} rounds: median (best)\n")
    names = ("at once", "accepted", "all accepted", "first text", "all done", "memory at its peak")
    print(f"| | {' | '.join(names)} |\n|---|{'---|' * len(names)}")
    for count, ways in _figures(repeats):
        for what, rounds in ways.items():
            print(f"| {what} | {count} | {' | '.join(_cells(rounds))} |", flush=True)
    print(f"\nload after {_load()}")


def _load() -> str:
    return ", ".join(f"{load:.1f}" for load in os.getloadavg())


if __name__ == "__main__":
    main()
