"""opencode put into our own data folder with npm, whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess  # noqa: TID251 - starts npm and node
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError, NoOpencodeError
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.find import PACKAGED, own_folder
from kugetsu_tui.opencode.version import opencode_version

VERSION = "1.18.33"
"""The opencode that this program is tested with."""
MEGABYTES = 354
"""What it takes on disk."""
_NPM = (
    "npm install --ignore-scripts --include=optional --location=project"
    " --no-audit --no-fund --no-update-notifier --loglevel=error"
)
_NOISE = ("npm warn", "code ", "errno ", "syscall ", "at ", "A complete log")
_TURN = 2.0
"""Seconds between two words on how long it takes."""
_ELSEWHERE = "curl -fsSL https://opencode.ai/install | bash"


def install_opencode(
    data_folder: Path, *, environment: Mapping[str, str], say: Callable[[str], None]
) -> Path:
    """Install `VERSION`, unless one that runs is there already; returns the program.

    Args:
        data_folder: ours; it is made where it is missing.
        environment: for npm; its `PATH` names npm and node.
        say: is told how far it is, a line at a time.

    Raises:
        EnvironmentUnfitError: npm is missing or failed, or what it brought does not run.
        CannotSaveError: the folder cannot be written to.
    """
    folder, partial = own_folder(data_folder), data_folder / "opencode.partial"
    try:
        with _alone(data_folder, say):
            if not _runs(folder / PACKAGED, environment):
                _make(folder, partial, environment, say)
    except OSError as error:
        why = error.strerror or "it cannot be written to"
        raise CannotSaveError(f"opencode: {clean_line(str(data_folder))}: {why}") from error
    return folder / PACKAGED


@contextmanager
def _alone(data_folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the right to install there; the system takes it back, whatever becomes of us."""
    data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(data_folder / "opencode.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another kugetsu is installing opencode: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _away_from_home(home: Path, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Where opencode may make the folders that it makes at every start."""
    home.mkdir()
    foreign = {name: value for name, value in environment.items() if not name.startswith("XDG_")}
    return {**foreign, "HOME": str(home)}


def _runs(program: Path, environment: Mapping[str, str]) -> bool:
    try:
        opencode_version(program, environment=environment)
    except NoOpencodeError:
        return False
    return True


def _make(
    folder: Path, partial: Path, environment: Mapping[str, str], say: Callable[[str], None]
) -> None:
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir()
        _fill(partial, environment, say)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _fill(folder: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """The package's own set-up is run here: npm may be set up to run no scripts."""
    say(f"npm installs opencode {VERSION} in {folder.parent}: {MEGABYTES} MB on disk")
    npm = [*_NPM.split(), "--prefix", str(folder), f"opencode-ai@{VERSION}"]
    _run(npm, folder, environment, say)
    program = folder / PACKAGED
    environment = _away_from_home(folder / "home", environment)
    try:
        _run(["node", "postinstall.mjs"], program.parents[1], environment, say)
    except EnvironmentUnfitError as error:
        say(f"{error.message}; looking for the program itself")
    if _runs(program, environment):
        return
    for candidate in sorted(folder.glob("node_modules/opencode-*/bin/opencode")):
        if _runs(candidate, environment):
            program.unlink(missing_ok=True)
            program.hardlink_to(candidate)
            return
    raise EnvironmentUnfitError(
        "opencode: what npm brought does not run on this machine", hint=_ELSEWHERE
    )


def _run(
    argv: Sequence[str], folder: Path, environment: Mapping[str, str], say: Callable[[str], None]
) -> None:
    name = argv[0]
    program = shutil.which(name, path=environment.get("PATH", ""))
    if program is None:
        raise EnvironmentUnfitError(
            f"opencode: {name} is needed to install it, and is not on PATH", hint=_ELSEWHERE
        )
    begun = time.monotonic()
    with (
        tempfile.TemporaryFile() as words,
        subprocess.Popen(
            [program, *argv[1:]],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env={**environment, "PWD": str(folder)},
        ) as running,
    ):
        while not _ended_in_time(running):
            say(f"{name} is at it: {time.monotonic() - begun:.0f} s")
        words.seek(0)
        said = words.read().decode(errors="replace")
    if running.returncode != 0:
        why = _complaint(said) or f"it ended with {running.returncode}"
        raise EnvironmentUnfitError(
            f"opencode: {name} could not install it: {why}",
            hint=f"npm install -g opencode-ai@{VERSION}",
        )


def _ended_in_time(running: subprocess.Popen[bytes]) -> bool:
    try:
        running.wait(_TURN)
    except subprocess.TimeoutExpired:
        return False
    return True


def _complaint(said: str) -> str:
    """The first line of npm's words that tells what is wrong."""
    lines = (line.removeprefix("npm error").strip() for line in said.splitlines())
    telling = (line for line in lines if line and not line.startswith(_NOISE))
    return clean_line(next(telling, ""), 400)
