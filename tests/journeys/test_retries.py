"""What is left of a run when opencode has given up on the provider."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Unlucky

pytestmark = pytest.mark.opencode


def test_a_provider_that_goes_on_failing_ends_the_run_when_opencode_gives_up(
    unlucky: Unlucky,
) -> None:
    ended = unlucky.start.ended(patience=200)

    words = "the provider failed: 500 the demo model refuses, as it was asked to"
    assert (ended.status, ended.out) == (1, "")
    assert f"kugetsu: {unlucky.ref}: {words}" in ended.err
    row = unlucky.kugetsu.row(unlucky.ref)
    assert (row["state"], row["why"]) == ("failed", words)
    assert not unlucky.kugetsu.everybody()
