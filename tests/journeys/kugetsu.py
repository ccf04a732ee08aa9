"""kugetsu as its users have it: a program on PATH, a store, and an opencode with conversations."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import psutil
import pytest

from tests.opencode_home import REPOSITORY, World

PROGRAM = Path(sys.executable).with_name("kugetsu")
PATIENCE = 60.0
"""Seconds for what takes an opencode two, on a machine that is busy."""

ENGINE = os.environ.get("KUGETSU_TEST_ENGINE", "")
"""Of all journeys that do not choose one: with `run` they are all made once more, by hand."""
IS_SERVED = ENGINE != "run"
"""Where the engines differ in what can be seen, a test says what holds for each."""
WITH_EACH_ENGINE = pytest.mark.parametrize(
    "newcomer", [ENGINE] if ENGINE else ["run", "auto"], indirect=True
)
"""For journeys that are always made with both; they find theirs in `Kugetsu.is_served`."""
WITH_AN_OPENCODE_EACH = pytest.mark.parametrize("newcomer", ["run"], indirect=True)
"""For what there is only where runs share no server."""
_NO_VARIABLES: Mapping[str, str] = {}

_T = TypeVar("_T")


def issue(number: int) -> str:
    return f"{REPOSITORY}#{number}"


def eventually(ask: Callable[[], _T | None], *, patience: float = PATIENCE) -> _T:
    """The first answer that is true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.05)
    raise AssertionError("it never came true")


@dataclass(frozen=True, slots=True)
class Ended:
    """What a call left."""

    status: int
    """As a shell has it: 128+n after signal n."""
    out: str
    err: str


class Foreground:
    """A call that is still going on; what it writes goes to files."""

    def __init__(
        self,
        argv: Sequence[str | Path],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        stdin: int | None,
        folder: Path,
    ) -> None:
        number = len(list(folder.glob("*.out")))
        self._out, self._err = folder / f"{number}.out", folder / f"{number}.err"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                argv, cwd=cwd, env=environment, stdin=stdin, stdout=out, stderr=err
            )

    @property
    def out(self) -> str:
        return self._out.read_bytes().decode()

    @property
    def err(self) -> str:
        return self._err.read_bytes().decode()

    def until_it_says(self, words: str) -> None:
        eventually(lambda: words in self.err + self.out)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self, *, patience: float = PATIENCE) -> Ended:
        """What it left, once it has ended.

        Raises:
            subprocess.TimeoutExpired: it goes on.
        """
        code = self.process.wait(patience)
        return Ended(128 - code if code < 0 else code, self.out, self.err)


@dataclass
class Kugetsu:
    world: World
    more: Mapping[str, str] = field(default_factory=dict)
    """Variables of every call."""
    engine: str = ENGINE
    """Empty: what is chosen where nothing is set."""
    _begun: list[Foreground] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._transcripts.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        for foreground in self._begun:
            foreground.process.kill()
            foreground.process.wait()

    @property
    def is_served(self) -> bool:
        """Its runs share a server."""
        return self.environment.get("KUGETSU_RUNS_ENGINE") != "run"

    @property
    def environment(self) -> Mapping[str, str]:
        """All of it."""
        chosen = {"KUGETSU_RUNS_ENGINE": self.engine} if self.engine else {}
        return {**self.world.environment, **chosen, **self.more}

    @property
    def store(self) -> Path:
        return self.world.home / ".kugetsu"

    @property
    def _transcripts(self) -> Path:
        return self.world.home.parent / "transcripts"

    def begin(
        self,
        *words: str,
        by: Sequence[str | Path] = (PROGRAM,),
        stdin: int | None = subprocess.DEVNULL,
        variables: Mapping[str, str] = _NO_VARIABLES,
    ) -> Foreground:
        """Call it, in the repository, with more variables; an empty one is left out."""
        environment = {**self.environment, **variables}
        begun = Foreground(
            [*by, *words],
            cwd=self.world.repo,
            environment={name: value for name, value in environment.items() if value},
            stdin=stdin,
            folder=self._transcripts,
        )
        self._begun.append(begun)
        return begun

    def __call__(
        self,
        *words: str,
        by: Sequence[str | Path] = (PROGRAM,),
        stdin: bytes | None = None,
        patience: float = PATIENCE,
        variables: Mapping[str, str] = _NO_VARIABLES,
    ) -> Ended:
        """Call it and wait for its end."""
        if stdin is None:
            return self.begin(*words, by=by, variables=variables).ended(patience=patience)
        source = self._transcripts / "stdin"
        source.write_bytes(stdin)
        with source.open("rb") as file:
            begun = self.begin(*words, by=by, stdin=file.fileno(), variables=variables)
            return begun.ended(patience=patience)

    def data(self, *words: str) -> dict[str, Any]:
        """The `data` of the envelope of a call that succeeds."""
        ended = self(*words, "--json")
        assert ended.status == 0, ended.err
        data: dict[str, Any] = json.loads(ended.out)["data"]
        return data

    def row(self, ref: str) -> dict[str, Any]:
        """What `list` has on an issue."""
        (row,) = (row for row in self.data("list")["sessions"] if row["issue_ref"] == ref)
        return dict(row)

    def in_state(self, ref: str, state: str) -> dict[str, Any]:
        """The issue's row, once it is in that state."""
        return eventually(lambda: row if (row := self.row(ref))["state"] == state else None)

    def index(self) -> dict[str, Any]:
        return _json(self.store / "index.json")

    def record(self, ref: str) -> dict[str, Any]:
        return _json(self.store / "sessions" / self.index()["issues"][ref])

    def run(self, ref: str) -> Run:
        """The latest run of an issue."""
        folder = self.store / "runs" / self.record(ref)["run_id"]
        return Run(folder, is_served=self.is_served)

    def prompts(self) -> dict[str, list[str]]:
        """What opencode has been told in each session, to the letter, in order."""
        return texts(self.world.database, role="user")

    def answers(self) -> dict[str, list[str]]:
        return texts(self.world.database, role="assistant")

    def everybody(self) -> list[psutil.Process]:
        """Who runs in this home, whatever started it, but the server that runs share."""
        return [process for process in self._at_home() if not serves(process)]

    def servers(self) -> list[psutil.Process]:
        """Not whom one has just made, and who bears its arguments until it is another program."""
        found = {who.pid: who for who in self._at_home() if arguments_of(who)[1:2] == ["serve"]}
        return [who for who in found.values() if parent_of(who) not in found]

    def is_deserted(self, *, force: bool = False) -> bool:
        """Nobody runs in this home any more.

        A server is ended first; it refuses as long as anything is at work on it, unless forced.
        """
        if self._at_home() and self("server", "stop", *["--force"] * force).status != 0:
            return False
        return not self._at_home()

    def _at_home(self) -> list[psutil.Process]:
        home = str(self.world.home)
        return [who for who in psutil.process_iter() if environment_of(who).get("HOME") == home]

    def contents(self) -> dict[str, tuple[bytes, int]]:
        """Every file of the store but its lock, to the byte, and when it was written."""
        return {
            str(path.relative_to(self.store)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in sorted(self.store.rglob("*"))
            if path.is_file() and path.name != ".lock"
        }


@dataclass(frozen=True, slots=True)
class Run:
    folder: Path
    is_served: bool = IS_SERVED

    @property
    def supervisor(self) -> psutil.Process:
        return self._process("supervisor")

    @property
    def opencode(self) -> psutil.Process:
        """The one that works at it: its own, or the server it shares."""
        if self.is_served:
            server = _json(self.folder.parents[1] / "server" / "server.json")
            return psutil.Process(server["opencode"]["pid"])
        return self._process("opencode")

    def events(self) -> list[dict[str, Any]]:
        lines = (self.folder / "journal.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    @property
    def session_named(self) -> str:
        (named,) = (each for each in self.events() if each["event"] == "session_named")
        return str(named["session_id"])

    def everybody(self) -> list[psutil.Process]:
        """Whoever the run started that still runs, the supervisor too."""
        mark = self.folder.name
        return [
            process
            for process in psutil.process_iter()
            if environment_of(process).get("KUGETSU_RUN_ID") == mark
            or str(self.folder) in arguments_of(process)
        ]

    def is_over(self) -> bool:
        """Its end is written down, and nobody is left of it."""
        events = self.events()
        return bool(events) and events[-1]["event"] == "ended" and not self.everybody()

    def _process(self, which: str) -> psutil.Process:
        def found() -> psutil.Process | None:
            who = _json(self.folder / "run.json")[which]
            return psutil.Process(who["pid"]) if who else None

        return eventually(found)


def texts(database: Path, *, role: str) -> dict[str, list[str]]:
    """What was said in each session by that role."""
    said: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT part.session_id, json_extract(part.data, '$.text') FROM part"
            " JOIN message ON message.id = part.message_id"
            " WHERE json_extract(message.data, '$.role') = ?"
            " AND json_extract(part.data, '$.type') = 'text'"
            " AND coalesce(json_extract(part.data, '$.synthetic'), 0) = 0"
            " ORDER BY message.time_created, message.id, part.id",
            (role,),
        )
        for session_id, text in rows:
            said.setdefault(session_id, []).append(text)
    return said


def environment_of(process: psutil.Process) -> dict[str, str]:
    """Its environment; empty where it has ended, or is not ours to look into."""
    try:
        return dict(process.environ())
    except psutil.Error:
        return {}


def arguments_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def parent_of(process: psutil.Process) -> int:
    """Its number; 0 where it has ended."""
    try:
        return process.ppid()
    except psutil.Error:
        return 0


def serves(process: psutil.Process) -> bool:
    """It is the server that runs share, or its keeper; not what that server started."""
    arguments = arguments_of(process)
    return arguments[1:2] == ["serve"] or "--keep-server" in arguments


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def sleepers(seconds: int) -> list[psutil.Process]:
    """Who sleeps that long; tests that need to find theirs choose a figure of their own."""
    return [
        process
        for process in psutil.process_iter()
        if arguments_of(process)[:2] == ["sleep", str(seconds)]
    ]


def _json(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text())
    return document


def make_program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path
