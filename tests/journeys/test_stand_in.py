"""The script that stands for opencode where it is to lie or to be quick does what opencode does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.kugetsu import Kugetsu, eventually, issue
from tests.torture.sandbox import Sandbox

pytestmark = pytest.mark.opencode


def test_a_run_of_it_leaves_the_same_journal_and_the_same_record(
    kugetsu: Kugetsu, tmp_path: Path
) -> None:
    sandbox = Sandbox.made(tmp_path / "sandbox")
    sandbox.lay_out({})

    real = kugetsu("start", issue(14), "#model: say hello", "--engine", "run")
    played = sandbox.call("start", issue(14), "hello", "--engine", "run")

    assert (real.status, played.returncode) == (0, 0), (real.err, played.stderr)
    assert _shapes(sandbox.store, "runs/*/journal.jsonl") == _shapes(
        kugetsu.store, "runs/*/journal.jsonl"
    )
    assert _keys(sandbox.store, "runs/*/run.json") == _keys(kugetsu.store, "runs/*/run.json")
    record = "sessions/*14.json"
    eventually(lambda: "run_end" in _keys(sandbox.store, record))
    eventually(lambda: "run_end" in _keys(kugetsu.store, record))
    assert _keys(sandbox.store, record) == _keys(kugetsu.store, record)
    ours, theirs = (rows[-1] for rows in (sandbox.rows(), kugetsu.data("list")["sessions"]))
    assert (ours["state"], ours["why"]) == (theirs["state"], theirs["why"])


def _shapes(store: Path, pattern: str) -> list[tuple[str, list[str]]]:
    """Each event of the one journal there is, and what it tells."""
    (journal,) = store.glob(pattern)
    events: list[dict[str, Any]] = [json.loads(line) for line in journal.read_text().splitlines()]
    return [(event["event"], sorted(event)) for event in events]


def _keys(store: Path, pattern: str) -> list[str]:
    (file,) = store.glob(pattern)
    return sorted(json.loads(file.read_text()))
