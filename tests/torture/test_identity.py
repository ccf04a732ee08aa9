"""A number that is used again, another boot, another day: nobody is taken for somebody else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kugetsu_tui.runs.process import spell_process
from kugetsu_tui.runs.process_table import look_at
from tests.torture import no_reaper
from tests.torture.sandbox import ROOT, Sandbox

REF = "github.com/shoko/gatekeeper#14"


def as_first_process(module: str, home: Path) -> dict[str, Any]:
    """What it saw as the first process of a pid namespace."""
    alone = ("unshare", "--pid", "--fork", "--mount-proc", "--kill-child")
    script = (sys.executable, "-m", f"tests.torture.{module}", str(home))
    done = subprocess.run(
        [*alone, *script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.mark.container
def test_whoever_has_the_numbers_of_dead_processes_is_neither_shown_nor_signalled(
    tmp_path: Path,
) -> None:
    told = as_first_process("pid_reuse", tmp_path / "home")
    if told["bystanders"] != told["numbers"]:
        pytest.skip("this kernel does not let numbers be used again at once")
    assert told["started"] == 0
    assert told["living"] == told["numbers"], told["seen"]
    assert told["state"] == "interrupted", told["seen"]
    assert told["again"] == 0, told["seen"]
    assert told["living_at_last"] == told["numbers"]


@pytest.mark.container
def test_where_nobody_buries_the_dead_they_are_not_taken_for_the_living(tmp_path: Path) -> None:
    told = as_first_process("no_reaper", tmp_path / "home")

    assert told["ended"] == [0, 0, 0, 0, 0]
    assert told["states"][no_reaper.ANSWERED] == "idle"
    assert told["states"][no_reaper.STOPPED] == "stopped"
    assert told["dead"], "else nothing above proves anything"
    assert told["left"] == 0


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    made = Sandbox.made(tmp_path / "home")
    made.lay_out({})
    yield made
    made.end_everybody()


def begun(sandbox: Sandbox) -> tuple[Path, dict[str, Any]]:
    """A run at work: its folder, and its facts."""
    assert sandbox.call("start", REF, "wait 600", "--detach").returncode == 0
    (folder,) = sandbox.store.glob("runs/2*")
    return folder, json.loads((folder / "run.json").read_text())


def state(sandbox: Sandbox) -> str:
    (row,) = (row for row in sandbox.rows() if row["issue_ref"] == REF)
    return str(row["state"])


@pytest.mark.fast
def test_after_a_reboot_a_run_was_interrupted_whoever_has_its_numbers(sandbox: Sandbox) -> None:
    folder, facts = begun(sandbox)
    sandbox.end_everybody()
    assert sandbox.until_quiet() == []
    innocent = spell_process(look_at(os.getpid()))
    of_an_earlier_boot = {"boot_id": "another", "supervisor": innocent, "opencode": innocent}
    (folder / "run.json").write_text(json.dumps({**facts, **of_an_earlier_boot}))

    assert state(sandbox) == "interrupted"
    assert "nothing was running" in sandbox.call("stop", "--all").stdout
    assert sandbox.call("continue", REF, "and now?").returncode == 0
    assert state(sandbox) == "idle"


@pytest.mark.fast
def test_who_is_stopped_is_not_dead_and_can_be_ended(sandbox: Sandbox) -> None:
    _, facts = begun(sandbox)
    for who in ("supervisor", "opencode"):
        os.kill(facts[who]["pid"], signal.SIGSTOP)
    assert state(sandbox) == "running"
    assert sandbox.call("continue", REF, "no").returncode == 75

    os.kill(facts["supervisor"]["pid"], signal.SIGCONT)

    assert sandbox.call("stop", REF).returncode == 0
    assert state(sandbox) == "stopped"
    assert sandbox.until_quiet() == []


@pytest.mark.fast
def test_an_opencode_that_died_unheard_is_a_zombie_and_at_work_no_more(sandbox: Sandbox) -> None:
    _, facts = begun(sandbox)
    os.kill(facts["supervisor"]["pid"], signal.SIGSTOP)
    os.kill(facts["opencode"]["pid"], signal.SIGKILL)
    assert state(sandbox) == "running", "its supervisor is there, and will tell"

    os.kill(facts["supervisor"]["pid"], signal.SIGCONT)

    assert sandbox.until_quiet() == []
    assert state(sandbox) == "interrupted"


@pytest.mark.fast
def test_a_clock_that_was_set_back_a_day_makes_no_state_wrong(sandbox: Sandbox) -> None:
    folder, facts = begun(sandbox)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    os.utime(folder / "lock", (tomorrow.timestamp(), tomorrow.timestamp()))
    late = {"placed_at": tomorrow.isoformat()}
    (folder / "run.json").write_text(json.dumps({**facts, **late}))

    assert state(sandbox) == "running"
    assert sandbox.call("stop", REF).returncode == 0
    assert state(sandbox) == "stopped"
    record = next(sandbox.store.glob("sessions/*14.json"))
    kept = json.loads(record.read_text())
    end = {**kept["run_end"], "at": tomorrow.isoformat()}
    record.write_text(json.dumps({**kept, "updated_at": tomorrow.isoformat(), "run_end": end}))
    assert state(sandbox) == "stopped"
    assert sandbox.call("continue", REF, "and now?").returncode == 0
    assert state(sandbox) == "idle"
