"""The world of the verbs in memory: small, honest, and examined beside the real thing."""

from __future__ import annotations

from tests.fakes.clock import NOW, FakeClock
from tests.fakes.machine import FakeCheckout, FakeSshServer, account
from tests.fakes.runs import FakeRuns, run_seen
from tests.fakes.stage import Stage
from tests.fakes.store import MemoryStore

__all__ = [
    "NOW",
    "FakeCheckout",
    "FakeClock",
    "FakeRuns",
    "FakeSshServer",
    "MemoryStore",
    "Stage",
    "account",
    "run_seen",
]
