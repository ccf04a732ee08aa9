"""`kill -9` at every step of a start on a shared server: of it, its keeper, starter and usher."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import psutil
import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests import opencode_home
from tests.journeys.doorkeeper import Doorkeeper, Held, Moment, standing_before
from tests.journeys.kugetsu import (
    PROGRAM,
    Foreground,
    Kugetsu,
    arguments_of,
    eventually,
    is_alive,
    issue,
    make_program,
)
from tests.opencode_home import World
from tests.store import tracing

pytestmark = pytest.mark.opencode

FORK = r"^POST /session/ses_\w{20,}/fork"
DESCRIBE = r"^PATCH /session/ses_\w{20,} "
EVENTS = r"^GET /event"
PROMPT = r"^POST /session/ses_\w{20,}/prompt_async"
EITHER = (Moment.COMES, Moment.DONE)

ONE, TWELVE = ({"KUGETSU_RUNS_MAX_CONCURRENT": slots} for slots in ("1", "12"))
KILLED = 137

_NUMBERS = count(1)


def a_new_one() -> str:
    return issue(next(_NUMBERS))


@dataclass(frozen=True)
class Watched:
    """A kugetsu whose requests to its own server pass a doorkeeper; one run at a time."""

    kugetsu: Kugetsu
    doorkeeper: Doorkeeper

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads((self.kugetsu.store / "server/server.json").read_text())
        return facts

    @property
    def server(self) -> psutil.Process:
        return psutil.Process(self.facts()["opencode"]["pid"])

    @property
    def keeper(self) -> psutil.Process:
        return psutil.Process(self.facts()["keeper"]["pid"])

    def watch(self) -> None:
        """The next keeper takes the server over at the address that the file says."""
        if not self.kugetsu.servers():
            assert self.kugetsu("server", "restart").status == 0
        kill(self.keeper)
        facts = self.facts()
        if facts["url"] != self.doorkeeper.url:
            self.doorkeeper.stand_before(facts["url"])
            told = json.dumps({**facts, "url": self.doorkeeper.url})
            (self.kugetsu.store / "server" / "server.json").write_text(told)

    def held(self, step: tuple[str, Moment], *words: str) -> tuple[Foreground, Held]:
        """A start that has come to that step, and the request that waits there."""
        held = self.doorkeeper.hold_one(*step)
        start = self.kugetsu.begin("start", *words, variables=TWELVE)
        held.await_it()
        return start, held

    def usher(self) -> psutil.Process:
        """Once there is one."""

        def found() -> psutil.Process | None:
            everybody = self.kugetsu.everybody()
            return next((who for who in everybody if "--usher" in arguments_of(who)), None)

        return eventually(found)


def kill(process: psutil.Process) -> None:
    process.kill()
    eventually(lambda: not is_alive(process))


@pytest.fixture(scope="module")
def watched(
    prepared_world: World, tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel
) -> Iterator[Watched]:
    folder = tmp_path_factory.mktemp("watched").resolve()
    world = opencode_home.moved(prepared_world, folder, model.url)
    program = world.home / "bin" / "opencode"
    program.unlink()
    mishap = '[ "$1" != serve ] || [ ! -e ~/mishap ] || . ~/mishap'
    make_program(program, f'{mishap}\nexec "{world.program}" "$@"')
    more = {**ONE, "OPENCODE_PERMISSION": json.dumps({"bash": "ask"})}
    with Kugetsu(world, more=more, engine="server") as kugetsu, standing_before("") as doorkeeper:
        kugetsu("init", "--adopt", world.base)
        yield Watched(kugetsu, doorkeeper)
        assert kugetsu("server", "stop", "--force").status == 0
        eventually(kugetsu.is_deserted)
    opencode_home.end_leftovers(world)


def test_a_server_that_dies_finds_starts_at_each_of_their_steps(watched: Watched) -> None:
    kugetsu = watched.kugetsu
    watched.watch()
    amid, asking, late = a_new_one(), a_new_one(), a_new_one()
    for ref, message in {amid: "#model: hang-mid-stream", asking: "#model: bash true"}.items():
        assert kugetsu("start", ref, message, "--detach", variables=TWELVE).status == 0
    eventually(lambda: "I was about to" in kugetsu("log", amid).out)
    kugetsu.in_state(asking, "waiting")
    steps = [(request, moment) for request in (FORK, DESCRIBE, PROMPT, EVENTS) for moment in EITHER]
    issues = {a_new_one(): step for step in steps}
    hang = ("#model: hang", "--detach")
    held = [watched.held(step, ref, *hang)[1] for ref, step in issues.items()]
    assert kugetsu("start", late, "#model: say later", "--detach").status == 0
    assert kugetsu.row(late)["state"] == "queued"

    watched.server.kill()
    for each in held:
        each.let_go(is_served=False)

    kugetsu.in_state(late, "idle")
    eventually(lambda: not kugetsu.everybody())
    rows = {row["issue_ref"]: row for row in kugetsu.data("list")["sessions"]}
    for ref, (request, _) in issues.items():
        is_named, is_sent = request is not FORK, request is PROMPT
        assert rows[ref]["state"] == ("interrupted" if is_sent else "failed"), rows[ref]
        assert bool(rows[ref]["session_id"]) == is_named
        told = "it is not sent again" if is_sent else "nothing was sent to the model"
        assert told in rows[ref]["why"]
    for ref in (amid, asking):
        assert rows[ref]["state"] == "interrupted"
        assert "does not answer" in rows[ref]["why"]
    before = kugetsu.prompts()
    silent = [ref for ref, (request, _) in issues.items() if request in (DESCRIBE, EVENTS)]
    assert not any(rows[ref]["session_id"] in before for ref in silent)

    again = {
        ref: kugetsu.begin(
            "continue" if rows[ref]["session_id"] else "start", ref, "#model: say at last"
        )
        for ref in (amid, asking, *issues)
    }

    for ref, begun in again.items():
        ended = begun.ended(patience=180)
        assert (ended.status, ended.out) == (0, "at last\n"), ended.err
        if session := rows[ref]["session_id"]:
            told_now = [*before.get(session, []), "#model: say at last"]
            assert kugetsu.prompts()[session] == told_now


def test_a_keeper_that_dies_is_missed_by_nobody(watched: Watched) -> None:
    kugetsu = watched.kugetsu
    watched.watch()
    asking = a_new_one()
    starts = [kugetsu.begin("start", asking, "#model: bash true\n#model: say heard")]
    starts[0].until_it_says("opencode has the message")
    kugetsu.in_state(asking, "waiting")
    steps = [(FORK, Moment.DONE), (PROMPT, Moment.COMES)]
    held = [watched.held(step, a_new_one(), "#model: say heard") for step in steps]
    server, keeper = watched.server, watched.keeper

    kill(keeper)
    for start, request in held:
        request.let_go(is_served=True)
        starts.append(start)

    assert kugetsu("answer", asking, "once").status == 0
    assert [start.ended().out for start in starts] == ["heard\n"] * 3
    assert kugetsu("start", a_new_one(), "#model: say kept").out == "kept\n"
    assert kugetsu.servers() == [watched.server] == [server]
    assert watched.keeper != keeper


@pytest.mark.parametrize("victim", ["$$", "$PPID"], ids=["the server", "its keeper"])
def test_killed_before_the_server_is_ready(watched: Watched, victim: str) -> None:
    kugetsu, ref = watched.kugetsu, a_new_one()
    kugetsu("server", "stop", "--force")
    (kugetsu.world.home / "mishap").write_text(f"rm ~/mishap; kill -9 {victim}")

    start = kugetsu("start", ref, "#model: say in the end")

    assert (start.status, start.out) == (0, "in the end\n"), start.err
    assert not (kugetsu.world.home / "mishap").exists()
    assert kugetsu.servers() == [watched.server]


@pytest.mark.parametrize(
    ("step", "more"),
    [
        ((FORK, Moment.DONE), ()),
        ((FORK, Moment.DONE), ("--detach",)),
        ((PROMPT, Moment.COMES), ()),
    ],
)
def test_a_starter_that_dies_leaves_a_run_that_goes_on(
    watched: Watched, step: tuple[str, Moment], more: Sequence[str]
) -> None:
    kugetsu, ref = watched.kugetsu, a_new_one()
    watched.watch()
    start, held = watched.held(step, ref, "#model: say heard", *more)

    start.process.kill()
    assert start.ended().status == KILLED
    held.let_go(is_served=True)

    session = kugetsu.in_state(ref, "idle")["session_id"]
    again = kugetsu("continue", ref, "#model: say at last")
    assert (again.status, again.out) == (0, "at last\n"), again.err
    assert kugetsu.prompts()[session] == ["#model: say heard", "#model: say at last"]


def test_a_starter_that_dies_leaves_a_run_that_begins_when_its_turn_comes(watched: Watched) -> None:
    kugetsu, first, second = watched.kugetsu, a_new_one(), a_new_one()
    assert kugetsu("start", first, "#model: hang", "--detach").status == 0
    start = kugetsu.begin("start", second, "#model: say heard")
    start.until_it_says("waits for its turn")

    start.process.kill()
    assert start.ended().status == KILLED
    assert kugetsu.row(second)["state"] == "queued"
    assert kugetsu("stop", first).status == 0

    session = kugetsu.in_state(second, "idle")["session_id"]
    assert kugetsu.prompts()[session] == ["#model: say heard"]


def test_a_starter_that_dies_before_its_issue_has_a_place_leaves_nothing(watched: Watched) -> None:
    kugetsu, ref = watched.kugetsu, a_new_one()
    runs = kugetsu.store / "runs"
    before = set(runs.glob("2*"))
    with (kugetsu.store / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        start = kugetsu.begin("start", ref, "#model: say never")
        eventually(lambda: set(runs.glob("2*")) - before)
        start.process.kill()
        assert start.ended().status == KILLED

    assert ref not in [row["issue_ref"] for row in kugetsu.data("list")["sessions"]]
    again = kugetsu("start", ref, "#model: say at last")
    assert (again.status, again.out) == (0, "at last\n"), again.err


def test_a_starter_that_dies_before_there_is_a_supervisor_leaves_a_start_to_be_made_again(
    watched: Watched,
) -> None:
    tracing.require()
    kugetsu, ref = watched.kugetsu, a_new_one()
    eventually(lambda: not kugetsu.everybody())  # it would wait for the store in a thread
    births = "?vfork,clone,?clone3"
    inject = ("-e", f"trace={births}", "-e", f"inject={births}:signal=KILL")

    start = kugetsu(
        *("start", ref, "#model: say never"),
        by=("strace", "-qq", "-o", os.devnull, *inject, PROGRAM),
    )

    assert start.status == KILLED
    row = kugetsu.row(ref)
    assert (row["state"], row["session_id"]) == ("interrupted", None)
    again = kugetsu("start", ref, "#model: say at last")
    assert (again.status, again.out) == (0, "at last\n"), again.err


def has_spoken(begun: Foreground) -> bool:
    return bool(begun.out + begun.err)


def test_an_usher_that_dies_is_replaced_by_whoever_looks_or_waits(watched: Watched) -> None:
    kugetsu = watched.kugetsu
    at_work, waiting, newcomer = a_new_one(), a_new_one(), a_new_one()
    assert kugetsu("start", at_work, "#model: hang", "--detach").status == 0
    assert kugetsu("start", waiting, "#model: say heard", "--detach").status == 0

    for reading in (["list"], ["show", waiting]):
        kill(watched.usher())
        assert kugetsu(*reading).status == 0
        watched.usher()
    for lasting in (
        ["watch"],
        ["log", waiting, "--follow"],
        ["start", newcomer, "#model: say heard"],
        ["continue", at_work, "#model: say heard", "--queue"],
    ):
        begun = kugetsu.begin(*lasting)
        eventually(partial(has_spoken, begun))
        kill(watched.usher())
        watched.usher()
        begun.process.kill()
        begun.ended()

    assert kugetsu("stop", at_work).status == 0
    for ref in (waiting, newcomer):
        kugetsu.in_state(ref, "idle")
