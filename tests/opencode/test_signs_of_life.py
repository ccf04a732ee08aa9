from __future__ import annotations

import pytest

from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.database import Database
from tests.opencode.sample_database import NOON, SampleDatabase, at

pytestmark = pytest.mark.fast

GONE = SessionId("ses_gone")


def test_the_newest_row_of_the_session_or_a_sub_agent_is_its_last_activity(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session("parent", updated=1)
    assert database.last_activity(session_id) == at(1)

    message = sample.message(session_id, "assistant", begun=2, updated=3)
    assert database.last_activity(session_id) == at(3)

    sample.part(message, {"type": "text", "text": "hello"}, updated=4)
    assert database.last_activity(session_id) == at(4)

    child = sample.session("child", parent_id=session_id, updated=5)
    assert database.last_activity(session_id) == at(5)

    grandchild = sample.session("grandchild", parent_id=child, updated=1)
    sample.part(sample.message(grandchild, "assistant"), {"type": "text"}, updated=6)
    assert database.last_activity(session_id) == at(6)
    assert database.last_activity(GONE) is None


def tool(name: str = "bash", status: str = "running") -> dict[str, object]:
    return {"type": "tool", "tool": name, "state": {"status": status, "input": {}}}


def test_a_running_tool_is_life_and_a_waiting_model_is_not(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session()
    sample.part(sample.message(session_id, "assistant", begun=1), tool(status="completed"))
    assert not database.has_running_tool(session_id, since=NOON)

    sample.part(sample.message(session_id, "assistant", begun=2), tool(status="pending"))
    assert not database.has_running_tool(session_id, since=NOON)

    sample.part(sample.message(session_id, "assistant", begun=3), tool())
    assert database.has_running_tool(session_id, since=NOON)

    sample.message(session_id, "assistant", begun=4)
    assert not database.has_running_tool(session_id, since=NOON)


def test_a_tool_that_an_earlier_run_left_running_is_no_life(
    sample: SampleDatabase, database: Database
) -> None:
    session_id = sample.session()
    sample.part(sample.message(session_id, "assistant", begun=1), tool())

    assert not database.has_running_tool(session_id, since=at(2))


def test_a_sub_agent_counts_by_its_own_tools(sample: SampleDatabase, database: Database) -> None:
    session_id = sample.session("parent")
    sample.part(sample.message(session_id, "assistant"), tool("task"))
    child = sample.session("child", parent_id=session_id)
    asked = sample.message(child, "assistant")
    assert not database.has_running_tool(session_id, since=NOON)

    sample.part(asked, tool())
    assert database.has_running_tool(session_id, since=NOON)
