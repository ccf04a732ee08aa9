"""A turn on a server, step by step: what is asked for in which order, and how it fails in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from kugetsu_tui.domain.conversation import LastTurn
from kugetsu_tui.domain.errors import (
    KugetsuError,
    ServerRefusedError,
    ServerUnreachableError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.json_value import Json, JsonObject
from kugetsu_tui.domain.run import Engine, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.run_event import (
    Asked,
    ErrorReported,
    PromptAccepted,
    Replied,
    Retrying,
    RunEvent,
    Said,
    ServerAwaited,
    SessionNamed,
)
from kugetsu_tui.domain.server import ServerAddress, unfit
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.opencode.server import turn as turn_module
from kugetsu_tui.opencode.server.turn import ServerPace, ServerTurn
from tests.asks import permission

pytestmark = pytest.mark.fast

BASE, FORK, CHILD = SessionId("ses_base"), SessionId("ses_fork"), SessionId("ses_child")
NOW = datetime(2026, 3, 14, tzinfo=UTC)
PACE = ServerPace(tick=0.0, look_again=60.0, settle=0.0, reconnect=0.0, abort=0.0)


@dataclass
class Played:
    """A server, its client, its news and opencode's database, as a test wants them."""

    calls: list[str] = field(default_factory=list)
    refusals: dict[str, KugetsuError] = field(default_factory=dict)
    news: deque[JsonObject | KugetsuError | None] = field(default_factory=deque)
    busy: set[SessionId] = field(default_factory=set)
    pending: list[Any] = field(default_factory=list)
    heard: list[RunEvent] = field(default_factory=list)
    finished: bool = True
    is_wanted: bool = True
    is_dead: bool = False
    awaited: str = ""
    failures: int = 0
    """Attempts to have the server, before it answers."""
    is_elsewhere: bool = False
    """The fork is in another directory than the run."""
    has_gap: bool = False
    is_broken: bool = False
    address: ServerAddress = field(default_factory=lambda: ServerAddress("http://127.0.0.1:1"))

    def _do(self, call: str) -> None:
        self.calls.append(call)
        if call in self.refusals:
            raise self.refusals[call]

    def attempts(self) -> Iterator[ServerAddress | ServerAwaited | None]:
        if self.awaited:
            yield ServerAwaited(self.awaited)
        yield from [None] * self.failures
        self._do("ensure")
        yield self.address

    def running(self) -> ServerAddress | None:
        return None if self.is_dead else self.address

    def fork(self, session_id: SessionId) -> SessionId:
        self._do("fork")
        return FORK

    def describe(self, session_id: SessionId, **what: object) -> None:
        self._do("describe")

    def prompt(self, session_id: SessionId, text: str, **how: object) -> None:
        self._do(f"prompt {text}")

    def abort(self, session_id: SessionId, **how: object) -> bool:
        self._do("abort")
        return True

    def commands(self, session_id: SessionId, **how: object) -> list[str]:
        return []

    def ending_tools(self, commands: Sequence[str]) -> AbstractContextManager[None]:
        return nullcontext()

    def parent(self, session_id: SessionId) -> SessionId | None:
        self._do(f"parent {session_id}")
        return FORK if session_id == CHILD else None

    def at_work(self, directory: str, **how: object) -> Set[SessionId]:
        return self.busy

    def asks(self, directory: str) -> list[Any]:
        self._do("asks")
        return self.pending

    def next(self) -> JsonObject | None:
        told = self.news.popleft() if self.news else None
        if isinstance(told, KugetsuError):
            raise told
        return told

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None:
        if not self.finished:
            return None
        return LastTurn(at=since, completed_at=since, finish="stop", error="")

    def hear(self, event: RunEvent) -> bool:
        self.heard.append(event)
        return not (self.is_elsewhere and isinstance(event, SessionNamed))

    def note_sign(self, *, is_news: bool) -> None:
        """Every event is one."""


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    made = Played()
    monkeypatch.setattr(turn_module, "ServerClient", lambda *_: made)
    monkeypatch.setattr(turn_module, "News", lambda *_, **__: made)
    return made


def ordered(verb: RunVerb) -> RunOrder:
    return RunOrder(
        run_id=RunId("run-1"),
        verb=verb,
        issue_ref="github.com/shoko/kugetsu#14",
        session_id=BASE if verb is RunVerb.START else FORK,
        directory="/repo",
        placed_at=NOW,
        engine=Engine.SERVER,
    )


def begun(played: Played, verb: RunVerb = RunVerb.START, message: str | None = "hi") -> ServerTurn:
    return carrying_out(ordered(verb), played, message)


def carrying_out(order: RunOrder, played: Played, message: str | None = "hi") -> ServerTurn:
    turn = ServerTurn(
        played, order, message, turns=played, is_wanted=lambda: played.is_wanted, pace=PACE
    )
    turn.begin(played)
    return turn


def step(turn: ServerTurn, times: int = 1) -> None:
    for _ in range(times):
        turn.listen(0)


def event(kind: str, **properties: Json) -> JsonObject:
    return {"type": kind, "properties": {"sessionID": FORK, **properties}}


IDLE = event("session.idle")


def test_the_session_has_its_name_before_it_is_described_and_told_anything(
    played: Played,
) -> None:
    turn = begun(played)
    step(turn, 2)
    assert played.calls == ["ensure", "fork"]
    assert played.heard == [SessionNamed(FORK)]

    step(turn, 2)

    assert played.calls == ["ensure", "fork", "describe", "prompt hi"]
    assert played.heard == [SessionNamed(FORK), PromptAccepted()]


def test_while_the_server_starts_a_turn_can_be_looked_after(played: Played) -> None:
    played.failures = 3
    turn = begun(played)
    step(turn, 3)
    assert (turn.is_running, played.calls) == (True, [])
    assert not turn.end(is_cut=True)

    step(turn, 2)

    assert played.calls == ["ensure", "fork"]


def test_what_it_waits_for_is_told(played: Played) -> None:
    played.awaited = "the server is being started"
    turn = begun(played)

    step(turn)

    assert (turn.is_running, played.heard) == (True, [ServerAwaited(played.awaited)])
    step(turn, 2)
    assert played.heard[1:] == [SessionNamed(FORK)]


def test_a_continue_forks_and_describes_nothing(played: Played) -> None:
    step(begun(played, RunVerb.CONTINUE), 3)

    assert played.calls == ["ensure", "prompt hi"]


@pytest.mark.parametrize("verb", [RunVerb.START, RunVerb.CONTINUE])
def test_an_order_without_a_session_gets_none_made(played: Played, verb: RunVerb) -> None:
    turn = carrying_out(replace(ordered(verb), session_id=None), played)

    step(turn, 4)

    assert played.calls == ["ensure"]
    assert turn.mishap is not None
    assert turn.mishap.outcome is RunOutcome.FAILED
    assert turn.mishap.reason == (
        "run run-1: its order names no session; nothing was sent to the model"
    )


def test_without_a_message_it_only_listens(played: Played) -> None:
    step(begun(played, RunVerb.CONTINUE, None), 3)

    assert played.calls == ["ensure", "asks"]


def test_who_only_listens_hears_what_was_asked_before(played: Played) -> None:
    played.pending = [permission(session_id=FORK)]

    step(begun(played, RunVerb.CONTINUE, None), 3)

    assert played.heard == [SessionNamed(FORK), Asked(permission(session_id=FORK))]


def test_a_server_that_cannot_be_had_is_refused_with_what_helps(played: Played) -> None:
    played.refusals["ensure"] = unfit(frozenset({"metadata of sessions"}))
    turn = begun(played)

    step(turn)

    assert turn.mishap is not None
    assert turn.mishap.reason == (
        "opencode's server lacks metadata of sessions (kugetsu settings runs.engine run, or a newer"
        " opencode); nothing was sent to the model"
    )


@pytest.mark.parametrize("call", ["ensure", "fork", "describe", "prompt hi"])
def test_a_refusal_is_a_failure_and_says_that_nothing_was_sent(played: Played, call: str) -> None:
    played.refusals[call] = ServerRefusedError("opencode's server: Session not found", status=404)
    turn = begun(played)

    step(turn, 4)

    assert not turn.is_running
    assert turn.mishap is not None
    assert turn.mishap.outcome is RunOutcome.FAILED
    assert turn.mishap.reason.endswith("nothing was sent to the model")


def test_a_turn_is_aborted_where_there_is_a_server_to_do_so(played: Played) -> None:
    turn = begun(played)
    step(turn, 4)
    assert not turn.end(is_cut=True)
    assert played.calls[-1] == "abort"

    played.is_dead = True

    assert not turn.end(is_cut=True)
    assert played.calls.count("abort") == 1


def test_a_question_that_is_cut_short_because_the_run_is_to_end_is_no_failure(
    played: Played,
) -> None:
    played.refusals["describe"] = ServerUnreachableError("it was not waited for")
    played.is_wanted = False
    turn = begun(played)

    step(turn, 3)

    assert (turn.is_running, turn.mishap) == (True, None)


def test_a_fork_in_another_directory_is_told_nothing(played: Played) -> None:
    played.is_elsewhere = True
    turn = begun(played)
    step(turn, 4)

    assert played.calls == ["ensure", "fork"]
    assert turn.mishap is not None
    assert turn.mishap.outcome is RunOutcome.FAILED
    assert "not made in /repo" in turn.mishap.reason
    assert "--engine run; nothing was sent" in turn.mishap.reason


def test_a_message_that_may_have_arrived_is_not_sent_again(played: Played) -> None:
    played.refusals["prompt hi"] = ServerUnreachableError("no answer in time")
    turn = begun(played)

    step(turn, 9)

    assert played.calls.count("prompt hi") == 1
    assert turn.mishap is not None
    assert turn.mishap.outcome is RunOutcome.INTERRUPTED
    assert "is not known" in turn.mishap.reason


def test_it_ends_once_the_session_rests_and_the_database_has_its_end(played: Played) -> None:
    played.busy.add(FORK)
    part: Json = {"id": "prt_1", "type": "text", "text": "Hello", "time": {"start": 1, "end": 2}}
    played.news += [event("message.part.updated", part=part), IDLE]
    turn = begun(played, RunVerb.CONTINUE)
    step(turn, 9)
    assert turn.is_running, "the server still works on it"

    played.busy.clear()
    played.news.append(IDLE)
    step(turn)

    assert not turn.is_running
    assert turn.mishap is None
    assert Said("Hello") in played.heard


def test_an_error_is_told_in_its_words_and_not_again_as_a_stack_trace(played: Played) -> None:
    for name, words in (("Other", "Agent not found"), ("UnknownError", "at <anonymous> (chunk)")):
        error: Json = {"name": name, "data": {"message": words}}
        played.news.append(event("session.error", error=error))
    played.news.append(IDLE)
    turn = begun(played)
    step(turn, 9)

    told = [each.message for each in played.heard if isinstance(each, ErrorReported)]
    assert told == ["Agent not found"]
    assert not turn.is_running


def test_a_provider_that_cannot_be_reached_is_named(played: Played) -> None:
    status: Json = {"type": "retry", "attempt": 1, "message": "Cannot connect to API: no way"}
    played.news += [
        event("message.updated", info={"role": "assistant", "providerID": "opencode"}),
        event("session.status", status=status),
    ]
    step(begun(played), 9)

    (told,) = (each for each in played.heard if isinstance(each, Retrying))
    assert told.reason.startswith("opencode's free model cannot be reached: is there a network?")


@pytest.mark.parametrize("moment", [1e18, -1e18, 1e300])
def test_a_provider_that_wants_patience_for_ages_is_told_of_without_the_moment(
    played: Played, moment: float
) -> None:
    """opencode adds to the time what `retry-after` says, however long that is."""
    status: Json = {"type": "retry", "attempt": 1, "message": "slow down", "next": moment}
    played.news.append(event("session.status", status=status))
    step(begun(played), 9)

    assert Retrying("slow down") in played.heard


def test_a_server_that_died_interrupts_the_turn(played: Played) -> None:
    played.news.append(ServerUnreachableError("it does not answer"))
    turn = begun(played)

    step(turn, 9)

    assert turn.mishap is not None
    assert turn.mishap.outcome is RunOutcome.INTERRUPTED


def test_asks_of_sub_agents_are_heard_and_those_of_strangers_are_not(played: Played) -> None:
    played.news += [asked("per_1", CHILD), asked("per_2", "ses_stranger")]
    step(begun(played), 9)

    assert [each.ask.id for each in played.heard if isinstance(each, Asked)] == ["per_1"]


def asked(name: str, session_id: str) -> JsonObject:
    told = {"id": name, "sessionID": session_id, "permission": "bash", "patterns": ["ls"]}
    return {"type": "permission.asked", "properties": told}


def test_an_ask_of_a_session_that_is_gone_is_not_this_runs_affair(played: Played) -> None:
    gone = ServerRefusedError("opencode's server: Session not found", status=404)
    played.refusals["parent ses_stranger"] = gone
    played.news += [asked("per_1", "ses_stranger"), asked("per_2", FORK)]
    turn = begun(played)
    step(turn, 9)

    assert (turn.is_running, turn.mishap) == (True, None)
    assert [each.ask.id for each in played.heard if isinstance(each, Asked)] == ["per_2"]


def test_whose_an_ask_is_and_what_was_missed_is_asked_again_until_the_server_says(
    played: Played,
) -> None:
    played.pending = [permission(session_id=CHILD)]
    played.news.append(asked("per_1", CHILD))
    slow = ServerUnreachableError("no answer in time")
    played.refusals = {f"parent {CHILD}": slow, "asks": slow}
    turn = begun(played)
    step(turn, 9)
    assert (turn.is_running, turn.mishap) == (True, None)

    played.refusals.clear()
    step(turn, 2)

    assert Asked(permission(session_id=CHILD)) in played.heard


def test_what_was_asked_and_answered_unheard_is_caught_up_with(played: Played) -> None:
    ask = permission(session_id=FORK)
    turn = begun(played)
    step(turn, 4)
    played.has_gap, played.pending = True, [ask]
    step(turn)
    played.has_gap, played.pending = True, []
    step(turn)

    assert Asked(ask) in played.heard
    assert [each.ask_id for each in played.heard if isinstance(each, Replied)] == ["per_1"]
