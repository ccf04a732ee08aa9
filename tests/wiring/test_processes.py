"""A run's own process: an end is noted whatever keeps it from beginning."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import Engine, RunEnd, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.journal import recorded_end
from kugetsu_tui.runs.runs import FolderRuns
from tests.runs.conftest import eventually, runs_in
from tests.store.files import KEY, store_in, whole

pytestmark = pytest.mark.fast

KUGETSU = (sys.executable, "-P", "-m", "kugetsu_tui")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store, whose opencode is a program that hangs."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUGETSU_DIR", str(tmp_path / "store"))
    opencode = tmp_path / "opencode"
    opencode.write_text("#!/bin/sh\nexec sleep 300\n")
    opencode.chmod(0o700)
    monkeypatch.setenv("KUGETSU_OPENCODE_PATH", str(opencode))
    yield tmp_path / "store"
    if (tmp_path / "store" / "server").exists():
        subprocess.run([*KUGETSU, "--batch", "server", "stop", "--force"], check=False)


def order_in(store: Path, engine: Engine, *, timeout: float | None = None) -> RunOrder:
    return RunOrder(
        run_id=runs_of(store).new_id(),
        verb=RunVerb.START,
        issue_ref=KEY,
        session_id=SessionId("ses_base"),
        directory=str(store.parent),
        placed_at=datetime.now(UTC),
        engine=engine,
        timeout=timeout,
    )


def runs_of(store: Path) -> FolderRuns:
    return runs_in(store / "runs", (*KUGETSU, "--supervise"))


def run(store: Path, order: RunOrder, *, spoil: str = "") -> RunEnd:
    """The end that the order's run came to; a file of its folder may be spoilt before."""
    with store_in(store).edit() as draft:
        draft.put(KEY, Record(type="forked", issue_ref=KEY, run_id=order.run_id))
    folder = RunFolder(store / "runs" / order.run_id)
    with runs_of(store).reserve(order, "hello") as reserved:
        if spoil:
            (folder.path / spoil).unlink()
            os.mkfifo(folder.path / spoil)
        reserved.launch()
    return eventually(lambda: recorded_end(folder))


def test_a_run_whose_opencode_is_gone_by_its_turn_says_so(store: Path) -> None:
    order = order_in(store, Engine.RUN)
    (store.parent / "opencode").unlink()

    end = run(store, order)

    assert end.outcome is RunOutcome.FAILED
    assert "there is no such file (kugetsu settings)" in end.reason
    told = store_in(store)
    settled = eventually(lambda: whole(told.record(told.index().issues[KEY])).run_end)
    assert (settled.outcome, settled.reason) == (end.outcome, end.reason)


def test_a_message_that_cannot_be_read_is_named_as_the_reason(store: Path) -> None:
    end = run(store, order_in(store, Engine.SERVER), spoil="message")

    assert end.outcome is RunOutcome.FAILED
    assert "message" in end.reason


def test_facts_that_cannot_be_read_are_named_as_the_reason_and_are_no_bug(store: Path) -> None:
    order = order_in(store, Engine.RUN)

    end = run(store, order, spoil="run.json")

    assert end.outcome is RunOutcome.FAILED
    assert "run.json" in end.reason
    folder = RunFolder(store / "runs" / order.run_id)
    complaint = eventually(folder.supervisor_log.read_text)
    assert "the record is behind: " in complaint
    assert "a bug" not in complaint


def test_a_run_that_cannot_leave_the_queue_reaches_no_opencode(store: Path) -> None:
    order = order_in(store, Engine.RUN)
    with runs_of(store).reserve(order, "hello") as reserved:
        reserved.is_begun = True
        (store / "runs" / "queue" / f"000000001-{order.run_id}").mkdir(parents=True)
        argv = [*KUGETSU, "--supervise", str(reserved.folder.path), str(reserved.lock)]
        subprocess.run(argv, pass_fds=[reserved.lock or -1], check=False, stderr=subprocess.PIPE)

    end = recorded_end(reserved.folder)
    assert end is not None
    assert (end.outcome, order.run_id in end.reason) == (RunOutcome.FAILED, True)
    assert reserved.folder.read().opencode is None


def test_the_wait_for_a_server_is_part_of_the_time_a_run_is_given(store: Path) -> None:
    end = run(store, order_in(store, Engine.AUTO, timeout=1.0))

    assert (end.outcome, end.reason) == (
        RunOutcome.TIMED_OUT,
        "ended after 1 s, the time it was given",
    )
