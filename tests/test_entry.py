"""The words before the verb."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast


def run(home: Path, *argv: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "kugetsu_tui", *argv],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "KUGETSU_RUNS_AGENT": "plan"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "before", [("--batch", "--set", "runs.model=a/b"), ("--set", "runs.model=a/b", "--batch")]
)
def test_a_setting_for_this_call_overrules_all_others(
    tmp_path: Path, before: tuple[str, ...]
) -> None:
    code, out, err = run(tmp_path, *before, "settings")

    assert (code, err) == (0, "")
    assert ["runs.model", "a/b", "--set"] in [line.split() for line in out.splitlines()]


def test_the_environment_overrules_the_default(tmp_path: Path) -> None:
    _, out, _ = run(tmp_path, "--batch", "settings", "runs.agent")

    assert out.splitlines()[-1].split() == ["runs.agent", "plan", "KUGETSU_RUNS_AGENT"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--set", "runs.modle=a"), "--set runs.modle: no such setting"),
        (("--set", "screen.frames=many"), "--set screen.frames: 'many' is none of"),
        (("--set", "runs.model"), "--set: KEY=VALUE must follow"),
        (("--set",), "--set: KEY=VALUE must follow"),
    ],
)
def test_a_flag_that_is_not_understood_is_refused(
    tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    code, out, err = run(tmp_path, "--batch", *words, "list")

    assert (code, out) == (2, "")
    assert err.startswith(f"kugetsu: {complaint}")
