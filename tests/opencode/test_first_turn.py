"""The end of the first turn, as opencode's database tells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kugetsu_tui.opencode.database import Database
from kugetsu_tui.opencode.first_turn import has_first_turn_ended
from tests.opencode.sample_database import NOON, SampleDatabase, milliseconds

pytestmark = pytest.mark.fast

AT_WORK = {"created": milliseconds(1)}
COMPLETED = {**AT_WORK, "completed": milliseconds(9)}


@pytest.mark.parametrize(
    ("answer", "has_ended"),
    [
        ({"time": AT_WORK}, False),
        ({"time": AT_WORK, "finish": "stop"}, False),
        ({"time": COMPLETED, "finish": "tool-calls"}, False),
        ({"time": COMPLETED, "finish": "stop"}, True),
        ({"time": AT_WORK, "error": {"name": "APIError", "data": {"message": "no"}}}, True),
    ],
)
def test_it_has_ended_once_the_answer_is_complete(
    tmp_path: Path, answer: dict[str, object], has_ended: bool
) -> None:
    sample = SampleDatabase(tmp_path / "opencode.db")
    session = sample.session(created=1)
    sample.part(sample.message(session, "user", begun=1), {"type": "text", "text": "Read  it."})
    sample.raw_message(session, json.dumps({"role": "assistant", **answer}), begun=2)

    ended = has_first_turn_ended(
        Database(sample.path), "Read it.", directory=Path("/repo"), since=NOON
    )

    assert ended is has_ended
