"""An answer in pieces, read afterwards."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.live_text import without_pieces
from kugetsu_tui.domain.run_event import Journalled, Retrying, RunEvent, Said, Saying
from tests.fakes import NOW

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ([Saying("He"), Saying("llo"), Said("Hello")], [Said("Hello")]),
        ([Saying("He"), Saying("llo")], [Saying("Hello")]),
        ([Saying("He"), Retrying("429"), Said("Hi")], [Saying("He"), Retrying("429"), Said("Hi")]),
        ([Said("a"), Saying("b"), Said("b")], [Said("a"), Said("b")]),
    ],
    ids=["finished", "cut", "begun anew", "two blocks"],
)
def test_each_block_is_read_once(told: list[RunEvent], read: list[RunEvent]) -> None:
    entries = [Journalled(NOW, event) for event in told]

    assert [entry.event for entry in without_pieces(entries)] == read
