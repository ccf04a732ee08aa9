"""What is told of the tasks of a file while they go, and who may end them."""

from __future__ import annotations

import io
import os
import pty
import signal
import termios
from contextlib import suppress

import pytest

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.ctrl_c import HeldCtrlC
from kugetsu_tui.batch.tasks_told import TasksTold
from kugetsu_tui.commands.task_results import Fate, TaskMoved, TaskResult
from kugetsu_tui.domain.errors import EndedBySignalError
from kugetsu_tui.domain.task_file import Task

pytestmark = pytest.mark.fast

ONE, TWO = "github.com/shoko/kugetsu#1", "github.com/shoko/kugetsu#2"


def result(ref: str, fate: Fate) -> TaskResult:
    return TaskResult(task=Task(line=1, ref=ref, message="go"), issue_ref=ref, fate=fate)


def all_of(terminal: int) -> str:
    """What was written to the other side, which is closed."""
    told = b""
    with os.fdopen(terminal, "rb", buffering=0) as seen, suppress(OSError):  # EIO is the end
        while chunk := seen.read(4096):
            told += chunk
    return told.decode()


def test_a_terminal_gets_one_line_that_counts_and_what_is_to_be_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    seen, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    with (
        os.fdopen(terminal, "w", encoding="utf-8") as err,
        HeldCtrlC() as ctrl_c,
        TasksTold(Console(out=io.StringIO(), err=err), ctrl_c, is_line=False) as told,
    ):
        told.begin(2)
        told(TaskMoved(ONE, "at work"))
        told(TaskMoved(TWO, "waits for you", "kugetsu answer '…#2'"))
        told(result(ONE, Fate.DONE))
    *lines, last = all_of(seen).split("\r\x1b[K")

    assert lines == [
        "",
        "[....................] 0/2  1 at work",
        f"{TWO}: waits for you: kugetsu answer '…#2'\r\n",
        "[....................] 0/2  1 at work, 1 waits for you",
        "[##########..........] 1/2  1 done, 1 waits for you",
    ]
    assert last == "", "the line is wiped in the end"


def test_elsewhere_each_change_is_a_line() -> None:
    err = io.StringIO()
    with (
        HeldCtrlC() as ctrl_c,
        TasksTold(Console(out=io.StringIO(), err=err), ctrl_c, is_line=False) as told,
    ):
        told.begin(1)
        told(TaskMoved(ONE, "at work"))
        told(result(ONE, Fate.DONE))

    assert err.getvalue() == f"{ONE}: at work\n{ONE}: done\n"


def test_ctrl_c_counts_also_where_it_has_ended_who_reads() -> None:
    """In `kugetsu run FILE | less`, both get it."""
    reader, writer = os.pipe()
    os.close(reader)
    with (
        os.fdopen(writer, "w", encoding="utf-8") as out,
        HeldCtrlC() as ctrl_c,
        pytest.raises(EndedBySignalError),
        TasksTold(Console(out=out, err=io.StringIO()), ctrl_c, is_line=False) as told,
    ):
        with pytest.raises(BrokenPipeError):
            told.pause()
        signal.raise_signal(signal.SIGINT)
        told.pause()
