"""The verbs in any order, with kills, foreign hands and a wrong clock between: nothing is lost."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kugetsu_tui.commands.adopt_session import AdoptRequest, AdoptSession
from kugetsu_tui.commands.continue_session import ContinueRequest, ContinueSession
from kugetsu_tui.commands.destroy_session import DestroyRequest, DestroySession
from kugetsu_tui.commands.list_sessions import ListRequest, ListSessions
from kugetsu_tui.commands.mend_health import MendHealth
from kugetsu_tui.commands.settle_run import SettleRun
from kugetsu_tui.commands.start_issue import StartIssue, StartRequest
from kugetsu_tui.commands.stop_runs import StopRequest, StopRuns
from kugetsu_tui.commands.undo_removal import UndoRemoval
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.store.json_store import JsonStore
from tests.commands import BASE
from tests.fakes import Stage

pytestmark = pytest.mark.fast

KEYS = [f"github.com/shoko/kugetsu#{number}" for number in range(1, 4)]
keys = st.sampled_from(KEYS)


class AnyOrder(RuleBasedStateMachine):
    """`believed` is what was acknowledged: issue → its session, where one was named."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.stage = Stage(Path(self.folder.name))
        self.stage.store = JsonStore(  # type: ignore[assignment]
            Path(self.folder.name) / "store",
            clock=self.stage.clock,
            warn=pytest.fail,
            session_of=self.stage.runs.session_of,
        )
        self.stage.base(BASE)
        self.believed: dict[str, SessionId | None] = {}
        self.removed: list[str] = []
        self.count = 0

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(key=keys)
    def start(self, key: str) -> None:
        try:
            StartIssue.of(self.stage.world)(StartRequest(ref=key, message="go"))
        except KugetsuError:
            assert key in self.believed, "what nobody tracks can be started"
            return
        self.believed[key] = None

    @rule(key=keys)
    def name_and_settle(self, key: str) -> None:
        self._name(key, is_settled=True)

    @rule(key=keys)
    def name_and_die(self, key: str) -> None:
        self._name(key, is_settled=False)

    def _name(self, key: str, *, is_settled: bool) -> None:
        """opencode names the session of a run at work, and its supervisor ends, in one way."""
        run = next(
            (one for one in self.stage.runs.history(key) if one.is_at_work and not one.session_id),
            None,
        )
        if run is None or self.believed.get(key, BASE) is not None:
            return
        self.count += 1
        session = SessionId(f"ses_{self.count}")
        self.stage.converse(session)
        end = RunEnd(outcome=RunOutcome.ANSWERED, at=self.stage.clock()) if is_settled else None
        gone = replace(run, session_id=session, liveness=Liveness.GONE, end=end)
        self.stage.runs.known[run.order.run_id] = gone
        if is_settled:
            SettleRun(self.stage.store, self.stage.clock)(run.order, session, end)
        self.believed[key] = session

    @rule(key=keys)
    def go_on(self, key: str) -> None:
        try:
            launched = ContinueSession.of(self.stage.world)(ContinueRequest(ref=key, message="on"))
        except KugetsuError:
            return
        assert launched.session_id == self.believed[key]
        run = self.stage.runs.known[launched.run_id]
        end = RunEnd(outcome=RunOutcome.ANSWERED, at=self.stage.clock())
        self.stage.runs.known[launched.run_id] = replace(run, liveness=Liveness.GONE, end=end)

    @rule()
    def stop(self) -> None:
        StopRuns.of(self.stage.world)(StopRequest(refs=(), is_all=True))

    @rule(key=keys)
    def destroy(self, key: str) -> None:
        try:
            DestroySession.of(self.stage.world)(DestroyRequest(refs=(key,)))
        except KugetsuError:
            return
        del self.believed[key]

    @rule(key=keys)
    def adopt(self, key: str) -> None:
        self.count += 1
        session = self.stage.converse(SessionId(f"ses_{self.count}")).session_id
        try:
            AdoptSession.of(self.stage.world)(AdoptRequest(key, session))
        except KugetsuError:
            assert key in self.believed
            return
        self.believed[key] = session

    @rule(key=keys)
    def take_back(self, key: str) -> None:
        before = set(self.believed)
        try:
            UndoRemoval.of(self.stage.world)(key)
        except KugetsuError:
            return
        assert key not in before
        self.believed[key] = self.stage.record(key).session_id

    @rule(key=keys)
    @precondition(lambda self: self.believed)
    def another_program_writes(self, key: str) -> None:
        index = Path(self.folder.name) / "store" / "index.json"
        document = json.loads(index.read_text())
        index.write_text(json.dumps({**document, "theirs": key}))

    @rule()
    def mend(self) -> None:
        mend = MendHealth.of(self.stage.world)
        mend(mend.plan())

    @rule(days=st.integers(-2, 2))
    def set_the_clock(self, days: int) -> None:
        self.stage.clock.now += timedelta(days=days)

    @invariant()
    def everything_acknowledged_is_there_and_nothing_else(self) -> None:
        rows = {
            row.issue_ref: row for row in ListSessions.of(self.stage.world)(ListRequest()).board
        }
        rows.pop(None)
        assert {key: row.session_id for key, row in rows.items()} == self.believed
        named = [session for session in self.believed.values() if session]
        assert len(named) == len(set(named)), "one session, two issues"


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
