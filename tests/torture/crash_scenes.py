"""The verbs that change the store, each with what is done before it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.store.tracing import COMPILED
from tests.torture.sandbox import UNTRACKED, Sandbox

KEPT, NEW = "github.com/a/kept#1", "github.com/a/new#2"
KEPT_SESSION = "ses_kept"
PROMPT = "hello"
_BEGINNERS = {"start", "continue", "run"}
_AT_WORK = ("continue", KEPT, "wait 300", "--detach")
_QUEUED = ("continue", KEPT, PROMPT, "--queue", "--detach")
_TASKS = ("run", "tasks.tsv")


def _damage_index(sandbox: Sandbox) -> None:
    index = sandbox.store / "index.json"
    shutil.copy(index, index.with_name("index.json.last"))
    index.write_text("{")


def _lose_index(sandbox: Sandbox) -> None:
    (sandbox.store / "index.json").write_text("{")


def _lose_record(sandbox: Sandbox) -> None:
    (sandbox.store / "sessions" / "github.com-a-kept-1.json").unlink()


def _write_tasks(sandbox: Sandbox) -> None:
    tasks = "".join(f"{issue}\t{PROMPT}\n" for issue in (KEPT, NEW))
    (sandbox.repository / "tasks.tsv").write_text(tasks)


def _answer_tasks(sandbox: Sandbox) -> None:
    _write_tasks(sandbox)
    done = sandbox.call(*_TASKS)
    assert done.returncode == 0, done.stderr


def _leave_waiting(sandbox: Sandbox) -> None:
    """A message in the queue, and nobody who would call it."""
    for words in (_AT_WORK, _QUEUED):
        done = sandbox.call(*words)
        assert done.returncode == 0, done.stderr
    while list(sandbox.everybody()):
        sandbox.end_everybody()


def _leave_orphan(sandbox: Sandbox) -> None:
    orphan = sandbox.store / "sessions" / "github.com-a-orphan-9.json"
    orphan.write_text('{"type": "forked", "issue_ref": "github.com/a/orphan#9"}')
    orphan.chmod(0o600)
    os.utime(orphan, (0, 0))


@dataclass(frozen=True)
class Scene:
    """A verb, and what is done before it."""

    words: tuple[str, ...]
    first: tuple[tuple[str, ...], ...] = ()
    arrange: Callable[[Sandbox], None] | None = None
    """What is done to the store's files after that."""
    meanwhile: tuple[tuple[str, ...], ...] = ()
    """Verbs whose runs are at work, or wait, while this one is given."""
    watches: str = ""
    """The mark of the process that things go wrong for, where the verb only begins it."""
    again: tuple[str, ...] = ()
    """What puts it right; the same words where they do."""
    end: tuple[str, ...] = ()
    """What ends its runs, where they go on."""
    told: int | None = None
    """How often opencode is told `PROMPT` in the end."""

    @property
    def begins_run(self) -> bool:
        """There are runs that end by themselves."""
        return bool(self.watches) or (self.words[0] in _BEGINNERS and not self.end)

    @property
    def goes_on(self) -> bool:
        """What opencode is told is for the session that is there, and no other."""
        return self.words[0] == "continue" or self.watches == "--usher"

    @property
    def concerns(self) -> set[str]:
        """The issues that its runs are for."""
        return {KEPT, NEW}.intersection(self.words) or {KEPT, NEW}

    @property
    def purges(self) -> bool:
        return "--purge" in self.words

    @property
    def stops_first(self) -> bool:
        return "--force" in self.words and bool(self.meanwhile)

    def prepared(self, folder: Path) -> Sandbox:
        sandbox = Sandbox.made(
            folder, sessions=[KEPT_SESSION], PYTHONHASHSEED="0", PYTHONPYCACHEPREFIX=COMPILED.name
        )
        sandbox.lay_out({KEPT: KEPT_SESSION})
        for words in self.first:
            done = sandbox.call(*words)
            assert done.returncode == 0, done.stderr
        sandbox.until_quiet()
        if self.arrange:
            self.arrange(sandbox)
            sandbox.until_quiet()
        return sandbox


SCENES: Mapping[str, Scene] = {
    "adopt": Scene(("adopt", NEW, UNTRACKED)),
    "destroy": Scene(("destroy", KEPT, "-y")),
    "destroy --base": Scene(("destroy", "--base", "-y")),
    "destroy --force": Scene(("destroy", KEPT, "--force", "-y"), meanwhile=(_AT_WORK,)),
    "destroy --purge": Scene(("destroy", KEPT, "--purge", "-y")),
    "stop": Scene(("stop", KEPT), meanwhile=(_AT_WORK,)),
    "stop --queued": Scene(
        ("stop", KEPT, "--queued"), meanwhile=(_AT_WORK, _QUEUED), end=("stop", KEPT), told=0
    ),
    "undo": Scene(("undo", KEPT), (("destroy", KEPT, "-y"),)),
    "undo of the base": Scene(("undo",), (("destroy", "--base", "-y"),)),
    "prune": Scene(("prune", "--force"), arrange=_leave_orphan),
    "init --adopt": Scene(("init", "--adopt", UNTRACKED, "--force")),
    "forget": Scene(("forget", KEPT, "-y"), (("continue", KEPT, PROMPT),)),
    "doctor --fix": Scene(("doctor", "--fix", "-y"), arrange=_lose_record),
    "doctor --restore": Scene(("doctor", "--restore", "-y"), arrange=_damage_index),
    "doctor --rebuild": Scene(("doctor", "--rebuild", "--force"), arrange=_lose_index),
    "settings": Scene(("settings", "runs.keep", "7")),
    "start": Scene(("start", NEW, PROMPT)),
    "continue": Scene(("continue", KEPT, PROMPT)),
    "continue --queue": Scene(_QUEUED, meanwhile=(_AT_WORK,), end=("stop", KEPT), told=0),
    "run": Scene(_TASKS, arrange=_write_tasks, again=(*_TASKS, "--resume"), told=2),
    "run --resume": Scene((*_TASKS, "--resume"), arrange=_answer_tasks, told=2),
    "start, its supervisor": Scene(("start", NEW, PROMPT), watches="--supervise"),
    "continue, its supervisor": Scene(("continue", KEPT, PROMPT), watches="--supervise"),
    "list, its usher": Scene(("list",), arrange=_leave_waiting, watches="--usher", told=1),
}
