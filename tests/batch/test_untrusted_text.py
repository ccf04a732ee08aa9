"""No word from outside reaches a terminal as anything but text, whichever verb brings it."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from kugetsu_tui.commands.verbs import VERBS
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
from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.record import DamagedRecord
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import (
    Asked,
    Ended,
    ErrorReported,
    Journalled,
    PermissionRejected,
    Replied,
    Retrying,
    Said,
    StepFinished,
    ToolUsed,
)
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.transcript import PartKind
from tests.asks import permission
from tests.batch.calling import call
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.fakes import NOW, Stage, run_seen
from tests.talks import did, said, turn

pytestmark = pytest.mark.fast

CANARY = (
    "\x1b]52;c;Y2FuYXJ5\x07\x1b]8;;http://x\x1b\\\x1b[31m\x9b1m\x9d0;t\x9c\x00\b\r\x7f"
    "\u202egpj\u2066\u200b\ufeff[/nope] [@click=app.quit]"
)
OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
ODD = f"odd/{CANARY}#1"
"""A key that another program put into the index."""
STRANGE = f"strange {CANARY}"
MEGABYTE = "x\x1b" * 500_000


@pytest.fixture
def stage() -> Stage:
    """Whatever can hold words from outside holds what means harm."""
    stage = Stage(Path("/"))
    stage.base(BASE)
    failed = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason=STRANGE)
    stage.track(ISSUE, FORK, created_at=CANARY)
    stage.have_run(ISSUE, run_seen("run-0", session_id=FORK, end=failed, host=CANARY))
    stage.track(OTHER, SECOND)
    ask = permission(f"rm {CANARY}")
    stage.have_run(OTHER, run_seen("run-9", session_id=SECOND, asks=(ask,), retrying=CANARY))
    stage.store.files["odd.json"] = DamagedRecord("odd.json", STRANGE)
    stage.store.stored = replace(
        stage.store.stored, issues={**stage.store.stored.issues, ODD: "odd.json"}
    )
    stage.store.files[f"{CANARY}.json"] = stage.record(ISSUE)
    stage.store.written_at[f"{CANARY}.json"] = NOW.replace(year=2020)
    kept = stage.conversations.kept
    kept[FORK] = replace(kept[FORK], title=STRANGE, directory=f"/{CANARY}", model=CANARY)
    kept[SECOND] = replace(kept[SECOND], title=MEGABYTE)
    stage.conversations.said[FORK] = [
        Message(
            role=role,
            at=NOW,
            completed_at=NOW,
            finish=CANARY,
            error=CANARY,
            parts=(
                TextPart(STRANGE + MEGABYTE),
                ToolPart(tool=CANARY, status=CANARY, title=CANARY, output=STRANGE),
            ),
        )
        for role in ("user", "assistant")
    ]
    stage.conversations.planned[FORK] = [Todo(STRANGE, CANARY)]
    stage.conversations.changed[FORK] = [FileChange(STRANGE, 1, 1, CANARY)]
    stage.transcripts.told[FORK] = [
        turn(1, "user", said("u1", STRANGE, PartKind.USER)),
        turn(2, "assistant", did("b1", STRANGE, Passage(Form.DIFF, STRANGE), remark=CANARY)),
    ]
    stage.transcripts.patched[FORK] = [FilePatch(STRANGE, f"--- {STRANGE}\n+++ b\n+{CANARY}\n")]
    stage.checkout.uncommitted = STRANGE
    stage.runs.messages[RunId("run-0")] = STRANGE
    stage.runs.logs[RunId("run-0")] = STRANGE
    stage.runs.journals[RunId("run-0")] = [
        Journalled(NOW, event)
        for event in (
            Said(STRANGE),
            ToolUsed(tool=CANARY, title=CANARY, output=STRANGE, is_error=True),
            StepFinished(finish=CANARY, tokens=1, cost=0.0),
            Retrying(STRANGE),
            Asked(ask),
            Replied(ask_id=CANARY, what=CANARY, by=CANARY),
            PermissionRejected(STRANGE),
            ErrorReported(STRANGE),
            Ended(failed),
        )
    ]
    stage.settings_file.values = {"runs.model": STRANGE}
    stage.settings_file.remarks = (f"config.toml: {STRANGE}",)
    return stage


CALLS: list[tuple[str, ...]] = [
    ("init", "--message", CANARY, "--force"),
    ("init", "--dir", CANARY, "--message", "hello", "--force"),
    ("init", "--adopt", CANARY, "--force"),
    ("start", f"github.com/shoko/{CANARY}#1", "go"),
    ("start", ODD, CANARY),
    ("start", ISSUE, CANARY),
    ("continue", ODD, "go"),
    ("continue", ISSUE, "go", "--model", CANARY),
    ("run", CANARY),
    ("resume", ISSUE),
    ("resume", CANARY),
    ("list",),
    ("list", "--all"),
    ("list", "--state", CANARY),
    ("list", "--filter", CANARY),
    ("list", "--filter", "/strange"),
    ("show", ISSUE),
    ("show", OTHER),
    ("show", ODD),
    ("browse", ODD),
    ("browse", ISSUE),
    ("log", ISSUE),
    ("log", ISSUE, "--follow"),
    ("transcript", ISSUE),
    ("transcript", ISSUE, "--format", "markdown"),
    ("transcript", ISSUE, "--format", "json"),
    ("diff", ISSUE),
    ("diff", ISSUE, "--git"),
    ("answer", OTHER),
    ("answer", OTHER, "reject", "--ask", CANARY),
    ("answer", OTHER, "reject", "--message", CANARY),
    ("stop", ODD, ISSUE, OTHER),
    ("prune",),
    ("prune", "--force"),
    ("destroy", ODD, "-y"),
    ("destroy", ISSUE, "--purge", "-y"),
    ("forget", ODD, "-y"),
    ("forget", CANARY, "-y"),
    ("adopt", ODD, CANARY),
    ("adopt", f"{ISSUE}1", FORK),
    ("undo", CANARY),
    ("trash",),
    ("doctor",),
    ("doctor", "--fix", "-y"),
    ("doctor", "--fix"),
    ("doctor", "--restore"),
    ("doctor", "--rebuild"),
    ("server",),
    ("server", CANARY),
    ("settings",),
    ("settings", "runs.model"),
    ("settings", CANARY),
    ("settings", "runs.engine", CANARY),
    ("settings", "notify.command", CANARY),
    ("settings", "--example"),
    ("ssh", "setup", CANARY),
    ("ssh", "setup", "--key", CANARY),
    ("completion", CANARY),
    ("help", CANARY),
    ("man",),
    ("skill",),
    (CANARY,),
    ("list", f"--{CANARY}"),
]
NOT_HERE = {"watch": "list, again", "completion": "a script of ours", "help": "a page of ours"}


def nothing(_: Stage) -> None:
    """As it is."""


def opencode_missing(stage: Stage) -> None:
    stage.opencode.refusal = NoOpencodeError(STRANGE, hint=STRANGE)


def index_damaged(stage: Stage) -> None:
    stage.store.damage = DamagedError(STRANGE, hint=STRANGE)


@pytest.mark.parametrize("given", [nothing, opencode_missing, index_damaged])
@pytest.mark.parametrize("argv", CALLS, ids=lambda argv: ascii(" ".join(argv))[:40])
def test_it_is_shown_and_never_obeyed(
    stage: Stage, argv: tuple[str, ...], given: Callable[[Stage], None]
) -> None:
    given(stage)
    _, out, err = call(stage, *argv)
    assert out or err
    for shown in (out, err):
        found = OBEYED.search(shown)
        assert found is None, shown[max(0, found.start() - 60) : found.end() + 20]


@pytest.mark.parametrize("argv", CALLS, ids=lambda argv: ascii(" ".join(argv))[:40])
def test_as_json_it_is_spelled(stage: Stage, argv: tuple[str, ...]) -> None:
    _, out, err = call(stage, *argv, "--json")
    assert out.isascii()
    assert not OBEYED.search(out)
    assert not OBEYED.search(err)
    for line in out.splitlines():
        json.loads(line)


def test_so_is_what_a_file_of_tasks_says(stage: Stage, tmp_path: Path) -> None:
    misread, taken = tmp_path / "misread", tmp_path / "taken"
    misread.write_text(f"{STRANGE}\n{CANARY}\tgo\n{json.dumps({CANARY: 1})}\n")
    taken.write_text(json.dumps({"ref": ODD, "message": CANARY, "model": CANARY}))
    for argv in (["run", str(misread)], ["run", str(taken), "--detach"]):
        for spelled in (argv, [*argv, "--json"]):
            _, out, err = call(stage, *spelled)
            assert out or err
            assert not OBEYED.search(out + err)


TRAP = "odd/'; touch obeyed; '$(touch obeyed)#1"
TAKE_A_REFERENCE = [name for name, verb in VERBS.items() if verb.usage.startswith("REF")]
WORDS_BEHIND = {"start": ["go"], "continue": ["go"], "adopt": ["ses_nobody"]}


def has_failed(stage: Stage) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW)
    stage.have_run(TRAP, run_seen("run-0", session_id=FORK, end=end))


def is_at_work(stage: Stage) -> None:
    stage.have_run(TRAP, run_seen("run-0", session_id=FORK))


def has_lost_its_session(stage: Stage) -> None:
    del stage.conversations.kept[FORK]


def has_no_session(stage: Stage) -> None:
    stage.track(TRAP, None)


def is_untracked(stage: Stage) -> None:
    call(stage, "destroy", TRAP, "-y")


@pytest.mark.parametrize(
    "given", [nothing, has_failed, is_at_work, has_lost_its_session, has_no_session, is_untracked]
)
@pytest.mark.parametrize("verb", [*TAKE_A_REFERENCE, "doctor", "list"])
def test_what_is_recommended_is_safe_in_a_shell(given: Callable[[Stage], None], verb: str) -> None:
    stage = Stage(Path("/"))
    stage.base(BASE)
    stage.track(TRAP, FORK)
    given(stage)
    reference = [TRAP] if verb in TAKE_A_REFERENCE else []

    _, out, err = call(stage, verb, *reference, *WORDS_BEHIND.get(verb, []))

    lines = [line.strip() for line in (out + err).splitlines() if "obeyed" in line]
    for line in lines:
        if (advice := line.removeprefix("hint: ").removeprefix("repair: ")) != line:
            assert any(TRAP in word for word in shlex.split(advice)), line


def test_every_verb_is_on_the_tour() -> None:
    toured = {argv[0] for argv in CALLS} | NOT_HERE.keys()
    assert VERBS.keys() <= toured


def test_what_means_harm_was_there_to_be_shown(stage: Stage) -> None:
    """Else nothing above proves anything."""
    for argv in (("show", ISSUE), ("log", ISSUE), ("transcript", ISSUE), ("diff", ISSUE)):
        assert "strange" in call(stage, *argv)[1], argv
