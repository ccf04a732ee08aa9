"""Calls that somebody got wrong, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import ExitCode
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import Ended, Journalled
from kugetsu_tui.domain.session import RunId
from tests.batch.calling import call, feed
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A base, and two issues at which nobody works."""
    stage = Stage(tmp_path)
    stage.base(BASE)
    stage.track(ISSUE, FORK)
    stage.track(OTHER, SECOND)
    return stage


def test_an_empty_word_is_no_verb_and_nothing_is_read_from_stdin(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kugetsu "$VERB"`, where the variable is not set."""
    feed(monkeypatch, f"destroy {ISSUE} -y\n")
    before = stage.kept()

    code, out, _ = call(stage, "--json", "", "list")

    assert (code, json.loads(out)["error"]["message"]) == (ExitCode.USAGE, "which verb?")
    assert stage.kept() == before


def test_joined_flags_are_heeded_between_references(stage: Stage) -> None:
    code, out, err = call(stage, "destroy", ISSUE, "-qy", OTHER)

    assert (code, err) == (ExitCode.OK, "")
    assert out.count("is no longer tracked") == 2
    assert not stage.store.index().issues


@pytest.mark.parametrize("words", [("init", "--force", "--dir"), ("ssh", "setup", "--root")])
@pytest.mark.parametrize("name", [".", ""])
def test_a_directory_that_is_gone_or_was_never_named_is_no_current_one(
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    name: str,
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    if name:
        gone.rmdir()

    code, out, err = call(stage, *words, name)

    assert (code, out) == (ExitCode.ENVIRONMENT, "")
    assert "no such directory" in err


@pytest.mark.parametrize("name", ["nowhere", "loop", "a\0b"])
def test_a_system_that_is_nowhere_is_named(stage: Stage, tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")

    code, out, err = call(stage, "ssh", "setup", "--root", f"{tmp_path}/{name}")

    assert (code, out) == (ExitCode.ENVIRONMENT, "")
    assert err.startswith("kugetsu: ssh: no such directory")


def test_an_issue_is_browsed_by_its_session_too(stage: Stage) -> None:
    code, _, _ = call(stage, "browse", FORK)

    assert (code, stage.browser.opened) == (
        ExitCode.OK,
        ["https://github.com/shoko/kugetsu/issues/14"],
    )
    assert call(stage, "browse", "ses_nobody")[0] == ExitCode.NOT_FOUND


@pytest.mark.parametrize("words", [("-y",), ("--force",), ("--fix", "--force")])
def test_a_flag_without_what_it_goes_with_mends_nothing_and_says_so(
    stage: Stage, words: tuple[str, ...]
) -> None:
    before = stage.kept()

    code, _, err = call(stage, "doctor", *words)

    assert (code, "goes with" in err) == (ExitCode.USAGE, True)
    assert stage.kept() == before


def test_a_log_that_is_followed_ends_with_opencodes_own_where_that_is_asked_for(
    stage: Stage,
) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW)
    stage.have_run(ISSUE, run_seen("run-7", session_id=FORK, end=end))
    stage.runs.journals[RunId("run-7")] = [Journalled(NOW, Ended(end))]
    stage.runs.logs[RunId("run-7")] = "ERROR no such model"

    _, out, err = call(stage, "log", ISSUE, "--follow", "--debug")

    assert (out, err) == ("■ failed\n", "ERROR no such model\n")
    assert call(stage, "log", ISSUE, "--follow")[2] == ""
