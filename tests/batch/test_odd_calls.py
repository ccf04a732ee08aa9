"""Calls that somebody got wrong, and what they are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import ExitCode
from tests.batch.calling import call, feed
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.fakes import Stage

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
