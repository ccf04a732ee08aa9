"""Where stdout leads: a reader that has gone, a full disk, nowhere, a terminal that knows ASCII."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

PROGRAM = Path(sys.executable).with_name("kugetsu")


def call(home: Path, *words: str, shell: str = 'exec "$0" "$@"', **more: str) -> tuple[int, str]:
    """Exit code and both streams of what the shell makes of it."""
    done = subprocess.run(
        ["sh", "-c", shell, str(PROGRAM), *words],
        env={"HOME": str(home), "PATH": os.environ["PATH"], **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", errors="surrogateescape")


@pytest.mark.parametrize("words", [("man",), ("list",), ("list", "--json")])
def test_a_reader_that_has_gone_is_no_bug(tmp_path: Path, words: tuple[str, ...]) -> None:
    piped = '{ "$0" "$@"; echo "ended with $?" >&2; } | true'
    _, told = call(tmp_path, *words, shell=piped)
    assert told.splitlines()[-1] in {"ended with 0", "ended with 141"}
    assert "Error" not in told


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("man",), ("show", "h/u/r#1")])
def test_an_answer_that_a_full_disk_swallows_is_not_called_done(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, told = call(tmp_path, *words, shell='exec "$0" "$@" > /dev/full')
    wanted = 3 if words[0] == "show" else 7
    assert (code, "OSError" in told) == (wanted, False), told


def test_what_is_done_before_its_answer_is_swallowed_stays_done_and_is_told(
    tmp_path: Path,
) -> None:
    words = ("settings", "runs.keep", "7")
    code, told = call(tmp_path, *words, shell='exec "$0" "$@" > /dev/full')
    assert (code, "what was done by then stands" in told) == (7, True), told
    assert "runs.keep" in call(tmp_path, "settings", "runs.keep", shell='exec "$0" "$@"')[1]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_came_closed_hinders_nothing(tmp_path: Path, closed: str) -> None:
    code, told = call(tmp_path, "list", shell=f'exec "$0" "$@" {closed}')
    assert (code, "bug" in told) == (0, False), told


def test_a_terminal_that_knows_ascii_alone_is_told_in_ascii(tmp_path: Path) -> None:
    code, told = call(
        tmp_path, "list", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", KUGETSU_DIR="/é/日"
    )
    assert (code, told.isascii()) == (0, True), told
