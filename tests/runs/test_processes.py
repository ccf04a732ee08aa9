"""Processes as they are seen: the two readers sit the same exam."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs import processes, procfs
from kugetsu_tui.runs.ending import end_all, send
from kugetsu_tui.runs.process import RUN_VARIABLE, Process
from kugetsu_tui.runs.process_table import carriers
from kugetsu_tui.runs.screens import session_named, sessions_at_work
from tests.runs.conftest import eventually

pytestmark = pytest.mark.fast

RUN_ID = f"20260101T000000-{os.getpid():06x}"


class Table(Protocol):
    def look_at(self, pid: int) -> Process | None: ...

    def numbers(self) -> list[int]: ...

    def everyone(self) -> dict[Process, int]: ...

    def run_of(self, pid: int) -> str: ...

    def arguments(self, pid: int) -> list[str]: ...


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(params=[procfs, processes], ids=["procfs", "psutil"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts programs that are gone after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(
        *argv: str, stdin: int | None = None, stdout: int | None = None, **environment: str
    ) -> subprocess.Popen[bytes]:
        variables = {**os.environ, **environment}
        child = subprocess.Popen(argv, env=variables, stdin=stdin, stdout=stdout)
        started.append(child)
        return child

    yield begin
    end_all([], run_id=RUN_ID, grace=0)
    for child in started:
        child.kill()
        child.wait()


def test_a_living_process_stays_itself(table: Table, start: Start) -> None:
    child = start("sleep", "60")

    seen = table.look_at(child.pid)

    assert seen is not None
    assert seen.pid == child.pid
    assert table.look_at(child.pid) == seen
    assert table.everyone()[seen] == os.getpid()
    assert child.pid in table.numbers()


def test_a_zombie_is_dead(table: Table, start: Start) -> None:
    child = start("true")
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)

    assert table.look_at(child.pid) is None
    assert child.pid not in {process.pid for process in table.everyone()}


def test_nobody_is_nobody(table: Table) -> None:
    assert table.look_at(2**22) is None
    assert table.run_of(2**22) == ""
    assert table.arguments(2**22) == []


def test_a_process_carries_the_run_that_started_it(table: Table, start: Start) -> None:
    child = start("sleep", "60", **{RUN_VARIABLE: RUN_ID})

    assert eventually(lambda: table.run_of(child.pid)) == RUN_ID
    assert table.arguments(child.pid) == ["sleep", "60"]
    assert table.run_of(os.getpid()) == ""


def test_a_name_made_to_confuse_confuses_nobody(tmp_path: Path, table: Table, start: Start) -> None:
    program = tmp_path / "a) R 1 (b"
    program.symlink_to("/bin/sleep")

    child = start(str(program), "60")

    seen = eventually(lambda: table.look_at(child.pid))
    assert table.everyone()[seen] == os.getpid()


def test_a_later_process_with_the_same_number_is_not_signalled(start: Start) -> None:
    child = start("cat", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    seen = procfs.look_at(child.pid)
    assert seen is not None
    assert child.stdin
    assert child.stdout

    send(Process(child.pid, seen.started - 1), signal.SIGKILL)

    with child.stdin, child.stdout:
        child.stdin.write(b"alive\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"alive\n"
        send(seen, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL


def test_signalling_the_dead_is_silent(start: Start) -> None:
    child = start("true")
    seen = Process(child.pid, 1)
    child.wait()

    send(seen, signal.SIGTERM)


def _child_of(pid: int) -> Process | None:
    return next((seen for seen, parent in procfs.everyone().items() if parent == pid), None)


def test_everything_of_a_run_is_ended_wherever_it_went(start: Start) -> None:
    nested = "import subprocess, time; subprocess.Popen(['sleep', '60'], env={}); time.sleep(60)"
    start("setsid", "sleep", "60", **{RUN_VARIABLE: RUN_ID})
    root = start(sys.executable, "-c", nested)
    seen = eventually(lambda: procfs.look_at(root.pid))
    unmarked = eventually(lambda: _child_of(root.pid))
    bystander = start("sleep", "60")
    eventually(lambda: carriers(RUN_ID))

    left = end_all([seen], run_id=RUN_ID, grace=5)

    assert left == frozenset()
    assert not carriers(RUN_ID)
    assert procfs.look_at(unmarked.pid) is None
    assert root.wait() == -signal.SIGTERM
    assert bystander.poll() is None


def test_the_deaf_are_forced(start: Start) -> None:
    start("sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60", **{RUN_VARIABLE: RUN_ID})
    eventually(lambda: len(carriers(RUN_ID)) > 1)

    assert end_all([], run_id=RUN_ID, grace=0.2) == frozenset()
    assert not carriers(RUN_ID)


def test_whoever_cannot_be_ended_is_named(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    child = start("sleep", "60", **{RUN_VARIABLE: RUN_ID})
    eventually(lambda: carriers(RUN_ID))
    monkeypatch.setattr("kugetsu_tui.runs.ending.send", lambda _process, _number: None)
    monkeypatch.setattr("kugetsu_tui.runs.ending._LAST_WAIT", 0.1)

    left = end_all([], run_id=RUN_ID, grace=0.1)

    assert {process.pid for process in left} == {child.pid}


@pytest.mark.parametrize(
    ("words", "session_id"),
    [
        (["opencode", "-s", "ses_a"], "ses_a"),
        (["/home/me/.opencode/bin/opencode", "--session", "ses_a"], "ses_a"),
        (["opencode", "--session=ses_a", "--model", "x/y"], "ses_a"),
        (["node", "/usr/bin/opencode", "run", "-s", "ses_a", "hello"], "ses_a"),
        (["opencode", "run", "-s", "ses_a", "--fork"], None),
        (
            ["/data/kugetsu/opencode/node_modules/opencode-ai/bin/opencode.exe", "-s", "ses_a"],
            "ses_a",
        ),
        (["opencode"], None),
        (["opencode", "-s"], None),
        (["opencode", "-s", "../../etc"], None),
        (["vim", "-s", "ses_a", "opencode"], None),
        ([], None),
    ],
)
def test_a_command_line_names_the_session_it_works_on(
    words: list[str], session_id: str | None
) -> None:
    assert session_named(words) == session_id


def test_an_opencode_at_work_is_seen_with_its_session(tmp_path: Path, start: Start) -> None:
    program = tmp_path / "opencode"
    program.write_text("#!/bin/sh\nsleep 60\n")
    program.chmod(0o700)
    session_id = SessionId(f"ses_{os.getpid()}")

    start(str(program), "-s", session_id, **{RUN_VARIABLE: RUN_ID})

    assert eventually(lambda: dict(sessions_at_work()).get(session_id)) == RUN_ID


def test_who_can_open_no_more_files_says_of_nobody_that_he_is_dead() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, before[1]))
    try:
        for ask in (procfs.look_at, procfs.run_of, procfs.arguments, procfs.resident):
            with pytest.raises(EnvironmentUnfitError, match="Too many open files"):
                ask(os.getpid())
        with pytest.raises(EnvironmentUnfitError, match="Too many open files"):
            procfs.numbers()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_without_proc_nobody_is_said_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refused)

    with pytest.raises(EnvironmentUnfitError, match="/proc: Permission denied"):
        procfs.numbers()
