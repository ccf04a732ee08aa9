"""Forking the base for an issue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kugetsu_tui.commands.run_options import LONGEST_MESSAGE, RunOptions
from kugetsu_tui.commands.start_issue import StartIssue, StartRequest
from kugetsu_tui.domain.errors import (
    CannotSaveError,
    DamagedError,
    KugetsuError,
    NoOpencodeError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.moment import ENDLESS
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.run import Engine, RunEnd, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.settings import Settings
from tests.commands import BASE, FORK, ISSUE, SECOND
from tests.fakes import NOW, FakeCheckout, Stage, run_seen

pytestmark = pytest.mark.fast

FAILED = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="unknown model")
ANSWERED = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)


def start(stage: Stage, ref: str = ISSUE, message: str = "fix the login bug") -> KugetsuError:
    """What the start is refused with, having changed nothing."""
    before = stage.kept()
    with pytest.raises(KugetsuError) as refusal:
        StartIssue.of(stage.world)(StartRequest(ref=ref, message=message))
    assert stage.kept() == before
    assert stage.runs.launched == []
    assert not refusal.value.changed
    return refusal.value


def test_the_issues_place_is_on_disk_before_opencode_runs(stage: Stage) -> None:
    at_launch: list[Record] = []
    stage.runs.at_launch = lambda _: at_launch.append(stage.record(ISSUE))

    launched = StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="fix the login bug"))

    (placeholder,) = at_launch
    assert placeholder.run_id == launched.run_id
    assert placeholder.session_id is None
    assert placeholder.type == "forked"
    assert placeholder.issue_ref == ISSUE
    assert placeholder.directory == str(stage.directory)


def test_the_base_is_forked_in_its_own_directory_with_the_message(stage: Stage) -> None:
    options = RunOptions(
        model="local/small", agent="plan", start_timeout=9.0, idle_timeout=20.0, timeout=60.0
    )

    launched = StartIssue.of(stage.world)(
        StartRequest(ref=ISSUE, message="--force 'it'\n\n$(x) 🐛", options=options)
    )

    assert stage.runs.launched == [
        RunOrder(
            run_id=launched.run_id,
            verb=RunVerb.START,
            issue_ref=ISSUE,
            session_id=BASE,
            directory=str(stage.directory),
            placed_at=NOW,
            model="local/small",
            agent="plan",
            start_timeout=9.0,
            idle_timeout=20.0,
            timeout=60.0,
            engine=Engine.AUTO,
        )
    ]
    assert stage.runs.messages[launched.run_id] == "--force 'it'\n\n$(x) 🐛"
    assert launched.directory == str(stage.directory)
    assert launched.warnings == ()


@pytest.mark.parametrize(("asked", "ordered"), [(None, 60.0), (9.0, 9.0), (ENDLESS, None)])
def test_a_call_overrules_the_limits_of_the_settings_also_with_none(
    stage: Stage, asked: float | None, ordered: float | None
) -> None:
    stage.settings = Settings(timeout=60.0, idle_timeout=60.0)
    options = RunOptions(timeout=asked, idle_timeout=asked)

    StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="go", options=options))

    (order,) = stage.runs.launched
    assert (order.timeout, order.idle_timeout) == (ordered, ordered)


@pytest.mark.parametrize(
    "ref", ["14", "#14", "shoko/kugetsu#14", "https://GitHub.com/shoko/kugetsu/issues/14?x=1#y"]
)
def test_a_shortened_or_pasted_reference_is_completed(stage: Stage, ref: str) -> None:
    assert StartIssue.of(stage.world)(StartRequest(ref=ref, message="go")).issue_ref == ISSUE


def test_a_directory_that_is_no_checkout_of_the_repository_is_warned_about(stage: Stage) -> None:
    stage.checkout.remotes = ("codeberg.org/else/where",)

    launched = StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="go"))

    (warning,) = launched.warnings
    assert "not a checkout of github.com/shoko/kugetsu" in warning
    assert "codeberg.org/else/where" in warning


def without_base(stage: Stage) -> None:
    with stage.store.edit() as draft:
        draft.remove_base()


def base_gone(stage: Stage) -> None:
    del stage.conversations.kept[BASE]


def directory_gone(stage: Stage) -> None:
    talk = stage.conversations.kept[BASE]
    stage.conversations.kept[BASE] = replace(talk, directory="/nowhere")


def opencode_missing(stage: Stage) -> None:
    stage.opencode.refusal = NoOpencodeError("opencode is not installed")


def database_unreadable(stage: Stage) -> None:
    stage.conversations.is_readable = False


def tracked(stage: Stage) -> None:
    stage.track(ISSUE, FORK)


def tracked_and_answered(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen(session_id=FORK, end=ANSWERED))


def running(stage: Stage) -> None:
    stage.track(ISSUE, None)
    stage.have_run(ISSUE, run_seen())


def open_elsewhere(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.runs.screens.add(FORK)


def record_damaged(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    file = stage.store.stored.issues[ISSUE]
    stage.store.files[file] = DamagedRecord(file, "not JSON")


def index_damaged(stage: Stage) -> None:
    stage.store.damage = DamagedError("index.json: not JSON")


def disk_full(stage: Stage) -> None:
    stage.store.refusal = CannotSaveError("No space left on device")


@pytest.mark.parametrize(
    ("given", "code", "exit_code", "remedy"),
    [
        (without_base, "no_base", 3, "init"),
        (base_gone, "no_base", 3, "init"),
        (directory_gone, "environment", 5, "init"),
        (opencode_missing, "no_opencode", 5, ""),
        (database_unreadable, "database_unreadable", 5, ""),
        (tracked, "conflict", 4, "continue"),
        (tracked_and_answered, "conflict", 4, "continue"),
        (running, "busy", 75, "stop"),
        (open_elsewhere, "busy", 75, ""),
        (record_damaged, "damaged", 6, "destroy"),
        (index_damaged, "damaged", 6, ""),
        (disk_full, "cannot_save", 7, ""),
    ],
)
def test_a_refusal_changes_nothing_and_names_what_helps(
    stage: Stage, given: Callable[[Stage], None], code: str, exit_code: int, remedy: str
) -> None:
    given(stage)

    refusal = start(stage)

    assert (refusal.code, refusal.exit_code, refusal.remedy) == (code, exit_code, remedy)


@pytest.mark.parametrize("message", ["", " \n\t", "a\0b", "x" * (LONGEST_MESSAGE + 1)])
def test_a_message_that_cannot_be_sent_is_a_usage_error(stage: Stage, message: str) -> None:
    assert start(stage, message=message).exit_code == 2


def test_a_text_that_is_no_reference_is_a_usage_error(stage: Stage) -> None:
    assert start(stage, ref="github.com/shoko/kugetsu#0").exit_code == 2


def test_a_number_alone_needs_a_checkout(stage: Stage) -> None:
    stage.checkout.remotes = ()

    assert start(stage, ref="14").exit_code == 2


def test_a_start_that_never_got_a_session_may_be_made_again(stage: Stage) -> None:
    stage.track(ISSUE, None, earlier=(SECOND,))

    StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="again"))

    assert stage.record(ISSUE).earlier == (SECOND,)


def test_a_start_that_failed_may_be_made_again_and_its_session_is_remembered(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen(session_id=FORK, end=FAILED))

    StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="again"))

    assert stage.record(ISSUE).session_id is None
    assert stage.record(ISSUE).earlier == (FORK,)


def test_a_failed_continue_does_not_make_the_session_worthless(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen(verb=RunVerb.CONTINUE, session_id=FORK, end=FAILED))

    assert start(stage).code == "conflict"


def test_on_request_a_session_is_replaced_and_stays_in_opencode(stage: Stage) -> None:
    stage.track(ISSUE, FORK, earlier=(SECOND,))

    StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="anew", replace=True))

    assert stage.record(ISSUE).session_id is None
    assert stage.record(ISSUE).earlier == (SECOND, FORK)
    assert FORK in stage.conversations.kept


def test_a_key_that_the_grammar_refuses_is_still_matched_exactly(stage: Stage) -> None:
    stage.track("odd key#x", FORK)

    assert start(stage, ref="odd key#x").code == "conflict"


def test_a_reference_that_is_complete_asks_nothing_of_the_current_directory(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: FakeCheckout) -> Path:
        raise AssertionError("asked")

    monkeypatch.setattr(FakeCheckout, "current_directory", refuse)

    assert StartIssue.of(stage.world)(StartRequest(ref=ISSUE, message="go")).issue_ref == ISSUE
