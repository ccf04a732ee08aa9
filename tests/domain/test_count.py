"""Counts, as people write them."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.count import parse_count

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("007", 7), ("999999999", 999_999_999)])
def test_a_whole_number_from_one_on_is_a_count(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize(
    "text", ["", "0", "000", "-1", "+1", "1.5", "1e3", " 1", "²", "٣", "9" * 10]
)
def test_nothing_else_is(text: str) -> None:
    assert parse_count(text) is None
