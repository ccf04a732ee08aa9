"""Tracking a session that opencode already has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kugetsu_tui.commands.adopt_session import AdoptRequest, AdoptSession
from kugetsu_tui.domain.errors import CannotSaveError, KugetsuError
from kugetsu_tui.domain.moment import spell_moment
from tests.commands import BASE, FORK, ISSUE, OTHER
from tests.fakes import NOW, Stage

pytestmark = pytest.mark.fast


@pytest.fixture
def spoken(stage: Stage) -> Stage:
    stage.converse(FORK, title="what about logins")
    return stage


def refused(stage: Stage, request: AdoptRequest) -> KugetsuError:
    """What the verb is refused with, having changed nothing."""
    before = stage.kept()
    with pytest.raises(KugetsuError) as refusal:
        AdoptSession.of(stage.world)(request)
    assert stage.kept() == before
    return refusal.value


def test_the_session_is_tracked_as_opencode_has_it(spoken: Stage) -> None:
    adopted = AdoptSession.of(spoken.world)(AdoptRequest("14", FORK))

    record = spoken.record(ISSUE)
    assert (record.type, record.issue_ref, record.session_id) == ("forked", ISSUE, FORK)
    assert record.directory == str(spoken.directory)
    assert record.created_at == spell_moment(NOW - timedelta(days=1))
    assert adopted.report().headline == f"{ISSUE} is tracked as {FORK}: what about logins"


def test_it_needs_no_base(bare: Stage) -> None:
    bare.converse(FORK)

    AdoptSession.of(bare.world)(AdoptRequest(ISSUE, FORK))

    assert bare.record(ISSUE).session_id == FORK


def nothing(_: Stage) -> None:
    """As it is."""


def issue_taken(stage: Stage) -> None:
    stage.track(ISSUE, None)


def session_taken(stage: Stage) -> None:
    stage.track(OTHER, FORK)


def database_unreadable(stage: Stage) -> None:
    stage.conversations.is_readable = False


def disk_full(stage: Stage) -> None:
    stage.store.refusal = CannotSaveError("No space left on device")


@pytest.mark.parametrize(
    ("given", "request_", "exit_code"),
    [
        (nothing, AdoptRequest("nonsense", FORK), 2),
        (nothing, AdoptRequest(ISSUE, "ses_nobody"), 3),
        (nothing, AdoptRequest(ISSUE, "--force"), 3),
        (nothing, AdoptRequest(ISSUE, BASE), 4),
        (issue_taken, AdoptRequest(ISSUE, FORK), 4),
        (session_taken, AdoptRequest(ISSUE, FORK), 4),
        (database_unreadable, AdoptRequest(ISSUE, FORK), 5),
        (disk_full, AdoptRequest(ISSUE, FORK), 7),
    ],
)
def test_a_refusal_changes_nothing(
    spoken: Stage, given: Callable[[Stage], None], request_: AdoptRequest, exit_code: int
) -> None:
    given(spoken)

    assert refused(spoken, request_).exit_code == exit_code


def test_a_session_tracked_under_another_issue_names_that(spoken: Stage) -> None:
    session_taken(spoken)

    refusal = refused(spoken, AdoptRequest(ISSUE, FORK))

    assert refusal.message == f"{FORK}: tracked already, as {OTHER}"
    assert refusal.hint == f"kugetsu destroy '{OTHER}' untracks it there"
