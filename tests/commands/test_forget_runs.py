"""forget: what was said in an issue's runs is erased, and only there."""

from __future__ import annotations

from collections.abc import Sequence
from unittest.mock import Mock

import pytest

from kugetsu_tui.commands.forget_runs import ForgetRuns
from kugetsu_tui.domain.errors import BusyError, EnvironmentUnfitError, NotFoundError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import RunId
from tests.commands import FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast
ANSWERED = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen("run-1", session_id=FORK, end=ANSWERED))
    stage.track(OTHER, SECOND)
    stage.have_run(OTHER, run_seen("run-2", session_id=SECOND, end=ANSWERED))
    return stage


def test_the_runs_of_that_issue_are_erased_and_nothing_else(tracked: Stage) -> None:
    before = tracked.store.stored, dict(tracked.conversations.kept)
    forget = ForgetRuns.of(tracked.world)

    assert forget.plan(ISSUE).words == f"1 run of {ISSUE}"
    assert forget(ISSUE).data() == {"issue_ref": ISSUE, "erased": 1}

    assert list(tracked.runs.known) == ["run-2"]
    assert (tracked.store.stored, dict(tracked.conversations.kept)) == before


def test_a_plan_erases_nothing(tracked: Stage) -> None:
    before = tracked.kept()
    ForgetRuns.of(tracked.world).plan(ISSUE)
    assert tracked.kept() == before


def test_a_run_at_work_is_not_forgotten(tracked: Stage) -> None:
    tracked.have_run(ISSUE, run_seen("run-3", session_id=FORK))
    before = tracked.kept()

    with pytest.raises(BusyError, match="run-3"):
        ForgetRuns.of(tracked.world)(ISSUE)

    assert tracked.kept() == before


def test_an_issue_that_is_no_longer_tracked_can_be_forgotten(tracked: Stage) -> None:
    tracked.store.stored = replace(tracked.store.stored, issues={})
    assert ForgetRuns.of(tracked.world)(ISSUE).count == 1


def test_what_nobody_knows_is_refused(tracked: Stage) -> None:
    with pytest.raises(NotFoundError):
        ForgetRuns.of(tracked.world)(f"{ISSUE}99")


def test_a_run_that_may_be_its_own_is_not_said_to_be_gone(tracked: Stage) -> None:
    tracked.runs.illegible.append(RunId("run-9"))

    forgotten = ForgetRuns.of(tracked.world)(ISSUE)

    assert forgotten.count == 1
    assert forgotten.failure is not None
    assert "they are kept: run-9" in forgotten.failure.message
    assert forgotten.report().headline.startswith(f"1 run of {ISSUE} erased")


def test_nothing_is_kept_is_said_only_where_that_is_known(tracked: Stage) -> None:
    del tracked.runs.known[RunId("run-1")]
    forget = ForgetRuns.of(tracked.world)
    assert forget(ISSUE).report().headline.startswith("nothing is kept")

    tracked.runs.illegible.append(RunId("run-9"))

    assert forget(ISSUE).report().headline == ""


def test_a_run_that_cannot_be_seen_to_be_over_is_not_said_to_be_gone(
    tracked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracked.runs, "forget", lambda _: (0, ()))

    forgotten = ForgetRuns.of(tracked.world)(ISSUE)

    assert forgotten.failure is not None
    assert "whether these runs are over, and they are kept: run-1" in forgotten.failure.message
    assert forgotten.report().headline == ""


def test_what_is_erased_is_said_although_the_rest_cannot_be_seen(
    tracked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase = tracked.runs.forget

    def erased(issue_ref: str) -> tuple[int, Sequence[RunId]]:
        done = erase(issue_ref)
        unseen = EnvironmentUnfitError("runs: cannot be listed: Input/output error")
        monkeypatch.setattr(tracked.runs, "history", Mock(side_effect=unseen))
        return done

    monkeypatch.setattr(tracked.runs, "forget", erased)

    with pytest.raises(EnvironmentUnfitError, match=f"1 run of {ISSUE} erased") as refused:
        ForgetRuns.of(tracked.world)(ISSUE)
    assert refused.value.changed
