"""`server`: how the one server does, in words and as data."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kugetsu_tui.commands.keep_server import KeepServer
from kugetsu_tui.domain.errors import BusyError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.server import ServerSeen
from tests.fakes import NOW, Stage

pytestmark = pytest.mark.fast

SEEN = ServerSeen(
    url="http://127.0.0.1:43127",
    version="1.18.33",
    is_ours=True,
    pid=4711,
    since=NOW - timedelta(hours=1),
    at_work=2,
    live_runs=3,
    memory=650 * 1024 * 1024,
    ends_at=None,
)


def rows(stage: Stage) -> dict[str, str]:
    table = KeepServer.of(stage.world).status().report().table
    assert table is not None
    return {row[0]: row[1] for row in table.rows}


def test_where_there_is_none_it_says_that_none_is_needed_yet(stage: Stage) -> None:
    shown = KeepServer.of(stage.world).status()

    assert shown.report().headline == "no server runs; the next run that needs one starts it"
    assert not shown.data()["running"]
    assert not stage.server.started


def test_one_at_work_is_shown_with_what_it_does(stage: Stage) -> None:
    stage.server.found = SEEN

    told = rows(stage)

    assert (told["opencode"], told["process"]) == ("1.18.33", "4711")
    assert (told["sessions at work"], told["runs alive"]) == ("2", "3")
    assert (told["memory"], told["ends by itself"]) == ("650 MB", "not while it is used")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at": NOW + timedelta(minutes=9)}, "in 9m, unless it is used before"),
        ({"ends_at": NOW - timedelta(minutes=9)}, "in 1s, unless it is used before"),
        ({"at_work": 0, "live_runs": 0}, "once a run has used it: its keeper was killed"),
        ({"is_outdated": True}, "as soon as nobody needs it: opencode was installed anew"),
    ],
)
def test_it_says_when_it_ends(stage: Stage, change: dict[str, object], words: str) -> None:
    stage.server.found = replace(SEEN, **change)

    assert rows(stage)["ends by itself"] == words


def test_one_that_does_not_answer_is_not_said_to_rest(stage: Stage) -> None:
    stage.server.found = replace(SEEN, version="", at_work=None)

    assert rows(stage)["opencode"] == "it does not answer"
    assert rows(stage)["sessions at work"] == "not known"
    assert KeepServer.of(stage.world).status().data()["version"] is None


def test_the_users_own_is_not_said_to_end(stage: Stage) -> None:
    stage.server.found = ServerSeen(url="https://example.invalid", version="1.18.33", is_ours=False)

    assert rows(stage) == {
        "opencode": "1.18.33",
        "kept by": "you: it is in the setting server.url",
    }


def test_stopping_says_whether_there_was_one(stage: Stage) -> None:
    assert not KeepServer.of(stage.world).stop(force=False).data()["ended"]

    stage.server.found = SEEN
    stopped = KeepServer.of(stage.world).stop(force=False)

    assert stopped.data()["ended"]
    assert stopped.report().headline.startswith("the server was ended")


def test_one_that_is_used_stays(stage: Stage) -> None:
    stage.server.found = SEEN
    stage.server.refusal = BusyError("the server is in use")

    with pytest.raises(BusyError):
        KeepServer.of(stage.world).restart(force=False)

    assert stage.server.found == SEEN


def test_restarting_has_another_in_its_place(stage: Stage) -> None:
    stage.server.found = SEEN

    shown = KeepServer.of(stage.world).restart(force=False)

    assert stage.server.started == 1
    assert shown.was_ended
    assert shown.server == stage.server.found
