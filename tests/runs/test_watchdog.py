"""When a run's time is up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kugetsu_tui.domain.run import RunOrder, RunVerb
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs.watchdog import overdue

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("idle", "limit", "age", "quiet", "is_named", "words"),
    [
        (None, None, 179.9, 179.9, False, ""),
        (None, None, 180, 0, False, "did not name a session within 180 s"),
        (None, None, 1e6, 1e6, True, ""),
        (20, None, 100, 100, False, ""),
        (20, None, 100, 19.9, True, ""),
        (20, None, 100, 20, True, "no sign of life for 20 s"),
        (None, 60, 59.9, 0, True, ""),
        (None, 60, 60, 0, True, "ended after 60 s"),
        (None, 60, 60, 0, False, "ended after 60 s"),
    ],
)
def test_time_is_up_when_a_limit_that_was_asked_for_is_reached(
    idle: float | None, limit: float | None, age: float, quiet: float, is_named: bool, words: str
) -> None:
    order = RunOrder(
        run_id=RunId("x"),
        verb=RunVerb.START,
        issue_ref=None,
        session_id=None,
        directory="/",
        placed_at=datetime.now(UTC),
        idle_timeout=idle,
        timeout=limit,
    )

    reason = overdue(order, age=age, quiet=quiet, is_named=is_named)

    assert words in reason
    assert bool(words) is bool(reason)
