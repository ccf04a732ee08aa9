"""What asks first: each thing by itself, and never where nobody is there."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.main import run_batch
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from tests.batch.calling import call, feed
from tests.commands import FORK, ISSUE
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def stage() -> Stage:
    """Two records that nobody names, and a run that has ended."""
    stage = Stage(Path("/"))
    stage.base(FORK)
    stage.track(ISSUE, FORK)
    end = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)
    stage.have_run(ISSUE, run_seen(session_id=FORK, end=end))
    for name in ("a.json", "b.json"):
        stage.store.files[name] = stage.record(ISSUE)
        stage.store.written_at[name] = stage.clock()
    stage.clock.pass_by(hours=1)
    return stage


def at_a_terminal(stage: Stage, *argv: str) -> str:
    err = io.StringIO()
    run_batch(
        argv,
        world=lambda _: stage.world,
        console=Console(out=io.StringIO(), err=err),
        has_terminal=lambda: True,
    )
    return err.getvalue()


def test_each_repair_is_asked_for_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(monkeypatch, "n\ny\n")

    said = at_a_terminal(stage, "doctor", "--fix")

    assert "a.json" in stage.store.files
    assert "b.json" not in stage.store.files
    assert said.count("Do it? [y/N]") == 2


@pytest.mark.parametrize("answers", ["", "\n\n", "no\nnever\n"])
def test_what_is_not_wanted_is_not_done(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, answers: str
) -> None:
    before = stage.kept()
    for argv in (("doctor", "--fix"), ("forget", ISSUE)):
        feed(monkeypatch, answers)
        at_a_terminal(stage, *argv)
    assert stage.kept() == before


@pytest.mark.parametrize("argv", [("doctor", "--fix"), ("forget", ISSUE)])
def test_where_nobody_is_asked_nothing_is_done(stage: Stage, argv: tuple[str, ...]) -> None:
    before = stage.kept()

    code, _, err = call(stage, *argv)

    assert code == 2
    assert "hint: add -y" in err
    assert stage.kept() == before
    assert call(stage, *argv, "-y")[0] != 2
    assert stage.kept() != before
