"""Real command lines at one store, many at once, while they and their runs are killed at random."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median, quantiles

import psutil

from tests.torture import invariants
from tests.torture.ledger import Belief, Issue, Ledger
from tests.torture.parts import BrokenError, Options, Row
from tests.torture.sandbox import PATIENCE, Sandbox
from tests.torture.writer import Writer

_ISSUES_OF_A_WRITER = 4
"""The first bears canaries."""
_LOOK_AGAIN = 0.2
"""Seconds between two looks at who could be killed."""


Role = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Weather:
    seconds: float
    writers: int = 6
    kill_rate: float = 6.0
    seed: int = 0
    with_runs: bool = True


def sessions_for(weather: Weather) -> list[str]:
    """The sessions that a storm wants to find in opencode."""
    return [
        f"ses_{writer}x{number}"
        for writer in range(weather.writers)
        for number in range(_ISSUES_OF_A_WRITER)
    ]


@dataclass
class Storm:
    """One of them; `rage` ends it when its time has come, or when a promise is broken."""

    sandbox: Sandbox
    weather: Weather
    ledger: Ledger = field(init=False)
    kills: Counter[str] = field(default_factory=Counter)
    """Who was killed, by what it was."""
    lists: list[float] = field(default_factory=list)
    """Seconds that each `list` took."""
    looks: int = 0
    """How often the files were read."""
    _is_over: threading.Event = field(default_factory=threading.Event)
    _spared: set[int] = field(default_factory=set)
    """Readers: what they say is looked at."""

    def __post_init__(self) -> None:
        issues = [
            Issue(f"github.com/{session[4:]}/r#1", session)
            for session in sessions_for(self.weather)
        ]
        for issue in issues[::_ISSUES_OF_A_WRITER]:
            issue.belief, issue.bears_canary = Belief.TRACKED, True
            issue.told_session = issue.session
        self.ledger = Ledger(issues)
        bearers = {issue.ref: issue.session for issue in issues if issue.bears_canary}
        self.sandbox.lay_out(bearers)

    def row(self) -> Row:
        weather, ledger = self.weather, self.ledger
        kills = ", ".join(f"{count} {kind}s" for kind, count in self.kills.most_common())
        slowest = quantiles(ledger.waits, n=100)
        return Row(
            f"random SIGKILL while {weather.writers} command lines change one store",
            f"{weather.seconds:g} s; killed: {kills}; {ledger.answered.total():,} changes answered,"
            f" {ledger.unanswered} cut; {self.looks:,} looks at the files, {len(self.lists)} lists",
            f"nothing lost, nothing torn; an answer took {median(ledger.waits) * 1000:.0f} ms,"
            f" p99 {slowest[98] * 1000:.0f} ms",
        )

    def rage(self) -> list[str]:
        """What was broken; nothing where every promise was kept."""
        descriptors = invariants.descriptors()
        roles: list[Role] = [self._read_files, self._read_lists, self._kill]
        roles += [self._writer(number) for number in range(self.weather.writers)]
        threads = [threading.Thread(target=self._guarded, args=(role,)) for role in roles]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + self.weather.seconds
        while time.monotonic() < deadline and not self._complaints:
            time.sleep(0.05)
        self._is_over.set()
        for thread in threads:
            thread.join(PATIENCE)
        if any(thread.is_alive() for thread in threads):
            self._complaints.append("I6 somebody hangs")
        if not self._complaints:
            self._complaints.extend(self._aftermath(descriptors))
        self.sandbox.end_everybody()
        return self._complaints

    @property
    def _complaints(self) -> list[str]:
        return self.ledger.complaints

    def _guarded(self, role: Role) -> None:
        """Run it; what goes wrong in the storm itself is a complaint, too."""
        try:
            role()
        except Exception as error:  # noqa: BLE001 - told below
            self._complaints.append(f"the storm itself: {error!r}")

    def _writer(self, number: int) -> Role:
        own = self.ledger.issues[number * _ISSUES_OF_A_WRITER :][:_ISSUES_OF_A_WRITER]
        own = own if self.weather.with_runs else own[1:]
        chance = random.Random(f"{self.weather.seed} {number}")

        def choose() -> tuple[Issue, list[str]]:
            issue = chance.choice(own)
            return issue, issue.next_words(chance, with_runs=self.weather.with_runs)

        name, is_over = f"writer-{number}", self._is_over
        return Writer(self.sandbox, self.ledger, choose, name=name, is_over=is_over).work

    def _read_files(self) -> None:
        before: Mapping[str, str] = {}
        vanished: Counter[str] = Counter()
        destroys = {issue.ref: issue for issue in self.ledger.issues}
        while not self._is_over.is_set():
            now, complaints = invariants.look(self.sandbox.store)
            self._complaints.extend(complaints)
            self.looks += 1
            if complaints:
                return
            vanished.update(before.keys() - now.keys())
            self._complaints.extend(
                f"I3 {ref} vanished, {count} times, destroyed {destroys[ref].destroys} times"
                for ref, count in vanished.items()
                if count > destroys[ref].destroys
            )
            before = now
            time.sleep(0.001)

    def _read_lists(self) -> None:
        while not self._is_over.is_set():
            began = time.monotonic()
            reader = self.sandbox.begin("list", "--json")
            self._spared.add(reader.pid)
            out, err = reader.communicate()
            self.lists.append(time.monotonic() - began)
            self._complaints.extend(invariants.list_is_json(reader.returncode, out, err))

    def _kill(self) -> None:
        chance = random.Random(f"{self.weather.seed} killer")
        present: dict[str, list[psutil.Process]] = {}
        looked_at = 0.0
        while not self._is_over.wait(chance.expovariate(self.weather.kill_rate)):
            if time.monotonic() - looked_at > _LOOK_AGAIN:
                present, looked_at = self._by_kind(), time.monotonic()
            if kinds := [kind for kind, some in present.items() if some]:
                kind = chance.choice(kinds)
                self._kill_one(kind, present[kind].pop(chance.randrange(len(present[kind]))))

    def _by_kind(self) -> dict[str, list[psutil.Process]]:
        found: dict[str, list[psutil.Process]] = {}
        for process in self.sandbox.everybody():
            with suppress(psutil.Error):
                if process.pid not in self._spared:
                    found.setdefault(kind_of(process.cmdline()), []).append(process)
        return found

    def _kill_one(self, kind: str, victim: psutil.Process) -> None:
        """Whoever has ended in the meantime is not counted; psutil never takes another for it."""
        with suppress(psutil.Error):
            victim.kill()
            self.kills[kind] += 1

    def _aftermath(self, descriptors: int) -> Iterator[str]:
        sandbox, killed = self.sandbox, sum(self.kills.values())
        yield from invariants.runs_have_processes(sandbox)
        yield from invariants.acknowledged_is_stored(sandbox, self.ledger)
        yield from invariants.entries_resolve(sandbox)
        yield from invariants.canaries_live(sandbox, self.ledger)
        yield from invariants.leftovers_are_few(sandbox, killed)
        yield from invariants.next_write_succeeds(sandbox)
        yield from invariants.doctor_mends(sandbox)
        yield from invariants.modes_are_private(sandbox)
        yield from invariants.nobody_spoke_of_a_traceback(sandbox)
        yield from invariants.harness_is_clean(descriptors)


def kind_of(argv: Sequence[str]) -> str:
    for word, kind in (
        ("--supervise", "supervisor"),
        ("--usher", "usher"),
        ("honest_opencode", "opencode"),
    ):
        if any(word in told for told in argv):
            return kind
    return "command line"


def measure(options: Options) -> Iterator[Row]:
    weather = Weather(
        seconds=options.seconds or 60.0,
        writers=options.writers or 8,
        kill_rate=options.kill_rate,
        seed=options.seed,
    )
    sandbox = Sandbox.made(options.folder / "storm", sessions=sessions_for(weather))
    storm = Storm(sandbox, weather)
    if complaints := storm.rage():
        raise BrokenError("\n".join(complaints))
    yield storm.row()
