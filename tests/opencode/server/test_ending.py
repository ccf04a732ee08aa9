"""Ending a turn on a server: asked again until it has ended, within the time there is for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from kugetsu_tui.domain.errors import ServerRefusedError, ServerUnreachableError
from kugetsu_tui.domain.server import ServerAddress, ServerStatus
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.ending import end_turn

pytestmark = pytest.mark.fast

SESSION = SessionId("ses_fork")
GONE = ServerUnreachableError("opencode's server does not answer: no answer in time")


@dataclass(frozen=True)
class Played(ServerClient):
    """Goes on with the turn for as many looks as a test wants."""

    address: ServerAddress = field(default_factory=lambda: ServerAddress("http://127.0.0.1:1"))
    refusal: Exception | None = None
    looks: int = 0
    asked: list[float] = field(default_factory=list)
    """The seconds that each question was given."""

    def abort(self, session_id: SessionId, *, patience: float = 20.0) -> bool:
        self.asked.append(patience)
        if self.refusal:
            raise self.refusal
        return True

    def statuses(
        self, directory: str, *, patience: float = 5.0
    ) -> Mapping[SessionId, ServerStatus]:
        self.asked.append(patience)
        return {SESSION: ServerStatus()} if len(self.asked) <= 2 * self.looks else {}


def test_it_is_asked_again_until_the_turn_has_ended() -> None:
    played = Played(looks=2)

    assert not end_turn(played, SESSION, "/repo")
    assert len(played.asked) == 6


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
    told = end_turn(played, SESSION, "/repo", patience=0.0)

    assert why in told
    assert "kugetsu server restart --force" in told
    assert max(played.asked) == 1.0, "one that hangs may not take longer than there is time"


def test_a_refusal_is_told_as_it_is() -> None:
    refusal = ServerRefusedError("opencode's server: Session not found", status=404)

    assert end_turn(Played(refusal=refusal), SESSION, "/repo") == refusal.message
