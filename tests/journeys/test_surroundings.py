"""What kugetsu needs is missing or broken: it says so, changes nothing and starts nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.kugetsu import ENGINE, PROGRAM, Kugetsu, eventually, issue, make_program
from tests.opencode_home import sibling

pytestmark = pytest.mark.opencode

REF = issue(14)
NEED_THE_STORE = (
    *(("init", "--adopt", "ses_base"), ("init", "--force", "--message", "x")),
    *(("start", REF, "x"), ("continue", REF, "x"), ("resume", REF), ("adopt", REF, "ses_x")),
    *(("list",), ("list", "--all", "--json"), ("show", REF), ("log", REF), ("stop", REF)),
    *(("stop", "--all"), ("prune",), ("prune", "--force"), ("undo",)),
    *(("destroy", REF, "-y"), ("destroy", "--base", "-y", "--force")),
)
NEED_OPENCODE = (
    *(("init", "--force", "--message", "x"), ("start", issue(15), "x")),
    *(("continue", REF, "x"), ("resume", REF), ("destroy", REF, "-y", "--purge")),
)


@pytest.fixture
def tracking(newcomer: Kugetsu) -> Kugetsu:
    """A base and an issue, so that every verb has something to work on."""
    newcomer("adopt", REF, sibling(newcomer.world))
    newcomer("init", "--adopt", newcomer.world.base)
    assert newcomer.index() == {
        "base": newcomer.world.base,
        "issues": {REF: "github.com-shoko-gatekeeper-14.json"},
    }
    return newcomer


@pytest.mark.parametrize(
    "damage",
    [b'{"base": null, "issues": {', None],
    ids=["torn", "missing"],
)
def test_a_damaged_index_is_told_by_every_verb_and_touched_by_none(
    damage: bytes | None, tracking: Kugetsu
) -> None:
    assert tracking("destroy", REF, "-y").status == 0, "so that there is something to undo"
    index = tracking.store / "index.json"
    index.unlink() if damage is None else index.write_bytes(damage)
    before = tracking.contents()
    for words, call in [(words, tracking.begin(*words)) for words in NEED_THE_STORE]:
        refused = call.ended()
        assert (refused.status, str(index) in refused.err) == (6, True), (words, refused)
    assert tracking.contents() == before
    assert not tracking.everybody()


def test_a_store_that_others_may_write_is_believed_by_no_verb(tracking: Kugetsu) -> None:
    tracking.store.chmod(0o777)
    before = tracking.contents()
    for words, call in [(words, tracking.begin(*words)) for words in NEED_THE_STORE]:
        refused = call.ended()
        assert (refused.status, f"chmod go-w {tracking.store}" in refused.err) == (5, True), words
    assert tracking.contents() == before


def test_a_store_that_cannot_be_written_starts_no_opencode(
    tracking: Kugetsu, tmp_path: Path
) -> None:
    opencode, traces = a_witness(tmp_path)
    before = tracking.contents()
    folders = [tracking.store, *(path for path in tracking.store.iterdir() if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        for words in (
            *(("start", issue(15), "x"), ("continue", REF, "x"), ("destroy", REF, "-y")),
            ("init", "--force", "--adopt", tracking.world.base),
        ):
            refused = tracking(
                *words, by=without_privileges(), variables={"KUGETSU_OPENCODE": str(opencode)}
            )
            assert refused.status == 7, (words, refused)
            assert tracking.contents() == before, words
        listed = tracking("list", by=without_privileges())
        assert (listed.status, REF in listed.out) == (0, True), listed.err
    finally:
        for folder in folders:
            folder.chmod(0o700)
    assert not traces.exists()


def test_a_home_that_is_none_is_not_replaced_by_a_guess(tracking: Kugetsu) -> None:
    refused = tracking("list", variables={"HOME": "relative/home"})
    assert (refused.status, refused.out) == (5, "")
    assert "hint: set HOME" in refused.err


@pytest.mark.parametrize("named", ["/nowhere/opencode", "opencode", "FOLDER", "FILE"])
def test_a_chosen_opencode_that_is_none_is_not_replaced_by_another(
    named: str, tracking: Kugetsu, tmp_path: Path
) -> None:
    (tmp_path / "FILE").write_text("#!/bin/sh\n")
    (tmp_path / "FOLDER").mkdir()
    chosen = str(tmp_path / named) if named.isupper() else named
    _assert_only_looking_works(tracking, variables={"KUGETSU_OPENCODE": chosen})


@pytest.mark.skipif(
    any(os.access(f"{folder}/opencode", os.X_OK) for folder in ("/usr/local/bin", "/usr/bin")),
    reason="this machine has an opencode where every user's is looked for",
)
def test_without_opencode_the_way_to_get_it_is_named(tracking: Kugetsu) -> None:
    emptied = {"PATH": "/usr/bin:/bin", "npm_config_prefix": ""}
    _assert_only_looking_works(tracking, "npm install -g opencode-ai", variables=emptied)


def _assert_only_looking_works(
    tracking: Kugetsu, *hints: str, variables: Mapping[str, str]
) -> None:
    before = tracking.contents()
    for words in NEED_OPENCODE:
        refused = tracking(*words, variables=variables)
        assert (refused.status, "kugetsu: opencode: " in refused.err) == (5, True), (words, refused)
        assert all(hint in refused.err for hint in hints), refused.err
        assert tracking.contents() == before, words
    for look in (("list",), ("show", REF), ("trash",)):
        assert tracking(*look, variables=variables).status == 0, look


def test_sessions_that_opencode_no_longer_has_are_told_before_anything_is_done(
    tracking: Kugetsu,
) -> None:
    before = tracking.contents()
    for session_id in (tracking.world.base, tracking.row(REF)["session_id"]):
        deleted = tracking.world.opencode("session", "delete", session_id)
        assert deleted.returncode == 0, deleted.stderr

    refused = tracking("start", issue(15), "x")

    assert (refused.status, tracking.world.base in refused.err) == (3, True), refused
    assert "hint: kugetsu init --force" in refused.err
    assert tracking.row(REF)["state"] == "missing"
    refused = tracking("continue", REF, "x")
    assert (refused.status, "opencode no longer has" in refused.err) == (3, True), refused
    assert tracking.contents() == before


def test_an_opencode_that_names_no_session_is_ended_and_the_issue_can_be_started_again(
    tracking: Kugetsu, tmp_path: Path
) -> None:
    mute = make_program(tmp_path / "mute", "sleep 30301 & exec sleep 30301")
    options = ("--start-timeout", "1")
    ended = tracking("start", issue(15), "x", *options, variables={"KUGETSU_OPENCODE": str(mute)})
    assert ended.status == 124
    assert "opencode did not name a session within 1 s" in ended.err
    assert f"kugetsu start '{issue(15)}'" in ended.err
    assert tracking.row(issue(15))["state"] == "failed"
    eventually(partial(tracking.is_deserted, force=True))

    broken = make_program(tmp_path / "broken", "echo 'Error: out of luck' >&2; exit 3")
    ended = tracking("start", issue(15), "x", variables={"KUGETSU_OPENCODE": str(broken)})
    told = f"kugetsu: {issue(15)}: " + "opencode's server did not start: " * (ENGINE == "server")
    assert (ended.status, told in ended.err, "out of luck" in ended.err) == (1, True, True), ended
    assert tracking("start", issue(15), "#model: say at last").out == "at last\n"


def test_ctrl_c_in_the_moment_of_the_launch_leaves_nothing_running(
    tracking: Kugetsu, tmp_path: Path
) -> None:
    slow = make_program(tmp_path / "slow", "exec sleep 30302")
    for number in range(1, 6):
        start = tracking.begin(
            "start", issue(number), "x", variables={"KUGETSU_OPENCODE": str(slow)}
        )
        while len(list(tracking.store.glob("runs/*/supervisor.log"))) < number:
            assert start.process.poll() is None
        start.signal(signal.SIGINT)
        assert start.ended().status == 130
        eventually(partial(tracking.is_deserted, force=True), patience=10)
        assert tracking.row(issue(number))["state"] == "stopped"


def a_witness(folder: Path) -> tuple[Path, Path]:
    """An opencode that leaves a trace, and where that would be."""
    traces = folder / "traces"
    return make_program(folder / "witness", f"echo called >> {traces}"), traces


def without_privileges() -> Sequence[str | Path]:
    """How to call it so that the modes of files count, for root too."""
    if os.geteuid() != 0:
        return (PROGRAM,)
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all", PROGRAM)
