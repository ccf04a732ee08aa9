"""Many messages from one file, on a world of fakes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from kugetsu_tui.commands.run_options import RunOptions
from kugetsu_tui.commands.run_tasks import RunTasks, TasksRequest
from kugetsu_tui.commands.task_results import Fate, TaskNews, TasksDone
from kugetsu_tui.domain.ask import Ask, AskKind
from kugetsu_tui.domain.errors import (
    BusyError,
    CannotSaveError,
    DamagedError,
    EnvironmentUnfitError,
    NoBaseError,
    UsageError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.run_event import (
    Ended,
    Journalled,
    RunEvent,
    Said,
    SessionNamed,
    StepFinished,
)
from kugetsu_tui.domain.session import RunId, SessionId
from tests.commands import FORK, REPOSITORY
from tests.fakes import NOW, Stage

pytestmark = pytest.mark.fast

ONE, TWO, THREE = (f"{REPOSITORY}#{number}" for number in (1, 2, 3))
ANSWERED, FAILED, UNNAMED = "answered", "failed", "failed before it had a name"


def file(*refs: str) -> str:
    return "".join(f"{ref}\tfix {ref}\n" for ref in refs)


@dataclass
class Play:
    """What happens meanwhile: at each look the oldest run at work comes to its end."""

    stage: Stage
    ends: Mapping[str, str | list[str]] = field(default_factory=dict)
    """By issue; one that is not named answers."""
    news: list[TaskNews] = field(default_factory=list)
    most_at_once: int = 0
    total: int = 0
    heed: Callable[[], None] = lambda: None

    def run(self, text: str, **choices: object) -> TasksDone:
        request = TasksRequest(text=text, **choices)  # type: ignore[arg-type]
        return RunTasks.of(self.stage.world)(
            request,
            begin=self.begin,
            tell=self.news.append,
            heed=self.heed,
            pause=self.pause,
        )

    def begin(self, total: int) -> None:
        self.total = total

    def pause(self) -> None:
        runs = self.stage.runs
        at_work = [order.run_id for order in runs.launched if runs.known[order.run_id].is_at_work]
        self.most_at_once = max(self.most_at_once, len(at_work))
        if at_work:
            self.end(at_work[0])
        elif runs.waiting:
            self.call(runs.waiting.pop(0))

    def call(self, run_id: RunId) -> None:
        """Its turn has come."""
        runs = self.stage.runs
        runs.known[run_id] = replace(runs.known[run_id], liveness=Liveness.WATCHED)
        runs.launched.append(runs.known[run_id].order)

    def end(self, run_id: RunId) -> None:
        seen = self.stage.runs.known[run_id]
        key = str(seen.order.issue_ref)
        how = self.ends.get(key, ANSWERED)
        how = how if isinstance(how, str) else how.pop(0)
        outcome = RunOutcome.ANSWERED if how == ANSWERED else RunOutcome.FAILED
        end = RunEnd(outcome=outcome, at=NOW, reason="" if how == ANSWERED else how)
        session = None if how == UNNAMED else SessionId(f"ses_of{key[-1]}")
        events: list[RunEvent] = [SessionNamed(session)] if session else []
        if how == ANSWERED:
            events += [Said(f"answer to {key}"), StepFinished(finish="stop", tokens=1, cost=0.0)]
        runs = self.stage.runs
        runs.journals[run_id] = [Journalled(NOW, event) for event in (*events, Ended(end))]
        runs.known[run_id] = replace(seen, liveness=Liveness.GONE, end=end, session_id=session)
        if session:
            self.stage.converse(session)
        self.stage.track(key, session, run_id=run_id, run_end=end)


def fates(done: TasksDone) -> dict[str, Fate]:
    return {result.issue_ref: result.fate for result in done.results}


def test_an_issue_without_a_session_is_started_and_any_other_continued(stage: Stage) -> None:
    stage.track(TWO, FORK)

    done = Play(stage).run(file(ONE, TWO))

    assert fates(done) == {ONE: Fate.DONE, TWO: Fate.DONE}
    assert [order.verb for order in stage.runs.launched] == [RunVerb.START, RunVerb.CONTINUE]
    assert [result.data()["answer"] for result in done.results] == [
        f"answer to {ONE}",
        f"answer to {TWO}",
    ]
    assert done.failure is None


def test_what_a_line_says_of_its_own_run_comes_before_what_the_call_says(stage: Stage) -> None:
    own = {"message": "go", "model": "p/own", "auto": False}
    lines = [json.dumps({"ref": ONE, **own}), f"{TWO}\tgo"]

    Play(stage).run("\n".join(lines), options=RunOptions(model="p/all", is_auto=True))

    orders = {order.issue_ref: (order.model, order.is_auto) for order in stage.runs.launched}
    assert orders == {ONE: ("p/own", False), TWO: ("p/all", True)}


def test_before_anything_begins_every_line_is_understood(stage: Stage) -> None:
    before = stage.kept()

    with pytest.raises(UsageError) as refusal:
        Play(stage).run(f"{ONE}\tgo\nno tab\nbad ref\tgo\n{TWO}\t \nses_nobody\tgo")

    for line in (2, 3, 4, 5):
        assert f"line {line}: " in refusal.value.message
    assert "line 1:" not in refusal.value.message
    assert stage.kept() == before


def test_a_store_that_cannot_be_understood_is_no_fault_of_the_lines(stage: Stage) -> None:
    stage.store.damage = DamagedError("index.json: not JSON")

    with pytest.raises(DamagedError):
        Play(stage).run(file(ONE))


def test_without_a_base_nothing_begins_where_one_would_be_needed(bare: Stage) -> None:
    bare.track(TWO, FORK)

    with pytest.raises(NoBaseError):
        Play(bare).run(file(TWO, ONE))

    assert bare.runs.launched == []
    assert Play(bare).run(file(TWO)).failure is None


def test_after_a_failure_what_waits_does_not_begin_and_what_runs_goes_on(stage: Stage) -> None:
    play = Play(stage, {ONE: FAILED})

    done = play.run(file(ONE, TWO, THREE), jobs=2)

    assert fates(done) == {ONE: Fate.FAILED, TWO: Fate.DONE, THREE: Fate.NOT_BEGUN}
    assert done.failure is not None
    assert done.failure.message == "run: 1 of 3 tasks failed"
    assert play.most_at_once == 2


def test_what_the_queue_holds_is_taken_out_of_it_after_a_failure(stage: Stage) -> None:
    play = Play(stage, {ONE: FAILED})
    stage.runs.at_launch = lambda _: setattr(stage.runs, "is_full", True)

    done = play.run(file(ONE, TWO))

    assert fates(done) == {ONE: Fate.FAILED, TWO: Fate.NOT_BEGUN}
    assert stage.runs.waiting == []


def test_what_was_taken_out_of_the_queue_is_not_said_to_wait_in_it(stage: Stage) -> None:
    play = Play(stage, {ONE: FAILED})

    def fail_at_once(order: RunOrder) -> None:
        stage.runs.is_full = True
        play.end(order.run_id)

    stage.runs.at_launch = fail_at_once

    play.run(file(ONE, TWO))

    told = [news for news in play.news if news.issue_ref == TWO]
    assert [getattr(news, "fate", news) for news in told] == [Fate.NOT_BEGUN]


def test_while_some_wait_it_sees_to_it_that_somebody_calls(stage: Stage) -> None:
    Play(stage).run(file(ONE))
    assert not stage.runs.is_tended
    stage.runs.at_launch = lambda _: setattr(stage.runs, "is_full", True)

    Play(stage).run(file(TWO, THREE))

    assert stage.runs.is_tended


def test_keep_going_begins_the_others_nevertheless(stage: Stage) -> None:
    done = Play(stage, {ONE: FAILED}).run(file(ONE, TWO), jobs=1, keeps_going=True)

    assert fates(done) == {ONE: Fate.FAILED, TWO: Fate.DONE}


def test_only_what_reached_no_model_is_tried_again(stage: Stage) -> None:
    play = Play(stage, {ONE: [UNNAMED, ANSWERED], TWO: FAILED, THREE: UNNAMED})

    done = play.run(file(ONE, TWO, THREE), keeps_going=True, retries=1)

    assert fates(done) == {ONE: Fate.DONE, TWO: Fate.FAILED, THREE: Fate.FAILED}
    assert [result.tries for result in done.results] == [2, 1, 2]


def test_a_store_that_is_locked_is_tried_again_and_a_full_disk_is_not(stage: Stage) -> None:
    refusals = [BusyError("the store is locked"), CannotSaveError("no space left")]

    def refuse(_: RunOrder) -> None:
        if refusals:
            raise refusals.pop(0)

    stage.runs.at_launch = refuse

    done = Play(stage).run(file(ONE, TWO), retries=3, keeps_going=True)

    assert fates(done) == {ONE: Fate.DONE, TWO: Fate.FAILED}
    assert done.results[1].why == "no space left"


def test_resumed_it_leaves_out_what_is_done_and_follows_what_is_on_its_way(stage: Stage) -> None:
    play = Play(stage, {TWO: FAILED})
    assert fates(play.run(file(ONE, TWO)))[TWO] is Fate.FAILED
    begun = len(stage.runs.launched)
    play.ends = {}
    detached = play.run(file(THREE), is_detached=True)
    assert fates(detached) == {THREE: Fate.ON_ITS_WAY}

    done = play.run(file(ONE, TWO, THREE), resumes=True)

    assert fates(done) == {ONE: Fate.SKIPPED, TWO: Fate.DONE, THREE: Fate.DONE}
    assert len(stage.runs.launched) == begun + 2, "the one that was on its way is not begun twice"


def test_where_it_may_have_been_done_before_nothing_is_sent(stage: Stage) -> None:
    play = Play(stage)
    play.run(file(ONE))
    (run_id,) = stage.runs.known
    stage.runs.illegible.append(run_id)
    run = stage.runs.known.pop(run_id)

    done = play.run(file(ONE), resumes=True)

    assert fates(done) == {ONE: Fate.FAILED}
    assert run_id in done.results[0].why
    assert stage.runs.launched == [run.order]


def test_another_message_is_not_done_before(stage: Stage) -> None:
    play = Play(stage)
    play.run(file(ONE))

    assert fates(play.run(f"{ONE}\tand now this", resumes=True)) == {ONE: Fate.DONE}


def test_it_says_who_waits_for_an_answer(stage: Stage) -> None:
    play = Play(stage)
    ask = Ask(id="per_1", session_id=FORK, directory="/", kind=AskKind.PERMISSION)
    stage.runs.at_launch = lambda order: stage.runs.known.update(
        {order.run_id: replace(stage.runs.known[order.run_id], asks=(ask,))}
    )

    play.run(file(ONE))

    assert [news.words for news in play.news if not hasattr(news, "fate")] == [
        f"waits for you: kugetsu answer '{ONE}'"
    ]


def test_ctrl_c_stops_what_is_on_its_way_those_that_wait_first(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.runs.at_launch = lambda _: setattr(stage.runs, "is_full", True)

    def press() -> None:
        raise KeyboardInterrupt

    play = Play(stage)
    monkeypatch.setattr(play, "pause", press)
    with pytest.raises(KeyboardInterrupt):
        play.run(file(ONE, TWO))

    assert stage.runs.stopped == ["run-2", "run-1"]


def test_ctrl_c_between_two_of_them_begins_no_other(stage: Stage) -> None:
    def heed() -> None:
        if stage.runs.launched:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Play(stage, heed=heed).run(file(ONE, TWO))

    assert [order.issue_ref for order in stage.runs.launched] == [ONE]
    assert stage.runs.stopped == ["run-1"]


@pytest.mark.parametrize("choice", [{"jobs": 2}, {"retries": 1}])
def test_detached_nobody_could_hold_back_or_try_again(
    stage: Stage, choice: Mapping[str, int]
) -> None:
    with pytest.raises(UsageError, match="--detach"):
        Play(stage).run(file(ONE), is_detached=True, **choice)


def test_what_can_no_longer_be_looked_at_goes_on_and_that_is_said(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody may take it for a call that did nothing."""
    play = Play(stage)
    monkeypatch.setattr(
        play, "pause", lambda: monkeypatch.setattr(play.stage.runs, "queue", refuse)
    )

    with pytest.raises(EnvironmentUnfitError) as refusal:
        play.run(file(ONE))

    assert refusal.value.changed
    assert len(play.stage.runs.launched) == 1


def refuse() -> None:
    raise EnvironmentUnfitError("the queue: cannot be listed")
