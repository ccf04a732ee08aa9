"""What one process does, another one sees; what opencode has, kugetsu takes over or gives up."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.kugetsu import WITH_AN_OPENCODE_EACH, Foreground, Kugetsu, eventually, issue

pytestmark = pytest.mark.opencode

REF = issue(14)


def test_a_run_of_another_process_is_seen_by_watch_and_followed_by_log(kugetsu: Kugetsu) -> None:
    watch = kugetsu.begin("watch", "--json")
    eventually(lambda: boards(watch))
    assert kugetsu("start", REF, "#model: wait 2\n#model: say seen", "--detach").status == 0
    log = kugetsu.begin("log", REF, "--follow")
    assert log.process.poll() is None

    followed = log.ended()
    assert followed.status == 0
    told = followed.out.partition("· session ")[2].splitlines()[1:]
    accepted = ["· opencode has the message"] * kugetsu.is_served
    assert told == [*accepted, "seen", "· step ended: stop, 102 tokens", "■ answered"]
    session = kugetsu.record(REF)["opencode_session_id"]
    eventually(lambda: states(watch)[-1:] == [("idle", session)])
    assert {"pending", "running"} & {state for state, _ in states(watch)}
    assert watch.process.poll() is None


def test_an_adopted_session_is_continued_purged_and_not_to_be_had_back(kugetsu: Kugetsu) -> None:
    began = kugetsu.world.ask("#model: say from outside")
    assert began.returncode == 0, began.stderr
    (session,) = kugetsu.prompts()

    adopted = kugetsu("adopt", REF, session)
    assert (adopted.status, session in adopted.out) == (0, True), adopted.err
    assert kugetsu("adopt", issue(15), session).status == 4
    assert kugetsu("continue", REF, "#model: say from here").out == "from here\n"
    assert kugetsu.prompts()[session] == ["#model: say from outside", "#model: say from here"]

    record = kugetsu.record(REF)
    assert kugetsu("destroy", REF).status == 2, "asks first, and there is nobody to ask"
    assert kugetsu("destroy", session, "-y").status == 0
    assert kugetsu.index()["issues"] == {}
    assert kugetsu("undo").status == 0
    assert kugetsu.record(REF) == record
    assert kugetsu.row(REF)["state"] == "idle"

    purged = kugetsu("destroy", REF, "-y", "--purge")
    assert purged.status == 0, purged.err
    assert kugetsu.prompts() == {}
    assert kugetsu.data("list", "--all")["sessions"] == kugetsu.data("list")["sessions"]


def test_a_running_issue_is_destroyed_only_by_force_which_stops_it(kugetsu: Kugetsu) -> None:
    assert kugetsu("start", REF, "#model: hang", "--detach").status == 0
    run = kugetsu.run(REF)

    refused = kugetsu("destroy", REF, "-y")
    assert (refused.status, run.folder.name in refused.err) == (75, True), refused.err
    assert kugetsu.row(REF)["state"] == "running"

    forced = kugetsu("destroy", REF, "-y", "--force")
    assert forced.status == 0, forced.err
    assert kugetsu.index()["issues"] == {}
    assert not kugetsu.everybody()


def test_a_second_message_waits_for_the_first_where_it_is_told_to(kugetsu: Kugetsu) -> None:
    assert kugetsu("start", REF, "#model: wait 3\n#model: say one", "--detach").status == 0
    refused = kugetsu("continue", REF, "#model: say never")
    assert (refused.status, kugetsu.run(REF).folder.name in refused.err) == (75, True)

    waited = kugetsu("continue", REF, "#model: say two", "--wait")

    assert (waited.status, waited.out) == (0, "two\n"), waited.err
    assert f"waiting: {REF}: run " in waited.err
    session = kugetsu.record(REF)["opencode_session_id"]
    assert kugetsu.answers()[session] == ["one", "two"]


@WITH_AN_OPENCODE_EACH
def test_a_session_at_work_for_another_store_is_not_prompted(
    kugetsu: Kugetsu, tmp_path: Path
) -> None:
    other = {"KUGETSU_DIR": str(tmp_path / "other store")}
    assert kugetsu("list", variables=other).out.count("\n") == 2, "it knows of nothing"
    assert kugetsu("start", REF, "#model: say ours").status == 0
    session = kugetsu.record(REF)["opencode_session_id"]
    assert kugetsu("adopt", issue(1), session, variables=other).status == 0
    assert kugetsu("continue", REF, "#model: hang", "--detach").status == 0

    assert " open " in kugetsu("list", variables=other).out
    refused = kugetsu("continue", issue(1), "#model: say theirs", variables=other)
    assert (refused.status, f"{session} is open in an opencode" in refused.err) == (75, True)

    assert kugetsu("stop", "--all", variables=other).status == 0
    assert kugetsu.row(REF)["state"] == "running", "it is not theirs to stop"
    assert kugetsu("stop", "--all").status == 0
    assert kugetsu("continue", issue(1), "#model: say theirs", variables=other).status == 0
    assert kugetsu.answers()[session] == ["ours", "theirs"]


def boards(watch: Foreground) -> list[dict[str, Any]]:
    whole = watch.out.rpartition("\n")[0]
    return [json.loads(line)["data"] for line in whole.splitlines()]


def states(watch: Foreground) -> list[tuple[str, str]]:
    """What became of the issue, board by board."""
    rows = (row for board in boards(watch) for row in board["sessions"])
    return [(row["state"], row["session_id"]) for row in rows if row["issue_ref"] == REF]
