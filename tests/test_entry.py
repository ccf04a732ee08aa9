"""The words before the verb."""

from __future__ import annotations

import json
import os
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


@pytest.mark.parametrize(
    ("words", "verb", "exit_code"),
    [
        (("--set", "foo", "list", "--json"), "list", 2),
        (("--json", "--set", "foo", "list"), "list", 2),
        (("--json", "--set", "foo"), "", 2),
        (("--json", "--set", "runs.modle=a", "list"), "list", 2),
        (("--json", "--set", "runs.engine=run", "list"), "list", 0),
        (("--json", "--version"), "version", 0),
        (("--version", "--json"), "version", 0),
    ],
)
def test_whatever_stands_before_the_verb_json_is_answered_by_one_envelope(
    tmp_path: Path, words: tuple[str, ...], verb: str, exit_code: int
) -> None:
    code, out, _ = run(tmp_path, "--batch", *words)

    answer = json.loads(out)
    assert (code, answer["verb"], answer["exit"]) == (exit_code, verb, exit_code)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_given_without_a_terminal_too(tmp_path: Path, flag: str) -> None:
    code, out, err = run(tmp_path, flag)

    assert (code, err) == (0, "")
    assert out.startswith("usage: kugetsu-tui")


def test_the_version_is_told_whatever_the_home(tmp_path: Path) -> None:
    code, out, _ = run(tmp_path, "--batch", "--version", "--json")
    odd_code, odd, _ = run(Path("nowhere"), "--batch", "--version", "--json")

    assert (code, odd_code) == (0, 0)
    first = [json.loads(answer)["data"]["text"].splitlines()[0] for answer in (out, odd)]
    assert first[0] == first[1]


def test_settings_that_others_may_write_are_not_heeded(tmp_path: Path) -> None:
    assert run(tmp_path, "--batch", "settings", "notify.command", "true")[0] == 0
    (file,) = tmp_path.rglob("config.toml")
    file.chmod(0o666)

    code, out, err = run(tmp_path, "--batch", "list")

    assert (code, out) == (5, "")
    assert err.endswith(f"hint: chmod go-w {file}\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a home to somebody else")
def test_root_makes_no_second_store_in_the_home_of_who_called_sudo(tmp_path: Path) -> None:
    os.chown(tmp_path, 4321, 4321)

    for words in (["list"], ["adopt", "h/u/r#1", "ses_x"], ["settings", "runs.keep", "7"]):
        code, _, err = run(tmp_path, "--batch", *words)
        assert code == 5
        assert "this would be a second store" in err
    assert not (tmp_path / ".kugetsu").exists()
