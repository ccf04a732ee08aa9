"""What is left of runs: put away where they never began, erased where that is asked for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import ConflictError, EnvironmentUnfitError
from kugetsu_tui.domain.run import RunEnd, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.place import here
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.runs import FolderRuns

pytestmark = pytest.mark.fast

ISSUE = "github.com/shoko/kugetsu#14"
OTHER = "github.com/shoko/kugetsu#15"


@pytest.fixture
def runs(tmp_path: Path) -> FolderRuns:
    folder = tmp_path / "runs"
    admission = Admission(folder, RunQueue(folder / "queue"), slots=lambda: 1, usher=())
    return FolderRuns(folder, supervisor=(), admission=admission)


def order(number: int, issue_ref: str = ISSUE) -> RunOrder:
    return RunOrder(
        run_id=RunId(f"20260314T15092{number}-abcdef"),
        verb=RunVerb.CONTINUE,
        issue_ref=issue_ref,
        session_id=None,
        directory="/",
        placed_at=datetime.now(UTC),
    )


def ended(runs: FolderRuns, number: int, issue_ref: str = ISSUE) -> RunId:
    with runs.reserve(order(number, issue_ref), "the message") as run:
        run.settle(RunEnd(outcome=RunOutcome.ANSWERED, at=datetime.now(UTC)))
    return run.run_id


def killed_while_starting(runs: FolderRuns, number: int, *, age: float = 3600.0) -> Path:
    """As RunFolder.create leaves it where it is killed before its last step."""
    facts = RunFacts(order=order(number), place=here())
    folder, descriptor = RunFolder.create(runs.path / facts.order.run_id, facts, b"the message")
    hidden = folder.path.rename(folder.path.with_name(f".{folder.path.name}"))
    os.close(descriptor)
    moment = time.time() - age
    os.utime(hidden, (moment, moment))
    return hidden


def test_what_a_killed_starter_left_goes_to_the_trash(runs: FolderRuns) -> None:
    hidden = killed_while_starting(runs, 1)
    (leftover,) = runs.leftovers()

    runs.discard(leftover)

    assert not hidden.exists()
    assert (runs.path.parent / "trash" / leftover / "message").read_bytes() == b"the message"
    assert not runs.leftovers()
    with pytest.raises(ConflictError):
        runs.discard(leftover)


def test_a_folder_in_the_making_is_no_leftover(runs: FolderRuns) -> None:
    killed_while_starting(runs, 1, age=0.0)
    held = killed_while_starting(runs, 2)
    descriptor = lock.take(held / "lock")
    assert descriptor is not None
    (runs.path / ".other").mkdir()
    ended(runs, 3)

    assert not runs.leftovers()
    os.close(descriptor)
    assert runs.leftovers() == [held.name[1:]]


def test_forgetting_erases_the_runs_of_that_issue_alone(runs: FolderRuns) -> None:
    doomed = [ended(runs, 1), ended(runs, 2)]
    other = ended(runs, 3, OTHER)
    killed_while_starting(runs, 4)
    runs.discard(runs.leftovers()[0])

    assert runs.forget(ISSUE) == (3, [])

    assert [runs.seen(run_id) for run_id in doomed] == [None, None]
    assert runs.message(other) == "the message"
    left = [path for path in runs.path.parent.rglob("*") if path.name == "message"]
    assert left == [runs.path / other / "message"]


def test_a_message_that_is_kept_and_cannot_be_read_is_not_taken_for_none(runs: FolderRuns) -> None:
    run_id = ended(runs, 1)
    message = runs.path / run_id / "message"
    message.unlink()
    assert runs.message(run_id) == ""

    message.mkdir()
    with pytest.raises(EnvironmentUnfitError, match="message: cannot be read"):
        runs.message(run_id)


def test_a_run_at_work_is_not_erased(runs: FolderRuns) -> None:
    with runs.reserve(order(1), "the message") as run:
        assert runs.forget(ISSUE) == (0, [])
        assert runs.message(run.run_id) == "the message"


def test_the_newest_are_kept(runs: FolderRuns) -> None:
    ids = [ended(runs, number) for number in range(5)]

    assert runs.forget(ISSUE, keep=2) == (3, [])

    assert [run.order.run_id for run in runs.history(ISSUE)] == ids[:2:-1]


def test_where_nothing_ever_ran_there_is_nothing(runs: FolderRuns) -> None:
    assert not runs.history(ISSUE)
    assert not runs.leftovers()
    assert not runs.queue()


@pytest.mark.parametrize(
    "ask",
    [
        lambda runs: runs.history(ISSUE),
        lambda runs: runs.forget(ISSUE),
        FolderRuns.leftovers,
        FolderRuns.queue,
        FolderRuns.tend_queue,
    ],
)
def test_where_nobody_can_look_it_is_not_said_that_nothing_is_there(
    runs: FolderRuns, ask: Callable[[FolderRuns], object]
) -> None:
    runs.path.write_text("no folder")

    with pytest.raises(EnvironmentUnfitError, match="cannot be listed: Not a directory"):
        ask(runs)


@pytest.mark.parametrize("damage", ["no JSON", None])
def test_a_run_that_does_not_tell_whose_it_is_is_named(
    runs: FolderRuns, damage: str | None
) -> None:
    kept, damaged, discarded = (RunFolder(runs.path / ended(runs, n)) for n in (1, 2, 3))
    trash = runs.path.with_name("trash")
    trash.mkdir()
    moved = RunFolder(discarded.path.rename(trash / discarded.path.name))
    for folder in (damaged, moved):
        folder.facts.write_text(damage) if damage else folder.facts.unlink()

    assert runs.forget(ISSUE) == (1, [damaged.path.name, moved.path.name])
    assert not kept.path.exists()
    assert (damaged.path / "message").exists()
