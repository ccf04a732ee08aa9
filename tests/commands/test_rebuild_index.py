"""`doctor --rebuild`: what was lost is shown, and tracked again only when asked."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.rebuild_index import RebuildIndex
from kugetsu_tui.domain.errors import DamagedError, DatabaseUnreadableError
from kugetsu_tui.domain.record import BASE_FILE, Record
from kugetsu_tui.domain.session import RunId, SessionId, SessionType
from tests.fakes import Stage

pytestmark = pytest.mark.fast

A, B = "github.com/shoko/kugetsu#1", "github.com/shoko/kugetsu#2"
ONE, TWO = SessionId("ses_one"), SessionId("ses_two")


@pytest.fixture
def lost(bare: Stage) -> Stage:
    """Opencode was told what two of its sessions are for; the store is empty."""
    for session_id, ref in ((ONE, A), (TWO, B)):
        bare.converse(session_id, title=f"about {ref}")
        bare.conversations.told[session_id] = ref
    return bare


def test_what_is_found_is_shown_and_nothing_is_changed(lost: Stage) -> None:
    before = lost.kept()

    rebuilt = RebuildIndex.of(lost.world)(force=False)

    assert lost.kept() == before
    assert rebuilt.report().headline.startswith("2 can be tracked again; nothing was changed")
    assert f"{A}  {ONE}" in rebuilt.report().body
    assert not rebuilt.data()["rebuilt"]


def test_asked_to_it_tracks_what_is_clear(lost: Stage) -> None:
    rebuilt = RebuildIndex.of(lost.world)(force=True)

    assert rebuilt.data()["rebuilt"]
    assert (lost.record(A).session_id, lost.record(B).session_id) == (ONE, TWO)
    assert lost.record(A).directory == str(lost.directory)


def test_of_two_candidates_both_are_named_and_none_is_tracked(lost: Stage) -> None:
    lost.conversations.told[TWO] = A

    rebuilt = RebuildIndex.of(lost.world)(force=True)

    assert not lost.store.index().issues
    assert str(ONE) in rebuilt.report().body
    assert str(TWO) in rebuilt.report().body
    assert f"kugetsu adopt '{A}' SESSION" in rebuilt.report().body
    assert lost.store.saves == 0


def test_records_and_the_base_of_a_damaged_index_come_back_whole(lost: Stage) -> None:
    base = SessionId("ses_base")
    lost.base(base)
    kept = lost.track(A, ONE, run_id=RunId("run-1"))
    lost.store.damage = DamagedError("index.json: torn")
    of_base = Record(type=SessionType.BASE, session_id=base, created_at="then")
    lost.store.files[BASE_FILE] = of_base

    RebuildIndex.of(lost.world)(force=True)

    assert lost.store.index().base == base
    assert lost.store.files[BASE_FILE] == of_base
    assert lost.record(A) == kept
    assert lost.record(B).session_id == TWO


def test_what_is_tracked_is_left_alone(lost: Stage) -> None:
    kept = lost.track(A, SessionId("ses_other"))

    RebuildIndex.of(lost.world)(force=True)

    assert lost.record(A) == kept
    assert lost.record(B).session_id == TWO


def test_nothing_is_concluded_from_a_database_that_cannot_be_read(lost: Stage) -> None:
    lost.conversations.is_readable = False

    with pytest.raises(DatabaseUnreadableError):
        RebuildIndex.of(lost.world)(force=True)
