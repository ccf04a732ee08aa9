"""Many calls at the same moment."""

from __future__ import annotations

import json
from threading import Event, Thread

import pytest

from tests.journeys.kugetsu import WITH_EACH_ENGINE, Kugetsu, eventually, issue

pytestmark = pytest.mark.opencode

NUMBERS = range(1, 9)


def prompt(number: int) -> str:
    return f"#model: say answer to {number}\nthis is issue {number}"


@WITH_EACH_ENGINE
def test_eight_starts_at_once_get_eight_right_sessions_and_lose_nothing(kugetsu: Kugetsu) -> None:
    with _Reader(kugetsu) as reader:
        starts = {n: kugetsu.begin("start", issue(n), prompt(n), "--json") for n in NUMBERS}
        ended = {n: start.ended(patience=200) for n, start in starts.items()}

    assert [each.status for each in ended.values()] == [0] * 8, ended
    assert kugetsu.index()["issues"].keys() == {issue(n) for n in NUMBERS}
    told = {n: json.loads(each.out)["data"] for n, each in ended.items()}
    sessions = {n: data["session_id"] for n, data in told.items()}
    assert len(set(sessions.values())) == 8
    for n, session in sessions.items():
        run = kugetsu.run(issue(n))
        assert told[n]["answer"] == f"answer to {n}"
        assert kugetsu.record(issue(n))["opencode_session_id"] == session
        assert run.session_named == session
        if not kugetsu.is_served:
            assert f"message=created id={session} " in (run.folder / "stderr.log").read_text()
        assert kugetsu.prompts()[session] == [prompt(n)]
        assert kugetsu.answers()[session] == [f"answer to {n}"]
    assert reader.seen == sorted(reader.seen), "an entry was there, and was lost again"
    assert max(reader.seen) == 8
    eventually(kugetsu.is_deserted)


def test_of_calls_for_the_same_issue_at_once_one_is_taken(kugetsu: Kugetsu) -> None:
    for verb in ("start", "continue"):
        said = f"#model: say {verb}"
        calls = [kugetsu.begin(verb, issue(14), said) for _ in range(3)]
        ended = sorted((call.ended() for call in calls), key=lambda each: each.status)
        assert [each.status for each in ended] == [0, 75, 75], ended
        assert [each.out for each in ended] == [f"{verb}\n", "", ""]
        run = kugetsu.record(issue(14))["run_id"]
        assert all(f"run {run} is in progress" in each.err for each in ended[1:])
    session = kugetsu.record(issue(14))["opencode_session_id"]
    assert kugetsu.prompts() == {session: ["#model: say start", "#model: say continue"]}


class _Reader:
    """Reads the index as fast as it can: a broken one ends it, and fails the test."""

    def __init__(self, kugetsu: Kugetsu) -> None:
        self._kugetsu = kugetsu
        self._is_enough = Event()
        self._thread = Thread(target=self._read, daemon=True)
        self.seen: list[int] = []
        """How many issues the index had, each time."""

    def __enter__(self) -> _Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_enough.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._is_enough.wait(0.001):
            self.seen.append(len(self._kugetsu.index()["issues"]))


def test_more_than_there_are_slots_wait_and_all_are_answered(kugetsu: Kugetsu) -> None:
    narrow = ("--set", "runs.max-concurrent=2")
    for n in (1, 2):
        assert kugetsu(*narrow, "start", issue(n), "#model: hang", "--detach").status == 0
    for n in (3, 4, 5):
        queued = kugetsu(*narrow, "start", issue(n), prompt(n), "--detach", "--json")
        assert json.loads(queued.out)["data"]["state"] == "queued", queued
    behind = kugetsu(*narrow, "continue", issue(1), "#model: say later", "--queue", "--detach")
    assert behind.status == 0, behind
    listed = kugetsu.data("list", "--state", "queued")["sessions"]
    assert [row["issue_ref"] for row in listed] == [issue(3), issue(4), issue(5)]

    assert kugetsu("stop", issue(4)).status == 0
    assert kugetsu("stop", issue(2)).status == 0

    for n in (3, 5):
        kugetsu.in_state(issue(n), "idle")
    kugetsu.in_state(issue(4), "stopped")
    assert kugetsu("stop", "--all").status == 0
    eventually(kugetsu.is_deserted)
    answers = [answer for said in kugetsu.answers().values() for answer in said]
    assert sorted(answers) == ["answer to 3", "answer to 5"], "stop takes what waits behind, too"


def test_what_waits_for_a_session_that_is_destroyed_reaches_no_other(kugetsu: Kugetsu) -> None:
    narrow = ("--set", "runs.max-concurrent=1")
    for words in (
        ("start", issue(2), "#model: hang", "--detach"),
        ("start", issue(1), "#model: say first", "--detach"),
        ("continue", issue(1), "#model: say old", "--queue", "--detach"),
    ):
        assert kugetsu(*narrow, *words).status == 0

    assert kugetsu("destroy", issue(1), "-y").status == 75
    assert kugetsu("destroy", issue(1), "-y", "--force").status == 0
    assert kugetsu(*narrow, "start", issue(1), "#model: say new", "--detach").status == 0

    assert kugetsu("stop", issue(2)).status == 0
    kugetsu.in_state(issue(1), "idle")
    eventually(kugetsu.is_deserted)
    assert kugetsu.prompts()[kugetsu.record(issue(1))["opencode_session_id"]] == ["#model: say new"]
