"""The real opencode for tests: found or installed, and at home in a throw-away world."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import platformdirs
import psutil

from kugetsu_tui.demo.environment import furnish, inherited, opencode_environment
from kugetsu_tui.demo.sample_repository import SAMPLE_FILES

VERSION = "1.18.33"
BASE = "ses_base00000000000000000000000000"
"""Of the world that is prepared; a copy has another."""
REPOSITORY = "github.com/shoko/gatekeeper"
"""What the sample repository's remote is called."""


class MissingError(Exception):
    """A program that tests need is not to be had here; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A home, a repository and an opencode with one session, the base; nothing outside counts."""

    home: Path
    repo: Path
    environment: Mapping[str, str]
    """All of it, not only what differs; `opencode` is on its PATH, and PWD is the repository."""
    base: str
    """The id of a session without messages, in the repository."""
    program: Path

    @property
    def database(self) -> Path:
        return self.home / "data" / "opencode" / "opencode.db"

    def opencode(
        self, *words: str | Path, message: str = "", patience: float = 120, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs opencode in the repository, with the message on stdin and more variables.

        Raises:
            subprocess.TimeoutExpired: it ran out of patience, in seconds; opencode is killed.
        """
        return subprocess.run(
            [self.program, *words],
            cwd=self.repo,
            env={**self.environment, **variables},
            input=message,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )

    def ask(
        self, message: str, *words: str, patience: float = 120, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """`opencode run` on a fork of the base, with its log on stderr."""
        return self.opencode(
            *("run", "--format", "json", "--print-logs", "--dir", self.repo),
            *("--fork", "--session", self.base, *words),
            message=message,
            patience=patience,
            **variables,
        )


@cache
def program() -> Path:
    """The opencode that `KUGETSU_TEST_OPENCODE` names, else that on PATH, else our own.

    Raises:
        MissingError: none is there, and none could be installed.
    """
    if named := os.environ.get("KUGETSU_TEST_OPENCODE") or shutil.which("opencode"):
        if not os.access(named, os.X_OK):
            raise MissingError(f"KUGETSU_TEST_OPENCODE is no program: {named}")
        return Path(named).resolve()
    folder = platformdirs.user_cache_path("kugetsu-tests", ensure_exists=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        installed = folder / f"opencode-{VERSION}"
        if not installed.is_dir():
            _install(installed)
    return (installed / "node_modules" / ".bin" / "opencode").resolve()


def _install(folder: Path) -> None:
    half = folder.with_name(f"{folder.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    package = half / "node_modules" / "opencode-ai"
    furnish(half / "home")
    npm = ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", half)
    try:
        _run([*npm, f"opencode-ai@{VERSION}"])
        _run(["node", "postinstall.mjs"], cwd=package)
        environment = {**inherited(os.environ), **opencode_environment(half / "home", "")}
        said = _run([half / "node_modules" / ".bin" / "opencode", "--version"], env=environment)
    except subprocess.CalledProcessError as error:
        raise MissingError(f"opencode could not be installed: {error.stderr[-500:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"opencode could not be installed: {error}") from error
    if said.strip() != VERSION:
        raise MissingError(f"the installed opencode says that it is {said}")
    shutil.rmtree(half / "home")
    half.rename(folder)


def _run(
    argv: Sequence[str | Path], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    done = subprocess.run(
        argv, cwd=cwd, env=env, capture_output=True, text=True, timeout=200, check=True
    )
    return done.stdout


def tmux() -> Path:
    """The tmux on PATH. Raises `MissingError` where there is none, as the next one does."""
    return _on_path("tmux")


def jq() -> Path:
    return _on_path("jq")


def _on_path(name: str) -> Path:
    if (found := shutil.which(name)) is None:
        raise MissingError(f"{name} is not on PATH")
    return Path(found)


def prepare(folder: Path, opencode: Path, model_url: str) -> World:
    """A world in which opencode has been started once: its database is there, with the base."""
    home, repo = folder / "home", folder / "repo"
    furnish(home)
    (home / "bin").mkdir()
    (home / "bin" / "opencode").symlink_to(opencode)
    _make_repository(repo)
    world = World(
        home=home,
        repo=repo,
        environment=_environment(home, repo, model_url),
        base=BASE,
        program=opencode,
    )
    session = {
        "id": BASE,
        "slug": "base",
        "projectID": "replaced",
        "directory": "/replaced",
        "title": "the base",
        "version": VERSION,
        "time": {"created": 1_700_000_000_000, "updated": 1_700_000_000_000},
    }
    exported = folder / "base.json"
    exported.write_text(json.dumps({"info": session, "messages": []}))
    done = world.opencode("import", exported)
    assert done.returncode == 0, done.stderr
    return world


def _make_repository(repo: Path) -> None:
    repo.mkdir()
    for name, text in SAMPLE_FILES.items():
        (repo / name).write_text(text)
    for command in (
        "init --quiet --initial-branch main",
        "add .",
        "-c user.name=Shoko -c user.email=shoko@example.invalid commit --quiet -m Gatekeeper",
        f"remote add origin https://{REPOSITORY}.git",
    ):
        _run(["git", *command.split()], cwd=repo, env=inherited(os.environ))


def _environment(home: Path, repo: Path, model_url: str) -> Mapping[str, str]:
    variables = {**inherited(os.environ), **opencode_environment(home, model_url)}
    variables["PATH"] = f"{home / 'bin'}{os.pathsep}{variables['PATH']}"
    return {**variables, "PWD": str(repo)}


def moved(world: World, folder: Path, model_url: str) -> World:
    """A copy of a world in which no opencode runs, with a base of its own.

    The database says where things are now.
    """
    home, repo = folder / "home", folder / "repo"
    shutil.copytree(world.home, home, symlinks=True, ignore=shutil.ignore_patterns("*.so"))
    shutil.copytree(world.repo, repo, symlinks=True)
    copy = replace(
        world,
        home=home,
        repo=repo,
        environment=_environment(home, repo, model_url),
        base=_new_id(),
    )
    database = sqlite3.connect(copy.database)
    database.execute("UPDATE session SET id = ? WHERE id = ?", (copy.base, world.base))
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema")}
    for table, column in (
        ("session", "directory"),
        ("project", "worktree"),
        ("project_directory", "directory"),  # not before opencode 1.18, of those that were tried
    ):
        if table not in tables:
            continue
        database.execute(f"UPDATE {table} SET {column} = ?", (str(repo),))
    database.commit()
    database.close()
    return copy


def sibling(world: World) -> str:
    """The id of one more session, as empty as the base."""
    session_id = _new_id()
    with closing(sqlite3.connect(world.database)) as database, database:
        database.execute(
            "CREATE TEMP TABLE one AS SELECT * FROM session WHERE id = ?", (world.base,)
        )
        database.execute("UPDATE one SET id = ?", (session_id,))
        database.execute("INSERT INTO session SELECT * FROM one")
    return session_id


def _new_id() -> str:
    """Another one each time: a process that names a session is believed to be at it, wherever."""
    return f"ses_{secrets.token_hex(13)}"


def end_leftovers(world: World) -> None:
    """Kills what still runs with this world's home, whoever started it."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("HOME") == str(world.home):
                process.kill()
        except psutil.Error:
            continue
