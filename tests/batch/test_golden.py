"""What every verb and refusal says, to the letter: the words for people, the envelope for programs.

`KUGETSU_UPDATE_GOLDEN=1 pytest tests/batch/test_golden.py` rewrites the files; look at the diff.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kugetsu_tui.domain.conversation import (
    FileChange,
    FilePatch,
    Message,
    TextPart,
    Todo,
    ToolPart,
)
from kugetsu_tui.domain.errors import DamagedError, NoOpencodeError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import DamagedRecord
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import (
    Ended,
    Journalled,
    Said,
    SessionNamed,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId
from tests.batch.calling import call, stdin_of
from tests.commands import BASE, FORK, ISSUE, OTHER, REPOSITORY, SECOND
from tests.fakes import NOW, Stage, run_seen
from tests.talks import conversation

pytestmark = pytest.mark.fast

_GOLDEN = Path(__file__).parent / "golden"
_UNTRACKED = f"{REPOSITORY}#99"


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def stage() -> Stage:
    """A base, an issue that failed and has a past, one at work, one whose record is damaged."""
    stage = Stage(Path("/"))
    stage.checkout.remotes = (REPOSITORY,)
    stage.base(BASE)
    failed = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="the provider refused: 401")
    stage.track(ISSUE, FORK, created_at="2026-03-13T09:00:00+01:00")
    stage.have_run(ISSUE, run_seen("run-0", session_id=FORK, end=failed))
    stage.track(OTHER, SECOND, created_at="2026-03-14T09:00:00+01:00")
    stage.have_run(OTHER, run_seen("run-9", session_id=SECOND))
    stage.store.files["odd.json"] = DamagedRecord("odd.json", "session_id is a list")
    stage.store.stored = replace(
        stage.store.stored, issues={**stage.store.stored.issues, "odd": "odd.json"}
    )
    stage.conversations.said[FORK] = [
        Message(
            role="user",
            at=NOW,
            completed_at=None,
            finish="",
            error="",
            parts=(TextPart("fix the \x1b[31mlogin bug"),),
        ),
        Message(
            role="assistant",
            at=NOW,
            completed_at=NOW,
            finish="stop",
            error="",
            parts=(
                ToolPart(tool="bash", status="completed", title="ls", output="a"),
                TextPart("Mended."),
            ),
        ),
    ]
    stage.conversations.planned[FORK] = [Todo("look", "completed")]
    stage.conversations.changed[FORK] = [FileChange("login.py", 3, 1, "modified")]
    stage.transcripts.told[FORK] = list(conversation())
    stage.transcripts.patched[FORK] = [FilePatch("login.py", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n")]
    stage.checkout.uncommitted = "diff --git a/login.py b/login.py\n"
    stage.runs.messages[RunId("run-0")] = "fix the login bug"
    stage.runs.journals = {
        RunId(name): [
            Journalled(NOW, SessionNamed(FORK)),
            Journalled(NOW, Said("Let me look.")),
            Journalled(NOW, ToolUsed(tool="bash", title="ls", output="a", is_error=False)),
            Journalled(NOW, StepFinished(finish="tool-calls", tokens=12, cost=0.0)),
            None,
            Journalled(NOW, Said("Mended.")),
            Journalled(NOW, StepFinished(finish="stop", tokens=34, cost=0.01)),
            Journalled(NOW, Ended(RunEnd(outcome=RunOutcome.ANSWERED, at=NOW))),
        ]
        for name in ("run-0", "run-1")
    }
    stage.opencode.left_with = BASE
    return stage


_CASES = {
    "init-again": ("init", "--message", "hello"),
    "init-force": ("init", "--force", "--message", "hello"),
    "start": ("start", _UNTRACKED, "fix it"),
    "start-detach": ("start", _UNTRACKED, "fix it", "--detach"),
    "start-tracked": ("start", ISSUE.replace("#14", "#15"), "fix it"),
    "start-empty": ("start", _UNTRACKED, "  "),
    "start-bad-reference": ("start", "github.com/shoko#01", "fix it"),
    "continue": ("continue", ISSUE, "go on"),
    "continue-busy": ("continue", OTHER, "go on"),
    "continue-untracked": ("continue", _UNTRACKED, "go on"),
    "continue-nothing": ("continue", ISSUE),
    "continue-damaged": ("continue", "odd", "go on"),
    "resume": ("resume", ISSUE),
    "list": ("list",),
    "list-failed": ("list", "--state", "failed"),
    "list-bad-state": ("list", "--state", "happy"),
    "show": ("show", ISSUE),
    "log": ("log", ISSUE),
    "log-follow": ("log", ISSUE, "--follow"),
    "transcript": ("transcript", ISSUE),
    "transcript-markdown": ("transcript", ISSUE, "--format", "markdown"),
    "transcript-json": ("transcript", ISSUE, "--format", "json"),
    "diff": ("diff", ISSUE),
    "diff-git": ("diff", ISSUE, "--git"),
    "stop": ("stop", OTHER, ISSUE),
    "stop-nothing": ("stop",),
    "prune": ("prune",),
    "destroy-unconfirmed": ("destroy", ISSUE),
    "destroy": ("destroy", ISSUE, "-y"),
    "destroy-busy": ("destroy", OTHER, "-y"),
    "destroy-purge": ("destroy", ISSUE, "-y", "--purge"),
    "destroy-base": ("destroy", "--base", "-y"),
    "adopt-tracked": ("adopt", _UNTRACKED, FORK),
    "adopt-unknown": ("adopt", _UNTRACKED, "ses_nobody"),
    "undo-nothing": ("undo",),
    "trash": ("trash",),
    "doctor-fix": ("doctor", "--fix", "-y"),
    "doctor-fix-unconfirmed": ("doctor", "--fix"),
    "doctor-restore": ("doctor", "--restore"),
    "forget": ("forget", ISSUE, "-y"),
    "forget-unconfirmed": ("forget", ISSUE),
    "forget-busy": ("forget", OTHER, "-y"),
    "doctor": ("doctor",),
    "settings": ("settings",),
    "settings-set": ("settings", "runs.model", "anthropic/claude"),
    "settings-unknown": ("settings", "runs.speed"),
    "ssh-plan": ("ssh", "setup", "--port", "2222", "--sudo"),
    "ssh-root": ("ssh", "setup", "root"),
    "help": ("help",),
    "help-start": ("help", "start"),
    "unknown-verb": ("dance",),
}


def _compare(name: str, text: str) -> None:
    golden = _GOLDEN / name
    if os.environ.get("KUGETSU_UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", _CASES)
def test_a_person_is_told(case: str, stage: Stage) -> None:
    code, out, err = call(stage, *_CASES[case])

    _compare(f"{case}.txt", f"exit {code}\n--- stdout\n{out}--- stderr\n{err}")


@pytest.mark.parametrize("case", _CASES)
def test_a_program_is_told(case: str, stage: Stage) -> None:
    code, out, _ = call(stage, "--json", *_CASES[case])

    lines = [json.loads(line) for line in out.splitlines()]
    assert lines[-1]["exit"] == code
    assert {tuple(line) for line in lines} == {("version", "verb", "ok", "exit", "data", "error")}
    assert "\x1b" not in out
    _compare(f"{case}.json", json.dumps(lines, indent=1) + "\n")


@pytest.mark.parametrize("verb", ["list", "settings", "doctor"])
def test_a_setting_that_is_not_understood_is_told_once(stage: Stage, verb: str) -> None:
    stage.settings_file.remarks = ("config.toml: runs.modle: no such setting",)

    _, out, err = call(stage, verb)

    assert (out + err).count("runs.modle") == 1


def test_a_setting_that_is_not_understood_is_told_once_for_many_lines(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.settings_file.remarks = ("config.toml: runs.modle: no such setting",)
    monkeypatch.setattr("sys.stdin", stdin_of("list\nlist\n"))

    _, _, err = call(stage)

    assert err.count("runs.modle") == 1


def test_no_opencode_is_an_environment_error(stage: Stage) -> None:
    stage.opencode.refusal = NoOpencodeError("opencode: not found", hint="npm install")
    before = stage.kept()

    code, out, err = call(stage, "--json", "start", _UNTRACKED, "fix it")

    assert (code, json.loads(out)["error"]["code"]) == (5, "no_opencode")
    assert err == "kugetsu: opencode: not found\nhint: npm install\n"
    assert stage.kept() == before


def test_a_damaged_store_is_6(stage: Stage) -> None:
    stage.store.damage = DamagedError("index.json: not JSON at line 1", hint="cp a b")

    assert call(stage, "list")[0] == 6


def test_a_run_that_is_late_is_124(stage: Stage) -> None:
    late = RunEnd(outcome=RunOutcome.TIMED_OUT, at=NOW, reason="no sign of life for 20 s")
    stage.runs.journals[RunId("run-1")] = [Journalled(NOW, Ended(late))]

    code, out, err = call(stage, "--json", "continue", ISSUE, "go on")

    assert code == 124
    assert json.loads(out)["data"]["state"] == "failed"
    assert "no sign of life for 20 s" in err


def test_a_lost_supervisor_is_told(stage: Stage) -> None:
    stage.runs.journals[RunId("run-1")] = [Journalled(NOW, SessionNamed(FORK))]
    stage.runs.at_launch = lambda order: stage.runs.known.update(
        {order.run_id: run_seen(order.run_id, liveness=Liveness.UNWATCHED, session_id=FORK)}
    )

    code, _, err = call(stage, "continue", ISSUE, "go on")

    assert code == 1
    assert "supervisor died" in err


def test_a_message_of_a_minute_ago_is_seen_by_since(stage: Stage) -> None:
    stage.clock.pass_by(days=3)

    _, out, _ = call(stage, "--json", "list", "--since", "1d")

    assert json.loads(out)["data"]["sessions"] == []
    assert stage.clock.now - NOW == timedelta(days=3)
