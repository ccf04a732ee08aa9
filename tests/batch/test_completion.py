"""Completion, asked for by the real shells."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from kugetsu_tui.batch.completion import PROGRAMS, completion_script
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.store.json_store import JsonStore
from tests.fakes import FakeClock

pytestmark = pytest.mark.fast

ISSUE = "github.com/shoko/kugetsu#14"
OTHER = "git.example.org:8443/team/sub/app#3"
PATIENCE = 30
"""Seconds; a loaded machine takes one or two to answer."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Both programs on PATH, and a store that tracks two issues and one that no shell may show."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for program in PROGRAMS:
        script = programs / program
        face = program.replace("-", "_")
        script.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(Path.cwd())!r})\n"
            f"from kugetsu_tui.entry import {face}\nsys.exit({face}())\n"
        )
        script.chmod(0o755)
    store = JsonStore(tmp_path / "store", clock=FakeClock(), warn=pytest.fail)
    with store.edit() as draft:
        for key in (ISSUE, OTHER, "github.com/evil/\x1b]0;owned\x07#1"):
            draft.put(key, Record(type="forked", session_id=SessionId("ses_a")))
    (tmp_path / "somewhere").mkdir()
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    return {
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "HOME": str(home),
        "KUGETSU_DIR": str(home / "store"),
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }


def ask_bash(home: Path, line: str, *, point: int | None = None) -> list[str]:
    """What bash would offer at the end of the line, or at that point of it."""
    script = (
        'eval "$(kugetsu completion bash)"; COMP_TYPE=9; COMP_WORDS=($COMP_LINE);'
        ' _python_argcomplete "${COMP_WORDS[0]}"; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    asked = subprocess.run(
        ["bash", "--norc", "-c", script],
        env={**environment(home), "COMP_LINE": line, "COMP_POINT": str(point or len(line))},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert asked.stderr == ""
    return [offer.strip() for offer in asked.stdout.splitlines() if offer.strip()]


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("kugetsu sto", ["stop"]),
        ("kugetsu re", ["resume"]),
        ("kugetsu --json des", ["destroy"]),
        ("kugetsu show github", [ISSUE]),
        ("kugetsu destroy -y github", [ISSUE]),
        (f"kugetsu stop {OTHER} github", [ISSUE]),
        (f"kugetsu show {ISSUE[:-1]}", [ISSUE]),
        (f"kugetsu show {ISSUE[:-2]}", [ISSUE]),
        (f"kugetsu start {ISSUE} --mo", ["--model"]),
        (f"kugetsu start '{ISSUE}' --mo", ["--model"]),
        (f"kugetsu show '{ISSUE[:-2]}", [ISSUE]),
        ("kugetsu destroy --pu", ["--purge"]),
        ("kugetsu list --state id", [SessionState.IDLE]),
        ("kugetsu settings runs.si", ["runs.silent-after"]),
        ("kugetsu settings keys.sto", ["keys.stop"]),
        ("kugetsu completion z", ["zsh"]),
        ("kugetsu help tra", ["transcript", "trash"]),
        ("kugetsu init --dir some", ["somewhere/"]),
        ("kugetsu-tui --batch sho", ["show"]),
        ("kugetsu-tui --batch show github", [ISSUE]),
        ("kugetsu-tui --de", ["--demo"]),
        ("kugetsu-tui github", [ISSUE]),
        ("kugetsu-tui some", ["somewhere/"]),
    ],
)
def test_bash_is_offered(home: Path, line: str, offers: list[str]) -> None:
    assert ask_bash(home, line) == offers


def test_a_colon_is_where_bash_begins_a_new_word(home: Path) -> None:
    assert ask_bash(home, "kugetsu show git.example.org:84") == [OTHER.partition(":")[2]]


def test_what_a_terminal_would_obey_is_never_offered(home: Path) -> None:
    assert sorted(ask_bash(home, "kugetsu show g")) == sorted([ISSUE, OTHER])


def test_a_damaged_index_offers_nothing_and_keeps_quiet(home: Path) -> None:
    (home / "store" / "index.json").write_text("{")

    assert ask_bash(home, "kugetsu show github") == []
    assert ask_bash(home, "kugetsu sto") == ["stop"]


def test_the_point_is_where_the_cursor_is(home: Path) -> None:
    assert ask_bash(home, "kugetsu show github --json", point=len("kugetsu sh")) == ["show"]


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("kugetsu sto", ["stop\tEnd runs and everything they started."]),
        ("kugetsu show github", [ISSUE]),
        ("kugetsu-tui --batch show github", [ISSUE]),
    ],
)
def test_fish_is_offered(home: Path, line: str, offers: list[str]) -> None:
    asked = subprocess.run(
        ["fish", "--no-config", "-c", "kugetsu completion fish | source; complete -C $argv", line],
        env=environment(home),
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )

    assert asked.stdout.splitlines() == offers


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("kugetsu sto", "p "),
        ("kugetsu show github", r".com/shoko/kugetsu\#14 "),
        ("kugetsu show git.ex", r"ample.org:8443/team/sub/app\#3 "),
    ],
)
def test_zsh_goes_on_with(home: Path, line: str, rest: str) -> None:
    zsh = pexpect.spawn(
        "zsh",
        ["-f"],
        env={**environment(home), "PS1": "ready> "},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(24, 120),
    )
    try:
        zsh.expect("ready> ")
        zsh.sendline(
            'autoload -Uz compinit && compinit -u; eval "$(kugetsu completion zsh)"; print se""t'
        )
        zsh.expect("set\r\n.*ready> ")
        zsh.send(f"{line}\t")
        zsh.expect_exact(f"{line}{rest}")
    finally:
        zsh.close(force=True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_completes_both_programs(shell: str) -> None:
    script = completion_script(shell)

    assert all(program in script for program in PROGRAMS)
