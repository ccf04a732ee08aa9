"""What surrounds us: programs of our name, and who else may read opencode's database."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.surroundings import Surroundings
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.machine.logind import this_login

_NAME = "kugetsu"


@frozen
class ThisMachine:
    """Looked at afresh with every question."""

    environment: Mapping[str, str]
    database: Path
    """opencode's."""

    def surroundings(self) -> Surroundings:
        program = own_program(Path(sys.argv[0]))
        ahead, behind = namesakes(self.environment.get("PATH", ""), program)
        return Surroundings(
            login=this_login(),
            program=clean_line(str(program)),
            ahead=tuple(clean_line(str(path)) for path in ahead),
            behind=tuple(clean_line(str(path)) for path in behind),
            exposed=clean_line(str(self.database)) if is_exposed(self.database) else "",
        )


def own_program(called: Path) -> Path:
    """The `kugetsu` that belongs to what was called, else to the Python that runs it."""
    beside = called.absolute().with_name(_NAME)
    return beside if beside.is_file() else Path(sys.executable).with_name(_NAME)


def namesakes(path: str, program: Path) -> tuple[list[Path], list[Path]]:
    """Others of our name on PATH: those that are found before ours, and those behind it.

    Links to one and the same are one; where ours is not on PATH, all are found before it.
    """
    ours, seen = program.resolve(), set[Path]()
    ahead, behind = list[Path](), list[Path]()
    found = ahead
    for folder in path.split(os.pathsep):
        candidate = Path(folder, _NAME)
        if not (candidate.is_absolute() and os.access(candidate, os.X_OK) and candidate.is_file()):
            continue  # asked in this order: PATH may name folders that nobody may look into
        there = candidate.resolve()
        if there == ours:
            found = behind
        elif there not in seen:
            found.append(candidate)
        seen.add(there)
    return ahead, behind


def is_exposed(path: Path) -> bool:
    """Anybody may read the file, and pass through every folder above it."""
    try:
        modes = [folder.stat().st_mode for folder in path.resolve().parents]
        return bool(path.stat().st_mode & stat.S_IROTH) and all(m & stat.S_IXOTH for m in modes)
    except (OSError, RuntimeError):
        return False  # there is none, or a link to itself, or not even we may look
