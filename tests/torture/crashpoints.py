"""Every system call of every verb that changes the store goes wrong once, in a process of its own.

strace kills the process on its way into the call, or has the call refused. Whatever happens, the
store is the old one or the new one, what the verb says about that is true, and the next one works.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kugetsu_tui.domain.record import Record
from tests.store import tracing
from tests.store.files import store_in
from tests.torture.crash_scenes import KEPT_SESSION, SCENES, Scene
from tests.torture.crash_view import View, sessions_told
from tests.torture.invariants import exit_is_documented, temporary_files
from tests.torture.parts import BrokenError, Options, Row
from tests.torture.sandbox import PROGRAM, Sandbox

NEXT = "github.com/a/next#3"
ERRORS = ("ENOSPC", "EIO", "EROFS", "EACCES", "EMFILE", "EINTR")
KILLED = "signal=KILL"
INTERRUPTED, TERMINATED = "signal=INT", "signal=TERM"
ASKED_TO_END = (INTERRUPTED, TERMINATED)
HOWS = (KILLED, *(f"error={error}" for error in ERRORS))
_LOOKS = tracing._LOOKS
_OF_A_LOOK = {"error=EIO", "error=EACCES"}
"""What can happen to a call that changes nothing; being killed there is being killed later."""
_BUG = 70
_IS_DONE_ALREADY = {0, 3, 4}
"""How the same verb may end when it is given again: it works, or there is nothing left to do."""
_MINDED = "saved, but perhaps not for good"
_LOADING = ("importlib._bootstrap_external", "ModuleNotFoundError", "ImportError")
_CALL = re.compile(r"(\w+)\((.*)")


@dataclass(frozen=True)
class Point:
    """One call of a process, the how-manieth of that name, and what happens to it."""

    name: str
    count: int
    how: str

    def __str__(self) -> str:
        return f"{self.name} {self.count} {self.how}"


@dataclass
class Sweep:
    """A scene gone through point by point."""

    name: str
    folder: Path
    tried: Counter[str] = field(default_factory=Counter)
    """What happened to calls, and how often; a kill that the process did not come to is none."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self._scene = SCENES[self.name]
        self._template = self._scene.prepared(self.folder / "template")
        before = self._copy("warming up")
        _prelude(self._scene, before)
        self._old = self._view(before)
        _call(self._scene, before, ())
        before.end_everybody()
        undisturbed = self._copy("undisturbed")
        _prelude(self._scene, undisturbed)
        log = self.folder / "calls"
        done = _call(self._scene, undisturbed, ("-y", "-o", log, "-e", "trace=%file,%desc"))
        assert done.returncode in {0, 1}, done.stderr
        self._new = self._view(undisturbed)
        undisturbed.end_everybody()
        self.calls = list(_calls(log.read_text(), undisturbed.home))

    def points(self, hows: Sequence[str] = HOWS) -> list[Point]:
        return [
            Point(name, count, how)
            for name, count in self.calls
            for how in hows
            if name not in _LOOKS or how in _OF_A_LOOK
        ]

    def complaints(self, points: Sequence[Point]) -> Iterator[str]:
        """What was broken. Runs of one session are one another's strangers: never two at once."""
        has_runs = self._scene.begins_run or self._scene.meanwhile
        with ThreadPoolExecutor(1 if has_runs else os.cpu_count()) as pool:
            for point, found in zip(points, pool.map(self._complaints_of, points), strict=True):
                yield from (f"{self.name}: {point}: {complaint}" for complaint in found)

    def changes_something(self) -> bool:
        return self._old != self._new

    def _copy(self, name: str) -> Sandbox:
        home = self.folder / name
        shutil.copytree(self._template.home, home, symlinks=True)
        return Sandbox(home, self._template.more)

    def _complaints_of(self, point: Point) -> list[str]:
        sandbox = self._copy(str(point).replace(" ", "-"))
        inject = f"inject={point.name}:{point.how}:when={point.count}"
        options = ("-o", os.devnull, "-e", f"trace={point.name}", "-e", inject)
        _prelude(self._scene, sandbox)
        done = _call(self._scene, sandbox, options)
        found = [*self._judged(point, done, sandbox), *_aftermath(self._scene, point, sandbox)]
        if not found:
            shutil.rmtree(sandbox.home)
        self.tried[point.how] += 1
        return found

    def _judged(
        self, point: Point, done: subprocess.CompletedProcess[str], sandbox: Sandbox
    ) -> Iterator[str]:
        now, what = (
            self._view(sandbox),
            f"{done.returncode}: {done.stdout[-400:]}{done.stderr[-400:]}",
        )
        is_whole = now in (self._old, self._new)
        if not is_whole and not self._is_on_its_way(now) and not self._is_halfway(now):
            yield f"neither old nor new: {now}, but {what}"
        if point.how == KILLED and not self._scene.watches:
            self.tried[KILLED] -= done.returncode != -signal.SIGKILL
            return
        yield from exit_is_documented(done.returncode, done.stderr)
        if point.how == INTERRUPTED and (left := temporary_files(sandbox)):
            yield f"temporary files are left: {left}"
        if done.returncode == _BUG and _could_be_loaded(sandbox):
            yield f"a bug: {what}"
        if self._scene.watches:
            return
        told = _told(done.stdout)
        if done.returncode == 0 and now != self._new and _MINDED not in done.stderr:
            yield f"said to be done, but it is {now}: {what}"
        if _says_unchanged(told, done.stderr) and now != self._old:
            yield f"said to be unchanged, but it is {now}: {what}"

    def _view(self, sandbox: Sandbox) -> View:
        """A start that was killed leaves its prompt, for doctor to clear away."""
        return View.of(sandbox, counts_prompts=self._scene.words[0] == "forget")

    def _is_halfway(self, now: View) -> bool:
        """Stopped, and still tracked; or untracked, and the conversation still to be deleted."""
        if self._scene.purges:
            return now == replace(self._new, conversations=self._old.conversations)
        stopped = {key: f"{session}, stopped" for key, session in self._old.issues.items()}
        return self._scene.stops_first and now == replace(self._old, issues=stopped)

    def _is_on_its_way(self, now: View) -> bool:
        """A run that came to nothing: its issue has a place, and no session or no answer yet."""
        if not self._scene.begins_run:
            return False
        concerned = self._scene.concerns
        others = {key: told for key, told in now.issues.items() if key not in concerned}
        before = {key: told for key, told in self._old.issues.items() if key not in concerned}
        return others == before and now.base == self._old.base


def _prelude(scene: Scene, sandbox: Sandbox) -> None:
    for words in scene.meanwhile:
        begun = sandbox.call(*words)
        assert begun.returncode == 0, begun.stderr


def _call(
    scene: Scene, sandbox: Sandbox, options: Sequence[str | Path]
) -> subprocess.CompletedProcess[str]:
    """Give the verb under strace; returns once nobody is left of it."""
    saboteur = ("strace", "-qq", *map(str, options)) if options else ()
    if scene.watches:
        spot = sandbox.home / "site"
        spot.mkdir()
        follow = _FOLLOW.format(mark=scene.watches, argv=[*saboteur, "-D"])
        (spot / "sitecustomize.py").write_text(follow)
        sandbox = Sandbox(
            sandbox.home, {**sandbox.more, "PYTHONPATH": f"{spot}", "KUGETSU_RUNS_KEEP": "20"}
        )
        saboteur = ()
    done = sandbox.call(*scene.words, "--json", by=(*saboteur, PROGRAM))
    if scene.begins_run:
        sandbox.until_quiet()
    return done


_FOLLOW = """\
import os, sys
if {mark!r} in sys.orig_argv and "FOLLOWED" not in os.environ and {argv!r} != ["-D"]:
    os.environ["FOLLOWED"] = "yes"
    os.execvp("strace", {argv!r} + [sys.executable, *sys.orig_argv[1:]])
"""
"""Has the process that is meant begin anew, under strace, with the same number."""


def _calls(log: str, home: Path) -> Iterator[tuple[str, int]]:
    """The calls that concern the home; not those that load the program."""
    counts: Counter[str] = Counter()
    for line in log.splitlines():
        if (found := _CALL.match(line)) is None:
            continue
        name, arguments = found.groups()
        counts[name] += 1
        arguments = re.sub(r"AT_FDCWD<[^>]*>", "", arguments)
        if f"{home}/" in arguments and f"{home}/site" not in arguments:
            yield name, counts[name]


def _could_be_loaded(sandbox: Sandbox) -> bool:
    """Calls are counted: where a process waits longer than another did, it is hit elsewhere."""
    reports = sandbox.home.glob("state/kugetsu/log/crash-*")
    return not any(words in report.read_text() for report in reports for words in _LOADING)


def _told(out: str) -> dict[str, Any]:
    """The last envelope; nothing where it could not be written."""
    try:
        told: dict[str, Any] = json.loads(out.splitlines()[-1])
    except (ValueError, IndexError):
        return {}
    return told


def _says_unchanged(told: Mapping[str, Any], err: str) -> bool:
    if error := told.get("error"):
        return error["changed"] is False
    last_words = [line for line in err.splitlines() if line.startswith("kugetsu:")]
    return "nothing was changed" in "".join(last_words)


def _aftermath(scene: Scene, point: Point, sandbox: Sandbox) -> Iterator[str]:
    """What puts it right, and another writer: both work, and no temporary file is left.

    Nothing is told twice; where a call was refused, a run may have failed before it was told.
    """
    for words in filter(None, (scene.again or scene.words, scene.end)):
        again = sandbox.call(*words, "--json")
        if again.returncode not in _IS_DONE_ALREADY:
            yield f"{words} ends with {again.returncode}: {again.stderr}"
    if (scene.begins_run or scene.meanwhile) and (left := sandbox.until_quiet()):
        yield f"still there: {left}"
    told = sessions_told(sandbox)
    if scene.told is not None:
        wanted = {scene.told} if point.how == KILLED else range(scene.told + 1)
        if len(told) not in wanted:
            yield f"opencode was told {len(told)} times instead of {scene.told}"
    if scene.goes_on and (strangers := {*told} - {KEPT_SESSION}):
        yield f"what {KEPT_SESSION} was to be told went to {strangers}"
    store = store_in(sandbox.store, deadline=1.0)
    with store.edit() as draft:
        draft.put(NEXT, Record(type="forked"))
    if left_files := temporary_files(sandbox):
        yield f"temporary files are left: {left_files}"


def measure(options: Options) -> Iterator[Row]:
    if why := tracing.unusable():
        raise BrokenError(why)
    chance = random.Random(options.seed)
    complaints: list[str] = []
    tried: Counter[str] = Counter()
    for name in SCENES:
        sweep = Sweep(name, options.folder / "crashpoints" / name.replace(" ", "-"))
        points = sweep.points()
        points = chance.sample(points, min(options.points or len(points), len(points)))
        found = list(sweep.complaints(points))
        complaints += found
        tried += sweep.tried
        counts = ", ".join(f"{count} {how}" for how, count in sweep.tried.items())
        print(f"{name}: {counts}: {len(found)} broken", file=sys.stderr, flush=True)
    if complaints:
        raise BrokenError("\n".join(complaints))
    kills = tried.pop(KILLED, 0)
    yield Row(
        "SIGKILL at every system call that concerns the store",
        f"{len(SCENES)} verbs and supervisors, {kills:,} points",
        "the old or the new, and the next one works",
    )
    yield Row(
        f"{', '.join(ERRORS)} at each of them",
        f"{tried.total():,} points",
        "the same, and what is said is true",
    )
