"""A start on a server whose follower is killed at any of its steps; and a server that hangs."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count

import psutil
import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests import opencode_home
from tests.journeys.doorkeeper import Doorkeeper, Moment, standing_before
from tests.journeys.kugetsu import Kugetsu, arguments_of, issue
from tests.opencode_home import World

pytestmark = pytest.mark.opencode

_NUMBERS = count(1)

AUTO = {"KUGETSU_RUNS_ENGINE": "auto"}


@dataclass(frozen=True)
class Guarded:
    kugetsu: Kugetsu
    """Its runs reach the server through the doorkeeper, one at a time."""
    doorkeeper: Doorkeeper

    def kill_follower(self) -> None:
        (follower,) = [
            who for who in self.kugetsu.everybody() if "--supervise" in arguments_of(who)
        ]
        follower.kill()


@pytest.fixture(scope="module")
def guarded(
    prepared_world: World, tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel
) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded").resolve()
    world = opencode_home.moved(prepared_world, folder, model.url)
    with Kugetsu(world, engine="server") as keeping:
        keeping("init", "--adopt", world.base)
        assert keeping("server", "restart").status == 0
        told = json.loads((keeping.store / "server" / "server.json").read_text())
        with standing_before(told["url"]) as doorkeeper:
            through = {
                "KUGETSU_SERVER_URL": doorkeeper.url,
                "OPENCODE_SERVER_PASSWORD": told["password"],
                "KUGETSU_RUNS_MAX_CONCURRENT": "1",
            }
            yield Guarded(replace(keeping, more=through), doorkeeper)
    opencode_home.end_leftovers(world)


FORK = r"^POST /session/ses_\w{20,}/fork"
DESCRIBE = r"^PATCH /session/ses_\w{20,} "
EVENTS = r"^GET /event"
PROMPT = r"^POST /session/ses_\w{20,}/prompt_async"


def killed_at(guarded: Guarded, request: str, moment: Moment) -> str:
    """The issue of a start whose follower was killed at that moment."""
    ref, kugetsu = issue(next(_NUMBERS)), guarded.kugetsu
    guarded.doorkeeper.await_one(request, moment, guarded.kill_follower)
    start = kugetsu("start", ref, "#model: say heard")
    assert (start.status, "the run's supervisor died" in start.err) == (1, True), start.err
    return ref


@pytest.mark.parametrize(
    ("request_line", "moment"),
    [(r"^GET /global/health", Moment.COMES), (FORK, Moment.COMES), (FORK, Moment.DONE)],
)
def test_killed_before_the_fork_has_a_name_a_start_may_be_made_again(
    guarded: Guarded, request_line: str, moment: Moment
) -> None:
    kugetsu = guarded.kugetsu
    strangers = untracked(kugetsu)

    ref = killed_at(guarded, request_line, moment)

    row = kugetsu.row(ref)
    assert (row["state"], row["session_id"]) == ("interrupted", None)
    assert len(untracked(kugetsu) - strangers) == (moment is Moment.DONE), "what was made is shown"
    again = kugetsu("start", ref, "#model: say at last")
    assert (again.status, again.out) == (0, "at last\n"), again.err


@pytest.mark.parametrize(
    ("request_line", "moment"),
    [
        (DESCRIBE, Moment.COMES),
        (DESCRIBE, Moment.DONE),
        (EVENTS, Moment.DONE),
        (PROMPT, Moment.COMES),
    ],
)
def test_killed_before_the_message_a_start_leaves_a_session_that_was_told_nothing(
    guarded: Guarded, request_line: str, moment: Moment
) -> None:
    kugetsu = guarded.kugetsu

    ref = killed_at(guarded, request_line, moment)

    row = kugetsu.row(ref)
    assert (row["state"], row["session_id"]) == ("interrupted", kugetsu.run(ref).session_named)
    again = kugetsu("continue", ref, "#model: say at last")
    assert (again.status, again.out) == (0, "at last\n"), again.err
    assert kugetsu.prompts()[row["session_id"]] == ["#model: say at last"]


def test_killed_after_the_message_a_start_goes_on_and_is_sent_nothing_twice(
    guarded: Guarded,
) -> None:
    kugetsu = guarded.kugetsu

    ref = killed_at(guarded, PROMPT, Moment.DONE)

    row = kugetsu.in_state(ref, "idle")
    again = kugetsu("continue", ref, "#model: say at last")
    assert (again.status, again.out) == (0, "at last\n"), again.err
    assert kugetsu.answers()[row["session_id"]] == ["heard", "at last"]


def untracked(kugetsu: Kugetsu) -> set[str]:
    rows = kugetsu.data("list", "--all")["sessions"]
    return {row["session_id"] for row in rows if row["type"] == "untracked"}


def test_a_server_that_hangs_holds_no_stop_up_and_a_dead_one_even_less(doomed: Kugetsu) -> None:
    hung, dead = issue(1), issue(2)
    assert doomed("start", hung, "#model: hang", "--detach").status == 0
    (server,) = doomed.servers()
    server.suspend()
    try:
        stopped = doomed("stop", hung, patience=30)
    finally:
        server.resume()
    assert (stopped.status, doomed.row(hung)["state"]) == (0, "stopped"), stopped.err
    why = doomed.record(hung)["run_end"]["reason"]
    assert "whether it is still at work is not known: kugetsu server restart --force" in why

    assert doomed("start", dead, "#model: hang", "--detach").status == 0
    (server,) = doomed.servers()
    server.kill()
    assert doomed("stop", dead, patience=30).status == 0
    assert doomed("continue", dead, "#model: say alive").out == "alive\n"


@contextmanager
def hanging(kugetsu: Kugetsu) -> Iterator[None]:
    """Its server answers nobody, and its keeper replaces it by no other."""
    told = json.loads((kugetsu.store / "server" / "server.json").read_text())
    processes = [psutil.Process(told[who]["pid"]) for who in ("opencode", "keeper")]
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


def test_who_meets_a_server_that_hangs_is_told_so_and_may_leave_or_wait(doomed: Kugetsu) -> None:
    left, waited_for = issue(1), issue(2)
    words = "· opencode's server does not answer: another one takes its place after 45 s, at most"
    assert doomed("server", "restart").status == 0
    with hanging(doomed):
        leaving = doomed.begin("start", left, "#model: say heard", variables=AUTO)
        leaving.until_it_says(words)
        row = doomed.row(left)
        assert (row["state"], row["why"] in leaving.err) == ("pending", True), row
        leaving.signal(signal.SIGINT)
        ended = leaving.ended()
        assert (ended.status, ended.out) == (130, ""), ended.err
        row = doomed.row(left)
        assert (row["state"], row["session_id"]) == ("stopped", None)
        waiting = doomed.begin("start", waited_for, "#model: say heard", "--json", "--detach")
        waiting.until_it_says(words)

    ended = waiting.ended()
    assert (ended.status, json.loads(ended.out)["ok"]) == (0, True), ended.err
    again = doomed("start", left, "#model: say heard", variables=AUTO)
    assert (again.status, again.out) == (0, "heard\n"), again.err
    assert [told for told in doomed.prompts().values() if told] == [["#model: say heard"]] * 2


@pytest.fixture
def doomed(world: World) -> Iterator[Kugetsu]:
    with Kugetsu(world, engine="server") as kugetsu:
        kugetsu("init", "--adopt", world.base)
        yield kugetsu
        kugetsu("server", "stop", "--force")
