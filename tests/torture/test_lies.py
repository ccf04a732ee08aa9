"""An opencode that lies: what became of the run is told right, and nothing is left of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.torture.lying_opencode import NAMED, UNNAMED, WORDS
from tests.torture.sandbox import BASE, Sandbox

NO_ANSWER = "opencode ended without an answer"
MEMORY = 200_000
"""Kilobytes that a supervisor may take."""


@dataclass(frozen=True)
class Truth:
    """What is to be told of a run."""

    exit: int
    state: str
    why: str
    has_session: bool = True


FAILED = Truth(1, "failed", NO_ANSWER)
ANSWERED = Truth(0, "idle", "")
TRUTHS = {
    "silent_success": Truth(1, "failed", NO_ANSWER, has_session=False),
    "exits_with_nothing": FAILED,
    "announces_and_leaves": FAILED,
    "torn_json": FAILED,
    "two_sessions": FAILED,
    "error_after_success": Truth(
        0, "idle", "answered; opencode then reported: the provider failed"
    ),
    "error_and_code_0": Truth(1, "failed", "no credit left"),
    "killed_before_the_first_word": Truth(1, "interrupted", "opencode was ended by signal 9"),
    "killed_before_it_named_what_it_made": Truth(
        1, "interrupted", "opencode was ended by signal 9", has_session=False
    ),
    "locked": Truth(1, "failed", "database is locked"),
    "success_without_keeping_it": ANSWERED,
    "answers_byte_by_byte": ANSWERED,
    "huge_line": ANSWERED,
    "session_that_is_a_path": Truth(1, "failed", NO_ANSWER, has_session=False),
    "session_of_another_project": Truth(
        1, "failed", "names ses_stray, which is not this run's session", has_session=False
    ),
    "the_base_itself": Truth(
        1, "failed", f"names {BASE}, which is not this run's session", has_session=False
    ),
}
TO_BE_STOPPED = ("deaf", "leaves_the_tree")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """Lies are told side by side, each about an issue of its own."""
    return sandbox_of_liars(tmp_path_factory.mktemp("liars"))


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return sandbox_of_liars(tmp_path)


def sandbox_of_liars(folder: Path) -> Sandbox:
    stray = "ses_stray"
    sandbox = Sandbox.made(folder / "home", sessions=[stray], script="lying_opencode.py")
    with closing(sqlite3.connect(sandbox.database)) as connection, connection:
        connection.execute("UPDATE session SET directory = '/elsewhere' WHERE id = ?", (stray,))
    sandbox.lay_out({})
    return sandbox


def row_of(sandbox: Sandbox, ref: str) -> dict[str, Any]:
    (row,) = (row for row in sandbox.rows() if row["issue_ref"] == ref)
    return row


def test_every_lie_is_told() -> None:
    assert {*TRUTHS, *TO_BE_STOPPED} == {*NAMED, *UNNAMED}


@pytest.mark.parametrize("lie", TRUTHS)
def test_a_lie_is_not_believed(shared: Sandbox, lie: str) -> None:
    truth, ref = TRUTHS[lie], f"github.com/shoko/{lie}#1"

    told = shared.call("start", ref, f"#lie {lie}")

    row = row_of(shared, ref)
    assert told.returncode == truth.exit, told.stderr
    assert "Traceback" not in told.stderr
    assert (row["state"], bool(row["session_id"])) == (truth.state, truth.has_session), row
    assert truth.why in row["why"]
    assert truth.why in told.stderr
    assert (WORDS in told.stdout) is (truth.exit == 0)
    assert shared.until_quiet() == []


def test_a_line_of_200_megabytes_takes_a_supervisor_little_memory(shared: Sandbox) -> None:
    shared.call("start", "h/u/r#1", "#lie huge_line")

    assert int((shared.repository / "peak").read_text()) < MEMORY


def test_after_a_lie_the_session_goes_on_and_the_truth_is_told(shared: Sandbox) -> None:
    shared.call("start", "h/u/r#2", "#lie killed_before_the_first_word")

    told = shared.call("continue", "h/u/r#2", "and now?")

    assert (told.returncode, told.stdout) == (0, f"{WORDS}\n"), told.stderr
    assert row_of(shared, "h/u/r#2")["state"] == "idle"


def test_what_was_made_and_not_named_is_not_guessed_and_can_be_adopted(sandbox: Sandbox) -> None:
    ref = "h/u/r#3"
    sandbox.call("start", ref, "#lie killed_before_it_named_what_it_made")

    assert "ses_unnamed" in sandbox.call("list", "--all").stdout
    assert sandbox.call("destroy", ref, "-y").returncode == 0
    assert sandbox.call("adopt", ref, "ses_unnamed").returncode == 0
    assert row_of(sandbox, ref)["session_id"] == "ses_unnamed"


def test_who_obeys_no_signal_or_left_the_tree_is_ended_all_the_same(sandbox: Sandbox) -> None:
    refs = [f"h/u/{lie}#1" for lie in TO_BE_STOPPED]
    for ref, lie in zip(refs, TO_BE_STOPPED, strict=True):
        assert sandbox.call("start", ref, f"#lie {lie}", "--detach").returncode == 0

    stopped = sandbox.call("stop", "--all")

    assert stopped.returncode == 0, stopped.stderr
    assert [row_of(sandbox, ref)["state"] for ref in refs] == ["stopped", "stopped"]
    assert sandbox.until_quiet() == []
