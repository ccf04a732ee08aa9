"""What sessions have come to by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.database import Database
from tests.opencode.sample_database import NEW, OLD, SampleDatabase

pytestmark = pytest.mark.fast

TOKENS = {"input": 5, "output": 3, "reasoning": 1, "cache": {"read": 10, "write": 2}}


@pytest.fixture(params=[NEW, OLD])
def sample(tmp_path: Path, request: pytest.FixtureRequest) -> SampleDatabase:
    return SampleDatabase(tmp_path / "opencode.db", request.param)


def figures(sample: SampleDatabase, *ids: SessionId) -> dict[SessionId, Figures]:
    return dict(Database(sample.path).figures(ids))


def change(*files: str) -> dict[str, object]:
    return {"diffs": [{"file": file, "additions": 1, "deletions": 0} for file in files]}


def test_messages_and_the_files_they_changed_are_counted(sample: SampleDatabase) -> None:
    one = sample.session()
    sample.message(one, "user", begun=1, summary=change("a.py", "b.py"))
    sample.message(one, "assistant", begun=2)
    sample.message(one, "user", begun=3, summary=change("a.py"))

    assert figures(sample, one) == {one: Figures(messages=3, changed_files=2)}


def test_what_a_fork_copied_is_not_its_own(sample: SampleDatabase) -> None:
    forks = [sample.session(f"fork{n}", created=100 + n) for n in range(2)]
    for fork in forks:
        sample.message(fork, "user", begun=1, summary=change("base.py"))
        sample.message(fork, "assistant", begun=2, tokens=TOKENS, cost=0.25)
        sample.message(fork, "user", begun=200, summary=change("own.py"))
        sample.message(fork, "assistant", begun=201, tokens=TOKENS, cost=0.5)

    own = Figures(messages=2, changed_files=1, copied_tokens=21, copied_cost=0.25)
    assert figures(sample, *forks) == dict.fromkeys(forks, own)


def test_forks_of_a_base_that_has_grown_are_told_apart(sample: SampleDatabase) -> None:
    early, late = sample.session("early", created=10), sample.session("late", created=20)
    sample.message(early, "assistant", begun=1, tokens=TOKENS)
    for begun in (1, 12):
        sample.message(late, "assistant", begun=begun, tokens=TOKENS)

    found = figures(sample, early, late)
    assert [found[fork].copied_tokens for fork in (early, late)] == [21, 42]


def test_what_cannot_be_understood_counts_as_a_message_and_nothing_else(
    sample: SampleDatabase,
) -> None:
    one = sample.session(created=50)
    for begun in (1, 60):
        sample.raw_message(one, '{"diffs":[{', begun=begun)
        sample.message(one, "user", begun=begun, summary={"diffs": "none"}, tokens=[])

    assert figures(sample, one) == {one: Figures(messages=2)}


def test_where_opencode_never_ran_nothing_is_counted(tmp_path: Path) -> None:
    assert Database(tmp_path / "none.db").figures([SessionId("ses_one")]) == {}
