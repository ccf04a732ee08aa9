"""One store, seen from the host and from a container: what works on the other side is not dead."""

from __future__ import annotations

import os

import pytest

from tests.journeys.containers import NAME, inside
from tests.journeys.kugetsu import PROGRAM, Kugetsu, eventually, is_alive, issue

pytestmark = [pytest.mark.opencode, pytest.mark.container]

REF = issue(14)
CONTAINER = inside(PROGRAM)


def test_a_run_of_the_host_is_running_elsewhere_for_a_container(kugetsu: Kugetsu) -> None:
    assert kugetsu("start", REF, "#model: hang", "--detach").status == 0
    run = kugetsu.run(REF)
    host = os.uname().nodename

    listed = kugetsu("show", REF, by=CONTAINER)
    assert f"running elsewhere: {host}" in listed.out, listed
    for words in (("continue", REF, "x"), ("destroy", REF, "-y")):
        refused = kugetsu(*words, by=CONTAINER)
        assert (refused.status, f"in progress on {host}" in refused.err) == (75, True), refused
    refused = kugetsu("stop", REF, by=CONTAINER)
    assert (refused.status, f"on {host}" in refused.err) == (75, True), refused
    assert "hint: stop it there" in refused.err
    assert kugetsu("stop", "--all", by=CONTAINER).status == 75
    assert "elsewhere" not in kugetsu("doctor", by=CONTAINER).out
    assert is_alive(run.opencode)

    assert kugetsu("stop", REF).status == 0
    assert "stopped" in kugetsu("list", by=CONTAINER).out


def test_a_run_in_a_container_is_running_elsewhere_for_the_host_and_unknown_once_that_is_gone(
    kugetsu: Kugetsu,
) -> None:
    start = kugetsu.begin("start", REF, "#model: hang", by=CONTAINER)
    start.until_it_says("· session ses_")
    session = eventually(lambda: kugetsu.record(REF).get("opencode_session_id"))
    eventually(lambda: kugetsu.prompts().get(session))
    assert kugetsu.row(REF)["why"] == f"running elsewhere: {NAME}"
    refused = kugetsu("stop", REF)
    assert (refused.status, f"on {NAME}" in refused.err) == (75, True), refused

    start.process.kill()

    kugetsu.in_state(REF, "unknown")
    refused = kugetsu("continue", REF, "x")
    assert (refused.status, f"kugetsu stop '{REF}'" in refused.err) == (75, True), refused
    assert kugetsu("stop", REF).status == 0
    continued = kugetsu("continue", REF, "#model: say on the host")
    assert (continued.status, continued.out) == (0, "on the host\n"), continued


def test_what_a_container_has_done_is_there_for_the_host(kugetsu: Kugetsu) -> None:
    ended = kugetsu("start", REF, "#model: say from inside", by=CONTAINER)

    assert (ended.status, ended.out) == (0, "from inside\n"), ended.err
    assert kugetsu.row(REF)["state"] == "idle"
