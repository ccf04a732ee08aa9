"""Every file that the program reads, damaged in every way: told in words, and left as it is."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from unittest import mock

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.main import run_batch
from kugetsu_tui.settings import places
from kugetsu_tui.wiring import build_world
from tests.store.test_damage import CONTENTS, THINGS, look
from tests.torture.parts import BrokenError, Options, Row
from tests.torture.sandbox import UNTRACKED, Sandbox

REF, OTHER, FRESH = "github.com/shoko/gatekeeper#14", "h/u/other#1", "h/u/fresh#1"
_DOCUMENTED = {*range(8), 75}
_LONGEST = 5.0
"""Seconds that a verb may take on a machine that is busy."""
VERBS: Sequence[Sequence[str]] = (
    ("list",),
    ("list", "--all"),
    ("show", REF),
    ("log", REF),
    ("transcript", REF),
    ("diff", REF),
    ("trash",),
    ("prune",),
    ("doctor",),
    ("settings",),
    ("server", "status"),
    ("stop", REF),
    ("adopt", FRESH, UNTRACKED),
    ("destroy", FRESH, "-y"),
)
"""Those that read, those that are to be refused, and two that change what is beside."""


@dataclass(frozen=True)
class Place:
    """The files of a sandbox in which a run has ended and something was removed."""

    sandbox: Sandbox

    @classmethod
    def made(cls, home: Path) -> Place:
        sandbox = Sandbox.made(home, sessions=["ses_1", "ses_2"])
        sandbox.lay_out({REF: "ses_1", OTHER: "ses_2"})
        for words in (("continue", REF, "hello"), ("settings", "runs.keep", "7")):
            assert sandbox.call(*words).returncode == 0
        assert sandbox.call("destroy", OTHER, "-y").returncode == 0
        return cls(sandbox)

    def files(self) -> Mapping[str, Path]:
        store = self.sandbox.store
        (run,) = store.glob("runs/2*")
        (removed,) = store.glob("trash/*.json")
        environment = self.sandbox.environment
        return {
            "index": store / "index.json",
            "record": next(store.glob("sessions/*14.json")),
            "base": store / "sessions" / "base.json",
            "run": run / "run.json",
            "journal": run / "journal.jsonl",
            "message": run / "message",
            "log": run / "stderr.log",
            "trash": removed,
            "settings": places.config_file(environment),
            "notebook": places.notebook_file(environment),
        }


DAMAGES: Mapping[str, Callable[[Path], object]] = {
    **{name: partial(Path.write_bytes, data=content) for name, content in CONTENTS.items()},
    **{name: make for name, make in THINGS.items() if name != "missing beside records"},
    "missing": lambda _: None,
}


def wrong(place: Place, path: Path, damage: str) -> Iterator[str]:
    """What is not as it is promised, with that file damaged in that way."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = path.with_name(f"{path.name}.kept")
    if path.exists():
        path.rename(kept)
    try:
        DAMAGES[damage](path)
        before = look(path)
        for words in VERBS:
            found = [*_wrong(place, words)]
            if look(path) != before:
                found.append("the file was changed")
            if found:  # the next verb would most likely stumble over the same
                yield f"{' '.join(words)}: {', '.join(found)}"
                return
    finally:
        _remove(path)
        if kept.exists():
            kept.rename(path)


def _wrong(place: Place, words: Sequence[str]) -> Iterator[str]:
    out, began = io.StringIO(), time.monotonic()
    console = Console(out=out, err=out)
    try:
        with in_the_place_of(place.sandbox), mock.patch("sys.stdin", io.StringIO()):
            world = partial(build_world, console.warn)
            code = run_batch(words, world=world, console=console, has_terminal=lambda: False)
    except Exception as error:  # noqa: BLE001 - whatever gets this far would be a bug's report
        yield f"a bug: {error!r}"
        return
    if code not in _DOCUMENTED:
        yield f"ended with {code}: {out.getvalue()[-300:]}"
    if (seconds := time.monotonic() - began) > _LONGEST:
        yield f"took {seconds:.1f} s"


@contextmanager
def in_the_place_of(sandbox: Sandbox) -> Iterator[None]:
    """This process has its environment and directory, and no more time than is fair."""

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError("it hangs")

    before, here = signal.signal(signal.SIGALRM, give_up), Path.cwd()
    signal.setitimer(signal.ITIMER_REAL, 4 * _LONGEST)
    os.chdir(sandbox.repository)
    try:
        with mock.patch.dict(os.environ, sandbox.environment, clear=True):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        os.chdir(here)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def measure(options: Options) -> Iterable[Row]:
    place = Place.made(options.folder / "broken")
    files = place.files()
    broken = [
        f"{which}, {damage}: {what}"
        for which, path in files.items()
        for damage in DAMAGES
        for what in wrong(place, path, damage)
    ]
    if broken:
        raise BrokenError("\n".join(broken))
    tried = len(files) * len(DAMAGES)
    yield Row(
        "files damaged: index, records, runs, trash, settings",
        f"{len(files)} files, {len(DAMAGES)} ways, {len(VERBS)} verbs each: {tried * len(VERBS)}",
        "told in words, and left as they were",
    )
