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


def _damage_index(sandbox: Sandbox) -> None:
    index = sandbox.store / "index.json"
    shutil.copy(index, index.with_name("index.json.last"))
    index.write_text("{")


def _lose_index(sandbox: Sandbox) -> None:
    (sandbox.store / "index.json").write_text("{")


def _lose_record(sandbox: Sandbox) -> None:
    (sandbox.store / "sessions" / "github.com-a-kept-1.json").unlink()


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
    damage: Callable[[Sandbox], None] | None = None
    meanwhile: tuple[str, ...] = ()
    """A verb whose run is at work while this one is given."""
    watches_supervisor: bool = False
    """It is the supervisor of its run that things go wrong for."""

    @property
    def begins_run(self) -> bool:
        return self.words[0] in {"start", "continue"}

    @property
    def purges(self) -> bool:
        return "--purge" in self.words

    def prepared(self, folder: Path) -> Sandbox:
        sandbox = Sandbox.made(
            folder, sessions=[KEPT_SESSION], PYTHONHASHSEED="0", PYTHONPYCACHEPREFIX=COMPILED.name
        )
        sandbox.lay_out({KEPT: KEPT_SESSION})
        for words in self.first:
            done = sandbox.call(*words)
            assert done.returncode == 0, done.stderr
        sandbox.until_quiet()
        if self.damage:
            self.damage(sandbox)
        return sandbox


SCENES: Mapping[str, Scene] = {
    "adopt": Scene(("adopt", NEW, UNTRACKED)),
    "destroy": Scene(("destroy", KEPT, "-y")),
    "destroy --base": Scene(("destroy", "--base", "-y")),
    "destroy --purge": Scene(("destroy", KEPT, "--purge", "-y")),
    "stop": Scene(("stop", KEPT), meanwhile=("continue", KEPT, "wait 300", "--detach")),
    "undo": Scene(("undo", KEPT), (("destroy", KEPT, "-y"),)),
    "undo of the base": Scene(("undo",), (("destroy", "--base", "-y"),)),
    "prune": Scene(("prune", "--force"), damage=_leave_orphan),
    "init --adopt": Scene(("init", "--adopt", UNTRACKED, "--force")),
    "forget": Scene(("forget", KEPT, "-y"), (("continue", KEPT, "hello"),)),
    "doctor --fix": Scene(("doctor", "--fix", "-y"), damage=_lose_record),
    "doctor --restore": Scene(("doctor", "--restore", "-y"), damage=_damage_index),
    "doctor --rebuild": Scene(("doctor", "--rebuild", "--force"), damage=_lose_index),
    "settings": Scene(("settings", "runs.keep", "7")),
    "start": Scene(("start", NEW, "hello")),
    "continue": Scene(("continue", KEPT, "hello")),
    "start, its supervisor": Scene(("start", NEW, "hello"), watches_supervisor=True),
    "continue, its supervisor": Scene(("continue", KEPT, "hello"), watches_supervisor=True),
}
