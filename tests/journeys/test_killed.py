"""Whoever of a run is killed: what goes on goes on, what is gone is called so, nothing is left."""

from __future__ import annotations

import json
import signal

import psutil
import pytest

from tests.journeys.kugetsu import (
    WITH_AN_OPENCODE_EACH,
    WITH_EACH_ENGINE,
    Kugetsu,
    Run,
    eventually,
    is_alive,
    issue,
    sleepers,
)

pytestmark = pytest.mark.opencode

REF = issue(14)


def at_work(seconds: int) -> str:
    """A tool that takes for ever, and left another one running in a session of its own."""
    return f"#model: bash setsid sleep {seconds} & sleep {seconds}"


def test_the_end_of_the_foreground_is_not_the_end_of_its_run(kugetsu: Kugetsu) -> None:
    killers = {issue(1): signal.SIGKILL, issue(2): signal.SIGTERM, issue(3): signal.SIGHUP}
    message = "#model: wait 2\n#model: say nobody heard this"
    starts = {ref: kugetsu.begin("start", ref, message) for ref in killers}

    for ref, number in killers.items():
        starts[ref].until_it_says("· session ses_")
        starts[ref].signal(number)
        assert starts[ref].ended().status == 128 + number

    for ref in killers:
        kugetsu.in_state(ref, "idle")
        record = kugetsu.record(ref)
        assert record["run_end"]["outcome"] == "answered"
        assert kugetsu.answers()[record["opencode_session_id"]] == ["nobody heard this"]
    eventually(kugetsu.is_deserted)


@WITH_EACH_ENGINE
def test_ctrl_c_stops_the_run_and_all_it_started(kugetsu: Kugetsu) -> None:
    start = kugetsu.begin("start", REF, at_work(30101))
    started = eventually(lambda: found if len(found := sleepers(30101)) == 2 else None)

    start.signal(signal.SIGINT)
    ended = start.ended()

    assert ended.status == 130
    assert ended.err.splitlines()[-2:] == [f"kugetsu: {REF}: stopped", "hint: kugetsu list"]
    assert not any(is_alive(sleeper) for sleeper in started)
    assert kugetsu.row(REF)["state"] == "stopped"
    eventually(kugetsu.is_deserted)
    again = kugetsu("continue", REF, "#model: say here again")
    assert (again.status, again.out) == (0, "here again\n"), again.err


def test_ctrl_c_before_the_session_has_a_name_leaves_an_issue_that_can_be_started(
    kugetsu: Kugetsu,
) -> None:
    start = kugetsu.begin("start", REF, "#model: say too late")
    start.until_it_says(f"{REF}: at work")
    start.signal(signal.SIGINT)

    assert start.ended().status == 130
    assert kugetsu.row(REF)["state"] == "stopped"
    eventually(kugetsu.is_deserted)
    assert kugetsu("start", REF, "#model: say in time").out == "in time\n"


def test_a_killed_supervisor_leaves_a_run_that_is_seen_and_can_be_stopped(
    kugetsu: Kugetsu,
) -> None:
    start = kugetsu.begin("start", REF, at_work(30102))
    started = eventually(lambda: found if len(found := sleepers(30102)) == 2 else None)
    run = kugetsu.run(REF)

    run.supervisor.kill()

    ended = start.ended()
    assert (ended.status, "the run's supervisor died" in ended.err) == (1, True), ended.err
    row = kugetsu.row(REF)
    assert (row["state"], row["why"]) == ("running", "unwatched: its supervisor is gone")
    refused = kugetsu("continue", REF, "#model: say never")
    assert (refused.status, run.folder.name in refused.err) == (75, True), refused.err
    stopped = kugetsu("stop", REF)
    assert stopped.status == 0, stopped.err
    assert kugetsu.row(REF)["state"] == "stopped"
    assert not any(is_alive(sleeper) for sleeper in started)
    eventually(kugetsu.is_deserted)


@WITH_AN_OPENCODE_EACH
def test_what_opencode_did_without_its_supervisor_is_what_the_database_says(
    kugetsu: Kugetsu,
) -> None:
    detached = kugetsu("start", REF, "#model: wait 2\n#model: say alone", "--detach")
    assert detached.status == 0, detached.err
    run = kugetsu.run(REF)
    opencode = run.opencode

    run.supervisor.kill()
    eventually(lambda: not is_alive(opencode))

    session = kugetsu.record(REF)["opencode_session_id"]
    has_answered = kugetsu.answers().get(session) == ["alone"]
    assert kugetsu.row(REF)["state"] == ("idle" if has_answered else "interrupted")
    again = kugetsu("continue", REF, "#model: say together")
    assert (again.status, again.out) == (0, "together\n"), again.err


@WITH_EACH_ENGINE
def test_a_killed_opencode_is_told_and_the_session_can_be_continued(kugetsu: Kugetsu) -> None:
    start = kugetsu.begin("start", REF, at_work(30103))
    started = eventually(lambda: found if len(found := sleepers(30103)) == 2 else None)
    session = kugetsu.record(REF)["opencode_session_id"]

    kugetsu.run(REF).opencode.kill()

    ended = start.ended()
    told = "does not answer" if kugetsu.is_served else "killed"
    assert (ended.status, told in ended.err) == (1, True), ended.err
    assert kugetsu.row(REF)["state"] == "interrupted"
    assert not any(is_alive(sleeper) for sleeper in started)
    eventually(kugetsu.is_deserted)
    again = kugetsu("continue", REF, "#model: say alive")
    assert (again.status, again.out) == (0, "alive\n"), again.err
    assert kugetsu.record(REF)["opencode_session_id"] == session


def test_an_opencode_that_is_killed_while_it_makes_the_base_is_told_and_what_it_made_can_be_taken(
    newcomer: Kugetsu,
) -> None:
    init = newcomer.begin("init", "--message", "#model: hang")
    (session,) = eventually(newcomer.prompts)
    (opencode,) = psutil.Process(init.process.pid).children()

    opencode.kill()

    ended = init.ended()
    assert (ended.status, "ended by signal 9" in ended.err) == (1, True), ended.err
    assert not (newcomer.store / "index.json").exists()
    rows = newcomer.data("list", "--all")["sessions"]
    assert session in [row["session_id"] for row in rows]
    assert newcomer("init", "--adopt", session).status == 0
    assert newcomer("start", REF, "#model: say based").out == "based\n"


def test_a_run_of_which_nobody_is_left_was_interrupted(kugetsu: Kugetsu) -> None:
    assert kugetsu("start", REF, "#model: hang", "--detach").status == 0
    run = kugetsu.run(REF)
    opencode = run.opencode
    eventually(lambda: kugetsu.prompts().get(run.session_named))  # before, the session may go too

    run.supervisor.kill()
    opencode.kill()
    eventually(lambda: not is_alive(opencode))

    assert kugetsu.row(REF)["state"] == "interrupted"
    log = kugetsu("log", REF, "--follow")
    assert (log.status, "· session ses_" in log.out) == (0, True), log.err


def test_a_session_that_was_named_and_never_stored_is_known_to_every_verb(
    kugetsu: Kugetsu,
) -> None:
    assert kugetsu("start", REF, "#model: say one", "--detach").status == 0
    run = kugetsu.run(REF)
    eventually(run.is_over)
    session = run.session_named
    before_it_settled(kugetsu, run)

    row = kugetsu.row(REF)
    assert (row["session_id"], row["state"]) == (session, "idle")
    assert kugetsu.data("show", REF)["session_id"] == session
    assert kugetsu.data("transcript", REF)["session_id"] == session
    assert kugetsu.data("diff", session)["issue_ref"] == REF
    started = kugetsu("start", REF, "#model: say never")
    assert (started.status, f"tracked already, as {session}" in started.err) == (4, True)
    assert kugetsu("resume", REF).status == 5, "there is no terminal"
    again = kugetsu("continue", REF, "#model: say two")
    assert (again.status, again.out) == (0, "two\n"), again.err
    assert kugetsu.answers()[session] == ["one", "two"]
    assert kugetsu.record(REF)["opencode_session_id"] == session


def before_it_settled(kugetsu: Kugetsu, run: Run) -> None:
    """Have files as a supervisor leaves them that is killed as soon as the journal has the name."""
    journal = run.folder / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    named = next(n for n, line in enumerate(lines) if '"session_named"' in line)
    journal.write_text("".join(lines[: named + 1]))
    facts = json.loads((run.folder / "run.json").read_text())
    (run.folder / "run.json").write_text(json.dumps({**facts, "session_id": None}))
    record = kugetsu.store / "sessions" / kugetsu.index()["issues"][REF]
    known = json.loads(record.read_text())
    del known["run_end"]
    record.write_text(json.dumps({**known, "opencode_session_id": ""}))
