"""A program is driven on a terminal that nobody looks at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import (
    CannotSaveError,
    EndedBySignalError,
    EnvironmentUnfitError,
    RunTimedOutError,
)
from kugetsu_tui.terminals.child import TerminalEnd
from kugetsu_tui.terminals.drive import drive

pytestmark = pytest.mark.fast

LISTENER = """
import os, pathlib, signal, sys, time
def leave(*_):
    print('goodbye', flush=True)
    sys.exit(0)
signal.signal(signal.SIGHUP, leave)
assert os.isatty(1) and os.isatty(2) and not os.isatty(0)
print(os.get_terminal_size(1), os.environ['TERM'])
heard = pathlib.Path('heard')
heard.with_suffix('.new').write_bytes(sys.stdin.buffer.read())
pathlib.Path('pid').write_text(str(os.getpid()))
heard.with_suffix('.new').rename(heard)
while True: time.sleep(0.05)
"""


def driven(
    folder: Path,
    said: str,
    *,
    script: str = LISTENER,
    is_done: Callable[[], bool] | None = None,
    patience: float = 20.0,
) -> TerminalEnd:
    return drive(
        [sys.executable, "-c", script],
        directory=folder,
        environment={"PATH": os.environ["PATH"]},
        said=said,
        is_done=is_done or (folder / "heard").exists,
        patience=patience,
    )


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    "said",
    [
        "fix the bug",
        "",
        '/models\n!ls\n@README it\'s "quoted" $HOME `x` \\n',
        "  漢字 🎉\r\n\ttab \x1b[201~ \x00 \u2028",
        "word " * 100_000,
    ],
    ids=["words", "nothing", "marks", "controls", "half a megabyte"],
)
def test_the_words_arrive_byte_for_byte(said: str, tmp_path: Path) -> None:
    end = driven(tmp_path, said)
    assert (tmp_path / "heard").read_bytes() == said.encode()
    assert end.exit_status == 0
    assert end.closing_words.endswith("goodbye\r\n")


def test_the_program_sees_a_terminal_of_common_size(tmp_path: Path) -> None:
    end = driven(tmp_path, "hello")
    assert "columns=120, lines=36) xterm-256color" in end.closing_words


def test_the_words_are_neither_in_the_arguments_nor_left_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    script = LISTENER.replace("while", "print('seen', sys.orig_argv, os.environ)\nwhile")

    def is_done() -> bool:
        assert not list(temporary.iterdir())
        return (tmp_path / "heard").exists()

    end = driven(tmp_path, "a secret", script=script, is_done=is_done)
    assert "seen" in end.closing_words
    assert "a secret" not in end.closing_words


def test_a_program_that_ends_by_itself_is_not_waited_for(tmp_path: Path) -> None:
    end = driven(tmp_path, "hello", script="print('no model'); raise SystemExit(3)")
    assert (end.exit_status, end.closing_words) == (3, "no model\r\n")


def test_a_program_that_is_never_done_is_ended(tmp_path: Path) -> None:
    with pytest.raises(RunTimedOutError, match=r"not done in 0\.5 s"):
        driven(tmp_path, "hello", is_done=bool, patience=0.5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_to_us_ends_the_program_first(number: signal.Signals, tmp_path: Path) -> None:
    handlers = [signal.getsignal(number)]

    def is_done() -> bool:
        if (tmp_path / "heard").exists():
            os.kill(os.getpid(), number)
        return False

    with pytest.raises(EndedBySignalError) as ended:
        driven(tmp_path, "hello", is_done=is_done)
    assert ended.value.signal == number
    assert not is_alive(int((tmp_path / "pid").read_text()))
    assert [signal.getsignal(number)] == handlers


BESIDE = """
import os, pathlib, sys, time
from threading import Thread
from kugetsu_tui.terminals.drive import drive
folder = pathlib.Path.cwd()
def beside():
    end = drive([sys.executable, "-c", sys.argv[1]], directory=folder, environment=os.environ,
        said="hello", is_done=lambda: (folder / sys.argv[2]).exists(), patience=30.0)
    print(end.exit_status, end.closing_words)
thread = Thread(target=beside, daemon=True)
thread.start()
while thread.is_alive() and not (folder / "heard").exists(): time.sleep(0.01)
if sys.argv[2] == "heard": thread.join()
"""
"""Drives the listener in a thread, as the screen does; what it waits for is the last argument."""


def beside(folder: Path, *, awaited: str) -> str:
    """What is said by a process of its own: a fork in a thread is warned about."""
    done = subprocess.run(
        [sys.executable, "-c", BESIDE, LISTENER, awaited],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert not done.stderr
    return done.stdout


def test_it_is_driven_beside_a_screen_too(tmp_path: Path) -> None:
    said = beside(tmp_path, awaited="heard")

    assert said.startswith("0 ")
    assert said.strip().endswith("goodbye")
    assert (tmp_path / "heard").read_text() == "hello"


def test_a_screen_that_is_left_takes_the_program_with_it(tmp_path: Path) -> None:
    beside(tmp_path, awaited="what never comes")

    pid, deadline = int((tmp_path / "pid").read_text()), time.monotonic() + 30
    while is_alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_an_error_of_the_asker_ends_the_program_too(tmp_path: Path) -> None:
    def is_done() -> bool:
        return (tmp_path / "heard").exists() and 1 / 0 > 0

    with pytest.raises(ZeroDivisionError):
        driven(tmp_path, "hello", is_done=is_done)
    assert not is_alive(int((tmp_path / "pid").read_text()))


def test_a_flood_on_the_screen_does_not_keep_us_from_asking(tmp_path: Path) -> None:
    asked = [0]

    def is_done() -> bool:
        asked[0] += 1
        return asked[0] == 3

    script = "import os\nwhile True: os.write(1, b'x' * 1000)"
    began = time.monotonic()
    assert driven(tmp_path, "hello", script=script, is_done=is_done).signal == signal.SIGHUP
    assert time.monotonic() - began < 20


def test_words_that_cannot_be_written_down_are_not_sent_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "full"))
    with pytest.raises(CannotSaveError):
        driven(tmp_path, "hello")
    assert not list(tmp_path.iterdir())


def test_half_a_character_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    driven(tmp_path, "a\ud800b")
    assert (tmp_path / "heard").read_bytes() == b"a?b"


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentUnfitError, match="no-such-program: cannot be started"):
        drive(
            ["no-such-program"],
            directory=tmp_path,
            environment={"PATH": ""},
            said="hello",
            is_done=bool,
            patience=1.0,
        )
