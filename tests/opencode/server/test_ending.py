"""Ending a turn on a server: asked again until it has ended, within the time there is for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from kugetsu_tui.domain.errors import ServerRefusedError, ServerUnreachableError
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.ending import end_turn

pytestmark = pytest.mark.fast

SESSION, CHILD, STRANGER = SessionId("ses_fork"), SessionId("ses_child"), SessionId("ses_other")
GONE = ServerUnreachableError("opencode's server does not answer: no answer in time")


@dataclass(frozen=True)
class Played(ServerClient):
    """Goes on with the turn for as many looks as a test wants."""

    address: ServerAddress = field(default_factory=lambda: ServerAddress("http://127.0.0.1:1"))
    refusal: Exception | None = None
    looks: int = 0
    asked: list[float] = field(default_factory=list)
    """The seconds that each question was given."""

    def children(self, session_id: SessionId, *, patience: float = 20.0) -> Set[SessionId]:
        return {CHILD} if session_id == SESSION else set()

    def commands(self, session_id: SessionId, *, patience: float = 20.0) -> Sequence[str]:
        return [f"sleep of {session_id}"]

    def abort(self, session_id: SessionId, *, patience: float = 20.0) -> bool:
        self.asked.append(patience)
        if self.refusal:
            raise self.refusal
        return True

    def at_work(self, directory: str, *, patience: float = 5.0) -> Set[SessionId]:
        self.asked.append(patience)
        return {SESSION, CHILD, STRANGER} if len(self.asked) <= 2 * self.looks + 1 else set()


@dataclass(frozen=True)
class Guard:
    """Knows the server's processes."""

    told: list[str] = field(default_factory=list)

    @contextmanager
    def ending_tools(self, commands: Sequence[str]) -> Iterator[None]:
        self.told.extend(commands)
        yield
        self.told.append("ended")


def ended(played: Played, *, patience: float = 5.0) -> str:
    return end_turn(Guard(), played, SESSION, "/repo", patience=patience)


def test_it_is_asked_again_until_the_turn_has_ended() -> None:
    played = Played(looks=2)

    assert not ended(played)
    assert len(played.asked) == 1 + 6


def test_what_its_tools_and_those_of_its_sub_agents_started_is_ended_with_it() -> None:
    guard = Guard()

    assert not end_turn(guard, Played(looks=1), SESSION, "/repo")
    assert guard.told == ["sleep of ses_fork", "sleep of ses_child", "ended"]


@pytest.mark.parametrize(
    ("played", "why"),
    [
        (Played(looks=9), "does not let go of it"),
        (Played(refusal=GONE), "whether it is still at work is not known"),
    ],
)
def test_a_server_that_does_not_obey_is_given_up_and_what_ends_it_is_named(
    played: Played, why: str
) -> None:
    told = ended(played, patience=0.0)

    assert why in told
    assert "kugetsu server restart --force" in told
    assert max(played.asked) == 1.0, "one that hangs may not take longer than there is time"


def test_a_refusal_is_told_as_it_is() -> None:
    refusal = ServerRefusedError("opencode's server: Session not found", status=404)

    assert ended(Played(refusal=refusal)) == refusal.message
