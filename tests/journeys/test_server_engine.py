"""Runs given to one server: fast, asked and answered, stopped cleanly, and honest when it dies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests import opencode_home
from tests.journeys.kugetsu import PROGRAM, Kugetsu, eventually, is_alive, issue, sleepers
from tests.journeys.tmux import terminal
from tests.opencode.server.fake_server import json_answer, serve
from tests.opencode_home import World

pytestmark = pytest.mark.opencode

ASKS_FIRST = {"OPENCODE_PERMISSION": json.dumps({"bash": "ask"})}
"""What the server is started with: commands are asked for."""


@pytest.fixture(scope="module")
def served(
    prepared_world: World, tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel
) -> Iterator[Kugetsu]:
    """A kugetsu with its base, whose runs share a server; each test takes an issue of its own."""
    folder = tmp_path_factory.mktemp("served").resolve()
    world = opencode_home.moved(prepared_world, folder, model.url)
    with Kugetsu(world, more=ASKS_FIRST, engine="server") as kugetsu:
        kugetsu("init", "--adopt", world.base)
        yield kugetsu
        assert kugetsu("server", "stop", "--force").status == 0
    opencode_home.end_leftovers(world)


@pytest.fixture
def doomed(world: World) -> Iterator[Kugetsu]:
    """The same, for tests that kill what others would need."""
    with Kugetsu(world, engine="server") as kugetsu:
        kugetsu("init", "--adopt", world.base)
        yield kugetsu


def server_of(kugetsu: Kugetsu) -> psutil.Process:
    facts = json.loads((kugetsu.store / "server" / "server.json").read_text())
    return psutil.Process(facts["opencode"]["pid"])


def asked(kugetsu: Kugetsu, ref: str) -> dict[str, object]:
    """What the issue's run waits for, once it waits."""

    def is_waiting() -> bool:
        rows = kugetsu.data("list", "--state", "waiting")["sessions"]
        return ref in [row["issue_ref"] for row in rows]

    eventually(is_waiting)
    (ask,) = kugetsu.data("answer", ref)["asks"]
    return dict(ask)


def test_a_start_and_what_follows_go_to_one_server(served: Kugetsu) -> None:
    ref = issue(1)
    start = served("start", ref, "fix the login bug\n#model: read login.py\n#model: say mended")
    assert (start.status, start.out) == (0, "mended\n"), start.err
    continued = served("continue", ref, "#model: say tested\n")
    assert (continued.status, continued.out) == (0, "tested\n"), continued.err

    row = served.row(ref)
    assert (row["state"], row["title"]) == ("idle", "fix the login bug")
    events = [event["event"] for event in served.run(ref).events()]
    assert events[:2] == ["session_named", "prompt_accepted"], "of the second, which found it there"
    assert events[-1] == "ended"
    assert served.prompts()[row["session_id"]][-1] == "#model: say tested\n"
    assert len(served.servers()) == 1


def test_what_is_set_anew_holds_for_the_next_run(kugetsu: Kugetsu) -> None:
    said = "#model: bash printenv A_TOKEN >> told\n#model: say done"
    for number, token in enumerate(("Ab12", "Cd34"), 1):
        ended = kugetsu("start", issue(number), said, variables={"A_TOKEN": token})
        assert (ended.status, ended.out) == (0, "done\n"), ended.err
    assert (kugetsu.world.repo / "told").read_text().split() == ["Ab12", "Cd34"]
    told = "· opencode's server was started with another A_TOKEN: a new one is started\n"
    assert told in ended.err
    assert "Ab12" not in ended.err + (kugetsu.store / "server" / "server.json").read_text()


def test_a_permission_is_waited_for_shown_and_given(served: Kugetsu) -> None:
    ref = issue(2)
    start = served.begin("start", ref, "#model: bash echo 'a  b' > made.txt\n#model: say done")
    ask = asked(served, ref)
    assert (ask["permission"], ask["detail"]) == ("bash", "echo 'a  b' > made.txt")
    assert "echo 'a  b' > made.txt" in served("answer", ref).out
    assert [row["issue_ref"] for row in served.data("list", "--state", "waiting")["sessions"]] == [
        ref
    ]

    given = served("answer", ref, "once", "--ask", str(ask["id"]))

    assert given.status == 0, given.err
    ended = start.ended()
    assert (ended.status, ended.out) == (0, "done\n"), ended.err
    assert (served.world.repo / "made.txt").read_text() == "a  b\n"
    (replied,) = (each for each in served.run(ref).events() if each["event"] == "replied")
    assert replied["what"] == "once"
    assert replied["by"].startswith("kugetsu answer (process ")
    late = served("answer", ref, "once")
    assert (late.status, "nothing is asked" in late.err) == (4, True), late.err


def test_a_no_with_words_lets_the_model_go_on_and_a_bare_one_ends_the_turn(
    served: Kugetsu,
) -> None:
    polite, curt = issue(3), issue(4)
    starts = {
        ref: served.begin("start", ref, "#model: bash rm -rf build\n#model: say as you wish")
        for ref in (polite, curt)
    }
    asked(served, polite)
    asked(served, curt)

    assert served("answer", polite, "reject", "--message", "move it").status == 0
    assert served("answer", curt, "reject").status == 0

    assert starts[polite].ended().out == "as you wish\n"
    refused = starts[curt].ended()
    assert (refused.status, served.row(curt)["state"]) == (1, "failed"), refused.err


def test_a_question_is_answered_and_a_sub_agents_permission_is_its_parents(
    served: Kugetsu,
) -> None:
    ref, parent = issue(5), issue(6)
    start = served.begin("start", ref, "#model: question Go on?\n#model: say then I do")
    other = served.begin("start", parent, "#model: task #model: bash echo sub\n#model: say both")
    assert asked(served, ref)["questions"] == [
        {
            "header": "One question",
            "question": "Go on?",
            "choices": ["Yes", "No"],
            "multiple": False,
            "custom": True,
        }
    ]
    assert served("answer", ref, "once").status == 2
    assert served("answer", ref, "--choice", "yes").status == 0
    assert asked(served, parent)["detail"] == "echo sub"
    assert served("answer", parent, "once").status == 0

    assert start.ended().out == "then I do\n"
    assert other.ended().out == "both\n"


def test_auto_gives_every_permission_and_says_so(served: Kugetsu) -> None:
    ref = issue(7)
    start = served("start", ref, "#model: bash echo hi\n#model: say done", "--auto")
    assert (start.status, start.out) == (0, "done\n"), start.err
    log = served("log", ref).out
    assert "? may it bash: echo hi" in log
    assert "· once, by auto: nobody was asked" in log


def test_stop_ends_the_turn_and_its_tools_and_nobody_elses(served: Kugetsu) -> None:
    ref, other = issue(8), issue(9)
    served("start", ref, "#model: bash sleep 30301", "--auto", "--detach")
    served("start", other, "#model: wait 3\n#model: say undisturbed", "--detach")
    eventually(lambda: sleepers(30301))

    stopped = served("stop", ref)

    assert stopped.status == 0, stopped.err
    assert served.row(ref)["state"] == "stopped"
    eventually(lambda: not sleepers(30301))
    served.in_state(other, "idle")
    again = served("continue", ref, "#model: say here again")
    assert (again.status, again.out) == (0, "here again\n"), again.err


def test_a_killed_follower_leaves_a_turn_that_is_seen_stopped_and_continued(
    served: Kugetsu,
) -> None:
    ref = issue(10)
    served("start", ref, "#model: hang", "--detach")
    run = served.run(ref)
    eventually(lambda: [each for each in run.events() if each["event"] == "prompt_accepted"])

    run.supervisor.kill()

    row = served.row(ref)
    assert (row["state"], row["why"]) == ("running", "unwatched: its supervisor is gone")
    assert served("continue", ref, "#model: say never").status == 75
    stopped = served("stop", ref)
    assert (stopped.status, served.row(ref)["state"]) == (0, "stopped"), stopped.err
    again = served("continue", ref, "#model: say alive")
    assert (again.status, again.out) == (0, "alive\n"), again.err


@pytest.mark.parametrize(
    ("number", "verb", "asking"),
    [
        (14, "start", "#model: bash true\n#model: say heard"),
        (15, "continue", "#model: question Go on?\n#model: say heard"),
    ],
)
def test_where_the_follower_was_killed_while_it_asked_an_answer_has_another_follow(
    served: Kugetsu, number: int, verb: str, asking: str
) -> None:
    ref = issue(number)
    if verb == "continue":
        served("start", ref, "#model: say ready")
    served(verb, ref, asking, "--detach")
    ask = asked(served, ref)
    follower = served.run(ref).supervisor
    follower.kill()
    eventually(lambda: not is_alive(follower))
    assert served.row(ref)["state"] == "waiting"
    assert f"kugetsu answer '{ref}'" in served("doctor").out

    reply = ["once"] if ask["kind"] == "permission" else ["--choice", "yes"]
    answered = served("answer", ref, *reply)

    assert answered.status == 0, answered.err
    session = served.in_state(ref, "idle")["session_id"]
    assert served.record(ref)["run_end"]["outcome"] == "answered"
    assert served.answers()[session][-1] == "heard"
    assert served.prompts()[session].count(asking) == 1
    (replied,) = (each for each in served.run(ref).events() if each["event"] == "replied")
    assert replied["ask_id"] == ask["id"]
    assert served("answer", ref, *reply).status == 4


def test_a_run_that_was_ended_is_followed_by_nobody_else(served: Kugetsu) -> None:
    ref = issue(16)
    served("start", ref, "#model: bash true", "--detach")
    asked(served, ref)
    follower = served.run(ref).supervisor
    follower.kill()
    eventually(lambda: not is_alive(follower))
    assert served("stop", ref).status == 0

    answered = served("answer", ref, "once")

    assert (answered.status, served.row(ref)["state"]) == (4, "stopped"), answered.err
    again = served("continue", ref, "#model: say alive")
    assert (again.status, again.out) == (0, "alive\n"), again.err


def test_a_killed_server_interrupts_its_runs_and_nothing_is_sent_again(doomed: Kugetsu) -> None:
    ref = issue(11)
    start = doomed.begin("start", ref, "#model: hang")
    start.until_it_says("opencode has the message")
    session = doomed.record(ref)["opencode_session_id"]
    eventually(lambda: doomed.prompts().get(session))

    server_of(doomed).kill()

    ended = start.ended()
    assert (ended.status, "does not answer" in ended.err) == (1, True), ended.err
    assert doomed.row(ref)["state"] == "interrupted"
    again = doomed("continue", ref, "#model: say after all")
    assert (again.status, again.out) == (0, "after all\n"), again.err
    assert doomed.record(ref)["opencode_session_id"] == session
    assert doomed.prompts()[session] == ["#model: hang", "#model: say after all"]


def test_where_no_server_can_be_had_auto_takes_the_other_engine_and_says_so(
    kugetsu: Kugetsu,
) -> None:
    nobody = {"KUGETSU_RUNS_ENGINE": "auto", "KUGETSU_SERVER_URL": "http://127.0.0.1:9"}
    ref = issue(13)
    start = kugetsu("start", ref, "#model: say all the same", variables=nobody)

    assert (start.status, start.out) == (0, "all the same\n"), start.err
    first, *_ = kugetsu.run(ref).events()
    assert (first["event"], "does not answer" in first["reason"]) == ("engine_replaced", True)
    assert "no server, it goes through `opencode run`" in start.err


def test_an_old_opencodes_server_is_found_wanting_before_anything_is_forked(
    kugetsu: Kugetsu,
) -> None:
    asked: list[bytes] = []

    def answer_as_an_old_one(request: bytes) -> Iterator[bytes]:
        """It knows all routes, and nothing of a session's metadata."""
        asked.append(request.partition(b"\r\n")[0])
        if b"/global/health" in request:
            yield json_answer(b'{"healthy": true, "version": "1.14.34"}')
        else:
            yield json_answer(b'{"name": "NotFoundError"}', status="404 Not Found")

    with serve(answer_as_an_old_one) as address:
        theirs = {"KUGETSU_SERVER_URL": address.url}
        refused = kugetsu("start", issue(1), "hello", "--engine", "server", variables=theirs)
        said = "#model: say all the same"
        replaced = kugetsu("start", issue(2), said, "--engine", "auto", variables=theirs)

    words = "lacks metadata of sessions (kugetsu settings runs.engine run, or a newer opencode)"
    assert (refused.status, words in refused.err) == (1, True), refused.err
    assert "nothing was sent to the model" in refused.err
    assert (replaced.status, replaced.out) == (0, "all the same\n"), replaced.err
    assert not [line for line in asked if kugetsu.world.base.encode() in line]


@pytest.mark.tmux
def test_a_prompt_typed_in_the_screen_outlives_its_terminal(
    doomed: Kugetsu, tmp_path: Path
) -> None:
    ref = issue(12)
    doomed("start", ref, "#model: say ready")
    with terminal(tmp_path, cwd=doomed.world.repo, environment=doomed.environment) as window:
        window.enter(f"{PROGRAM} resume '{ref}'")
        window.until_it_shows("Demo")
        assert doomed.row(ref)["state"] == "open"
        window.type("-l", "#model: wait 6")
        window.until_it_shows("#model: wait 6")
        window.type("Enter")
        session = doomed.record(ref)["opencode_session_id"]
        eventually(lambda: len(doomed.prompts()[session]) > 1)
        window.close()

    eventually(lambda: doomed.record(ref).get("run_end", {}).get("outcome") == "answered")
    assert doomed.answers()[session][-1] == "Done."
    assert doomed.row(ref)["state"] == "idle"
