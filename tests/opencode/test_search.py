"""Words found inside transcripts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.database import Database
from tests.opencode.sample_database import SampleDatabase

pytestmark = pytest.mark.fast


def search(
    sample: SampleDatabase, needle: str, is_wanted: Callable[[], bool] = lambda: True
) -> Mapping[SessionId, str]:
    return Database(sample.path).search(needle, is_wanted=is_wanted)


def said(sample: SampleDatabase, session_id: SessionId, text: str, begun: float = 1) -> None:
    part = json.dumps({"type": "text", "text": text}, ensure_ascii=False, separators=(",", ":"))
    sample.part(sample.message(session_id, "user", begun=begun), part)


def test_the_line_that_holds_the_words_is_shown(sample: SampleDatabase) -> None:
    one, other = sample.session("one"), sample.session("other")
    said(sample, one, "first line\n  the Cookie is strict\nlast line")
    said(sample, other, "nothing of the kind")

    assert search(sample, "cookie IS") == {one: "the Cookie is strict"}


def test_a_long_line_is_cut_around_what_was_found(sample: SampleDatabase) -> None:
    one = sample.session()
    said(sample, one, f"{'before ' * 50}NEEDLE{' after' * 500}")

    line = search(sample, "needle")[one]
    assert line.startswith("…")
    assert "NEEDLE after" in line
    assert len(line) < 300


@pytest.mark.parametrize(
    ("needle", "text"),
    [
        ('say "so"', 'he will say "so" again'),
        ("C:\\temp", "in C:\\temp it is"),
        ("50%", "it is 50% done"),
        ("a_b", "the name a_b"),
        ("wow!", "oh wow! yes"),
        ("ÄPFEL", "viele äpfel"),
        ("日本", "in 日本語"),
    ],
)
def test_any_words_are_taken_as_they_are(sample: SampleDatabase, needle: str, text: str) -> None:
    one, other = sample.session("one"), sample.session("other")
    said(sample, one, text)
    said(sample, other, "50 of axb, wow pfel")

    assert search(sample, needle) == {one: text}


def test_tools_are_searched_and_the_json_around_them_is_not(sample: SampleDatabase) -> None:
    one = sample.session()
    message = sample.message(one, "assistant", begun=1)
    sample.part(message, {"type": "step-start", "snapshot": "deadbeef"})
    state = {"status": "completed", "input": {"command": "make lint"}, "output": "2 warnings"}
    sample.part(message, {"type": "tool", "tool": "bash", "state": state})
    sample.part(message, "no json: make")

    assert search(sample, "make") == {one: "make lint"}
    assert search(sample, "warnings") == {one: "2 warnings"}
    for words in ("status", "completed", "type", "deadbeef"):
        assert search(sample, words) == {}


def test_a_sub_agents_find_is_its_masters_too(sample: SampleDatabase) -> None:
    master = sample.session("master")
    child = sample.session("child", parent_id=master)
    grandchild = sample.session("grandchild", parent_id=child)
    said(sample, grandchild, "deep down")

    assert set(search(sample, "deep")) == {master, child, grandchild}


def test_what_a_fork_copied_is_found_in_the_base_alone(sample: SampleDatabase) -> None:
    base, fork = sample.session("base"), sample.session("fork", created=100)
    for session_id in (base, fork):
        said(sample, session_id, "read the manual", begun=1)
    said(sample, fork, "mend the login", begun=101)

    assert list(search(sample, "manual")) == [base]
    assert list(search(sample, "mend")) == [fork]


def test_a_search_that_nobody_wants_any_more_ends_without_a_word(sample: SampleDatabase) -> None:
    one = sample.session()
    said(sample, one, "somewhere")
    sample.execute(
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        " INSERT INTO part SELECT 'more' || i, message_id, session_id, 0, 0, data FROM n,"
        " (SELECT * FROM part)"
    )
    asked: list[bool] = []

    def is_wanted() -> bool:
        asked.append(True)
        return len(asked) < 2

    assert search(sample, "nowhere", is_wanted) == {}
    assert len(asked) < 10


def test_where_opencode_never_ran_nothing_is_found(tmp_path: Path) -> None:
    assert Database(tmp_path / "none.db").search("x", is_wanted=lambda: True) == {}
