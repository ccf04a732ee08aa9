"""Many writers and readers at once at a store with many issues: nobody is killed, all want in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median, quantiles

from tests.torture import invariants
from tests.torture.ledger import Belief, Issue, Ledger
from tests.torture.parts import BrokenError, Options, Row
from tests.torture.sandbox import PATIENCE, Sandbox
from tests.torture.writer import Writer

ISSUES = 10_000
_WRITERS, _READERS, _SECONDS = 50, 10, 60.0


@dataclass
class Load:
    sandbox: Sandbox
    writers: int
    issues: int = ISSUES
    ledger: Ledger = field(init=False)
    lists: list[float] = field(default_factory=list)
    """Seconds that each `list` took."""
    is_over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        tracked = {f"github.com/w/r{n % 20}#{n}": f"ses_{n}" for n in range(self.issues)}
        self.sandbox.lay_out(tracked)
        self.ledger = Ledger(
            [
                Issue(ref, session, belief=Belief.TRACKED, told_session=session)
                for ref, session in tracked.items()
            ],
            may_wait_in_vain=True,
        )

    def press(self, seconds: float, readers: int = _READERS) -> list[str]:
        """What was broken."""
        roles = [self._reader for _ in range(readers)]
        roles += [self._writer(number).work for number in range(self.writers)]
        threads = [threading.Thread(target=role) for role in roles]
        for thread in threads:
            thread.start()
        self.is_over.wait(seconds)
        self.is_over.set()
        for thread in threads:
            thread.join(PATIENCE)
        return [
            *self.ledger.complaints,
            *("somebody hangs" for thread in threads if thread.is_alive()),
            *invariants.acknowledged_is_stored(self.sandbox, self.ledger),
            *invariants.entries_resolve(self.sandbox),
            *invariants.nobody_spoke_of_a_traceback(self.sandbox),
            *(f"left: {path}" for path in invariants.temporary_files(self.sandbox)),
        ]

    def _writer(self, number: int) -> Writer:
        """It destroys each issue of its own and takes it back, one after another."""
        own = cycle(self.ledger.issues[number :: self.writers])
        issue = next(own)

        def choose() -> tuple[Issue, list[str]]:
            nonlocal issue
            if issue.belief is Belief.UNTRACKED:
                return issue, ["undo", issue.ref]
            issue = next(own)
            return issue, ["destroy", issue.ref, "-y"]

        name = f"writer-{number}"
        return Writer(self.sandbox, self.ledger, choose, name=name, is_over=self.is_over)

    def _reader(self) -> None:
        while not self.is_over.is_set():
            began = time.monotonic()
            done = self.sandbox.call("list", "--json")
            self.lists.append(time.monotonic() - began)
            out, err = done.stdout.encode(), done.stderr.encode()
            self.ledger.complaints.extend(invariants.list_is_json(done.returncode, out, err))


def measure(options: Options) -> Iterator[Row]:
    seconds, writers = options.seconds or _SECONDS, options.writers or _WRITERS
    sandbox = Sandbox.made(options.folder / "load", sessions=map("ses_{}".format, range(ISSUES)))
    load = Load(sandbox, writers)
    if complaints := load.press(seconds):
        raise BrokenError("\n".join(complaints))
    ledger, lists = load.ledger, load.lists
    yield Row(
        f"{writers} writers and {_READERS} readers at once, {ISSUES:,} issues",
        f"{seconds:g} s; {ledger.answered.total():,} changes, {len(lists)} lists",
        f"nothing lost, {ledger.refused.total()} told to come later; a change"
        f" {median(ledger.waits):.1f} s, the longest {max(ledger.waits):.1f} s; a list"
        f" {median(lists):.1f} s, p95 {quantiles(lists, n=20)[18]:.1f} s",
    )
