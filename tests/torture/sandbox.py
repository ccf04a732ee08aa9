"""A home with a store, a scripted opencode and its database: the real program works in it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from kugetsu_tui.demo.environment import inherited
from tests.opencode.sample_database import SampleDatabase

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("kugetsu")
PATIENCE = 60.0
"""Seconds for what takes none, on a machine that is busy."""
_QUIET_LOOKS = 2
BASE = "ses_base"
UNTRACKED = "ses_untracked"
"""Of no issue yet."""
CANARY = {"x-canary": {"of": "another program", "kept": [1, 2.5, None, "\u2028"]}}
"""What the index and some records hold that is not ours."""


@dataclass(frozen=True)
class Sandbox:
    home: Path
    more: Mapping[str, str] = field(default_factory=dict)
    """Variables of every call."""

    @classmethod
    def made(
        cls,
        home: Path,
        *,
        sessions: Iterable[str] = (),
        script: str = "honest_opencode.py",
        **more: str,
    ) -> Sandbox:
        """A base, and these sessions of opencode that nobody tracks.

        Args:
            home: made.
            sessions: their ids.
            script: beside this module; it stands for opencode.
            more: variables of every call.
        """
        sandbox = cls(home, more)
        for folder in (sandbox.repository, home / "bin", home / "tmp"):
            folder.mkdir(parents=True)
        database = SampleDatabase(sandbox.database)
        database.execute(
            "INSERT INTO project (id, worktree, time_created, time_updated, sandboxes)"
            f" VALUES ('project', '{sandbox.repository}', 0, 0, '[]')"
        )
        with closing(sqlite3.connect(database.path)) as connection, connection:
            connection.executemany(
                "INSERT INTO session (id, project_id, slug, directory, title, version,"
                " time_created, time_updated) VALUES (?, 'project', 's', ?, 'a title', '1', 0, 0)",
                [(name, str(sandbox.repository)) for name in (BASE, UNTRACKED, *sessions)],
            )
        program = home / "bin" / "opencode"
        database.path.parent.chmod(0o700)
        played = Path(__file__).with_name(script)
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{played}" "$@"\n')
        program.chmod(0o755)
        return sandbox

    def lay_out(self, tracked: Mapping[str, str]) -> None:
        """A store with the base and these issues, issue → session; all of it bears canaries."""
        records = self.store / "sessions"
        records.mkdir(mode=0o700, parents=True)
        self.store.chmod(0o700)
        created = "2026-06-01T00:00:00+00:00"
        names = {ref: ref.replace("/", "-").replace("#", "-") + ".json" for ref in tracked}
        files = {name: (ref, tracked[ref], "forked") for ref, name in names.items()}
        for name, (ref, session, kind) in {**files, "base.json": (None, BASE, "base")}.items():
            record = {"type": kind, "issue_ref": ref, "opencode_session_id": session}
            record |= {"created_at": created, "state": "idle", "directory": str(self.repository)}
            _write(records / name, {**record, **CANARY})
        _write(self.store / "index.json", {"base": BASE, "issues": names, **CANARY})

    @property
    def database(self) -> Path:
        """opencode's."""
        return self.home / "data" / "opencode" / "opencode.db"

    @property
    def store(self) -> Path:
        return self.home / ".kugetsu"

    @property
    def repository(self) -> Path:
        return self.home / "repository"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **inherited(os.environ),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "TMPDIR": str(self.home / "tmp"),
            "KUGETSU_RUNS_ENGINE": "run",  # what stands for opencode does not serve
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            **self.more,
        }

    def begin(self, *words: str, by: Sequence[str | Path] = (PROGRAM,)) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*by, *words],
            cwd=self.repository,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def call(
        self, *words: str, by: Sequence[str | Path] = (PROGRAM,), patience: float = PATIENCE
    ) -> subprocess.CompletedProcess[str]:
        """Call it and wait for its end; what it started may go on."""
        return subprocess.run(
            [*by, *words],
            cwd=self.repository,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )

    def rows(self) -> list[dict[str, Any]]:
        """What `list` has."""
        done = self.call("list", "--json")
        if done.returncode != 0:
            raise AssertionError(f"list: {done.returncode}: {done.stderr}")
        rows: list[dict[str, Any]] = json.loads(done.stdout)["data"]["sessions"]
        return rows

    def everybody(self) -> Iterator[psutil.Process]:
        """Who runs in this home, whoever started it."""
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get("HOME") == str(self.home)
                if is_ours and process.status() != psutil.STATUS_ZOMBIE:
                    yield process
            except psutil.Error:
                continue

    def until_quiet(self, patience: float = PATIENCE) -> list[psutil.Process]:
        """Who is left once all have gone, or patience has.

        Who is just being started by one that ends can be overlooked once, but not twice.
        """
        deadline = time.monotonic() + patience
        quiet_looks = 0
        while quiet_looks < _QUIET_LOOKS:
            left = list(self.everybody())
            if left and time.monotonic() > deadline:
                return left
            quiet_looks = 0 if left else quiet_looks + 1
            time.sleep(0.1)
        return []

    def end_everybody(self) -> None:
        for process in self.everybody():
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue


def _write(path: Path, document: Mapping[str, object]) -> None:
    path.write_text(json.dumps(document, indent=2))
    path.chmod(0o600)
