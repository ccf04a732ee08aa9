"""What is left of runs that are over, or that never began: put away, or erased."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from kugetsu_tui.domain.errors import CannotSaveError, ConflictError
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.listing import names_in
from kugetsu_tui.runs.lock import LockState, probe

_RUN_ID = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{6}")
_GRACE = 60.0
"""Seconds: a folder that is younger may still be in the making."""


def is_run_id(name: str) -> bool:
    """Whether a folder of that name, which anybody may have written down, is a run's."""
    return _RUN_ID.fullmatch(name) is not None


def run_ids(folder: Path) -> Sequence[RunId]:
    """The runs in there, the newest first.

    Raises:
        EnvironmentUnfitError: the folder cannot be listed.
    """
    return [RunId(name) for name in reversed(names_in(folder)) if is_run_id(name)]


def leftovers(runs: Path) -> Sequence[RunId]:
    """The runs whose starter was killed while it made their folder.

    Raises:
        EnvironmentUnfitError: the folder cannot be listed.
    """
    hidden = [name for name in names_in(runs) if name.startswith(".")]
    return [RunId(name[1:]) for name in hidden if _is_left(runs / name)]


def runs_of(issue_ref: str | None, folder: Path) -> tuple[list[RunFolder], list[RunId]]:
    """The issue's runs in there, or the base's, the newest first; and those of nobody knows whom.

    Raises:
        EnvironmentUnfitError: the folder cannot be listed.
    """
    mine: list[RunFolder] = []
    illegible: list[RunId] = []
    for run_id in run_ids(folder):
        run = RunFolder(folder / run_id)
        try:
            if run.read().order.issue_ref == issue_ref:
                mine.append(run)
        except (OSError, ValueError):
            if not _is_empty(run):
                illegible.append(run_id)
    return mine, illegible


def _is_empty(run: RunFolder) -> bool:
    """It is gone, or nothing but its name is left of it."""
    try:
        return next(run.path.iterdir(), None) is None
    except FileNotFoundError:
        return True
    except OSError:
        return False


def _is_left(path: Path) -> bool:
    """Nobody holds its lock, and nobody touched it for a while."""
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return False
    is_held = probe(RunFolder(path).lock).state is LockState.HELD
    return is_run_id(path.name[1:]) and age > _GRACE and not is_held


def discard(runs: Path, run_id: RunId, trash: Path) -> None:
    """Move what is left of a run that never began to the trash.

    Raises:
        ConflictError: it is no leftover any more.
        CannotSaveError: the system refuses.
    """
    if run_id not in leftovers(runs):
        raise ConflictError(f"run {run_id}: gone, or in use")
    try:
        trash.mkdir(mode=0o700, exist_ok=True)
        (runs / f".{run_id}").rename(trash / run_id)
    except OSError as error:
        raise CannotSaveError(f"run {run_id}: {error.strerror}; nothing was changed") from error


def erase(folder: RunFolder) -> None:
    """Delete all of it; what says whose it is goes last, so that a cut can be made good.

    Raises:
        CannotSaveError: the system refuses; what is left is still the run's.
    """
    try:
        for file in sorted(folder.path.iterdir(), key=lambda file: file == folder.facts):
            file.unlink(missing_ok=True)
        folder.path.rmdir()
    except FileNotFoundError:
        return
    except OSError as error:
        raise CannotSaveError(
            f"run {folder.path.name}: cannot be erased: {error.strerror}", changed=True
        ) from error
