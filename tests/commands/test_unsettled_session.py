"""A session that only its dead run knows: every verb knows it too."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.adopt_session import AdoptRequest, AdoptSession
from kugetsu_tui.commands.destroy_session import DestroyRequest, DestroySession
from kugetsu_tui.commands.list_sessions import ListRequest, ListSessions
from kugetsu_tui.commands.mend_health import MendHealth
from kugetsu_tui.commands.read_changes import ReadChanges
from kugetsu_tui.commands.read_transcript import ReadTranscript
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.resume_session import ResumeSession
from kugetsu_tui.commands.show_session import ShowSession
from kugetsu_tui.commands.start_issue import StartIssue, StartRequest
from kugetsu_tui.domain.errors import ConflictError
from kugetsu_tui.domain.run import Liveness
from kugetsu_tui.domain.session import SessionState
from tests.commands import FORK, ISSUE, OTHER
from tests.fakes import Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def unsettled(stage: Stage) -> Stage:
    """The supervisor was killed between opencode's naming the session and the storing of it."""
    stage.converse(FORK)
    stage.track(ISSUE, None)
    stage.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.GONE))
    return stage


def test_the_board_and_what_shows_one_session_name_it(unsettled: Stage) -> None:
    row = next(
        row
        for row in ListSessions.of(unsettled.world)(ListRequest()).board
        if row.issue_ref == ISSUE
    )

    assert (row.session_id, row.state) == (FORK, SessionState.INTERRUPTED)
    assert row.title == "a talk"
    assert ShowSession.of(unsettled.world)(ISSUE).row.session_id == FORK
    assert ReadTranscript.of(unsettled.world).session_of(ISSUE) == (ISSUE, FORK)
    assert ReadChanges.of(unsettled.world)(ISSUE).session_id == FORK


def test_it_serves_for_its_reference(unsettled: Stage) -> None:
    assert ResolveRef.of(unsettled.world).tracked(FORK) == ISSUE


def test_it_opens_in_opencode(unsettled: Stage) -> None:
    assert ResumeSession.of(unsettled.world)(ISSUE).session_id == FORK
    assert unsettled.record(ISSUE).session_id == FORK


def test_a_start_names_it_and_leaves_it_alone(unsettled: Stage) -> None:
    before = unsettled.kept()

    with pytest.raises(ConflictError) as refused:
        StartIssue.of(unsettled.world)(StartRequest(ref=ISSUE, message="again"))

    assert refused.value.message == f"{ISSUE}: tracked already, as {FORK}"
    assert "kugetsu continue" in refused.value.hint
    assert unsettled.kept() == before


def test_a_start_in_place_of_one_that_is_gone_is_named(unsettled: Stage) -> None:
    unsettled.conversations.kept.pop(FORK, None)

    with pytest.raises(ConflictError) as refused:
        StartIssue.of(unsettled.world)(StartRequest(ref=ISSUE, message="again"))

    assert "which opencode no longer has" in refused.value.message
    assert refused.value.hint == f"kugetsu start '{ISSUE}' MESSAGE --replace"


def test_no_other_issue_can_have_it(unsettled: Stage) -> None:
    with pytest.raises(ConflictError, match=f"tracked already, as {ISSUE}"):
        AdoptSession.of(unsettled.world)(AdoptRequest(OTHER, FORK))


def test_it_is_deleted_where_that_is_asked_for(unsettled: Stage) -> None:
    DestroySession.of(unsettled.world)(DestroyRequest(refs=(ISSUE,), purge=True))

    assert unsettled.opencode.deleted == [FORK]


def test_the_doctor_writes_it_down(unsettled: Stage) -> None:
    plan = MendHealth.of(unsettled.world).plan()

    MendHealth.of(unsettled.world)(plan)

    files = unsettled.store.files
    assert [getattr(one, "session_id", None) for one in files.values()].count(FORK) == 1
    assert unsettled.record(ISSUE).run_end
