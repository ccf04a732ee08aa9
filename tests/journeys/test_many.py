"""Twenty issues from one file, through four slots: some ask, some fail, one hangs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.journeys.kugetsu import Kugetsu, eventually, issue
from tests.opencode_home import World

pytestmark = pytest.mark.opencode

ASKING, FAILING, HANGING = (3, 9, 15), (5, 12), 7
EVERYBODY = range(1, 21)


@pytest.fixture
def four(world: World) -> Iterator[Kugetsu]:
    """Four runs at once, on one server that asks before it runs a command."""
    more = {
        "KUGETSU_RUNS_MAX_CONCURRENT": "4",
        "OPENCODE_PERMISSION": json.dumps({"bash": "ask"}),
    }
    with Kugetsu(world, more=more, engine="server") as kugetsu:
        kugetsu("init", "--adopt", world.base)
        yield kugetsu


def message(number: int) -> str:
    if number in ASKING:
        return f"#model: bash echo {number}"
    if number in FAILING:
        return "#model: error 401"
    return "#model: hang" if number == HANGING else f"#model: say answer to {number}"


def task(number: int) -> str:
    if number != HANGING:
        return f"{issue(number)}\t{message(number)}"
    return json.dumps({"ref": issue(number), "message": message(number), "timeout": "15s"})


def told(lines: str) -> list[dict[str, Any]]:
    return [json.loads(line)["data"] for line in lines.splitlines()]


def is_waiting(kugetsu: Kugetsu, ref: str) -> bool:
    rows = kugetsu.data("list", "--state", "waiting")["sessions"]
    return ref in [row["issue_ref"] for row in rows]


def test_each_comes_to_its_own_end_and_nothing_is_left_running(four: Kugetsu) -> None:
    file = four.world.home / "tasks"
    file.write_text("\n".join(["# twenty of them", *map(task, EVERYBODY)]))
    begun = four.begin("run", str(file), "--keep-going", "--json")

    for ref in map(issue, ASKING):
        eventually(partial(is_waiting, four, ref))
        assert four("answer", ref, "once").status == 0
    ended = begun.ended(patience=300)

    *results, counts = told(ended.out)
    assert ended.status == 1, ended.err
    fates = {result["line"] - 1: result["fate"] for result in results}
    lost = {*FAILING, HANGING}
    assert fates == {n: "failed" if n in lost else "done" for n in EVERYBODY}
    assert (counts["done"], counts["failed"]) == (17, 3)
    rows = {row["issue_ref"]: row for row in four.data("list")["sessions"]}
    for n in EVERYBODY:
        assert rows[issue(n)]["state"] == ("failed" if n in lost else "idle"), rows[issue(n)]
    assert all("401" in rows[issue(n)]["why"] for n in FAILING)
    assert "ended after 15 s" in rows[issue(HANGING)]["why"]
    eventually(lambda: not four.everybody())
    for result in results:
        if result["fate"] == "done":
            session = four.record(result["issue_ref"])["opencode_session_id"]
            assert session == result["session_id"]
            assert four.prompts()[session] == [message(result["line"] - 1)]

    again = four("run", str(file), "--resume", "--detach", "--json", patience=200)

    assert Counter(result["fate"] for result in told(again.out)[:-1]) == {
        "skipped": 17,
        "on its way": 3,
    }
    assert four("stop", "--all").status == 0
    eventually(four.is_deserted)
