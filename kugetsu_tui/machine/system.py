"""A system as root has it in hand: its files, and its own programs run to their end."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess  # noqa: TID251 - this room starts the system's own programs
from pathlib import Path

from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where the system's programs are; a user's PATH often leaves out half of it."""
_PATIENCE = 60.0
"""Seconds; the slowest, useradd on a large home skeleton, takes one."""


@frozen
class System:
    """The system whose root folder this is. Names are absolute, as that system has them."""

    root: Path = Path("/")

    @property
    def is_this_machine(self) -> bool:
        return self.root == Path("/")

    def path(self, name: str) -> Path:
        """Where it is, seen from here."""
        return self.root / name.lstrip("/")

    def has(self, program: str) -> bool:
        folders = os.pathsep.join(str(self.path(folder)) for folder in PATH.split(os.pathsep))
        return shutil.which(program, path=folders) is not None

    def run(self, program: str, *words: str) -> str:
        """What it wrote on stdout.

        Raises:
            EnvironmentUnfitError: it is missing, failed, or took too long; with its words.
        """
        inside = () if self.is_this_machine else ("chroot", str(self.root))
        try:
            done = subprocess.run(
                (*inside, program, *words),
                env={"PATH": PATH, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_PATIENCE,
                check=False,
                cwd=self.root,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EnvironmentUnfitError(f"ssh: {program}: {clean_line(str(error))}") from error
        if done.returncode:
            said = "; ".join(done.stderr.decode(errors="replace").split("\n")).strip("; ")
            why = clean_line(said, 300) or f"it ended with {done.returncode}"
            raise EnvironmentUnfitError(
                f"ssh: {program}: {why}", hint=shlex.join((program, *words))
            )
        return done.stdout.decode(errors="replace")

    def read(self, name: str) -> str:
        """The file's text, odd bytes kept apart; empty where there is none.

        Raises:
            EnvironmentUnfitError: it cannot be read.
        """
        try:
            return self.path(name).read_text(encoding="utf-8", errors="surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            raise EnvironmentUnfitError(f"ssh: {clean_line(name)}: {error.strerror}") from error

    def write(self, name: str, text: str, *, mode: int) -> None:
        """Replace the file whole; an empty text removes it. Raises `CannotSaveError`."""
        path = self.path(name)
        new = path.with_name(f".{path.name}.new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            if not text:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(0o755, parents=True, exist_ok=True)
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, flags, mode), "w", encoding="utf-8") as file:
                file.write(text)
            new.replace(path)
        except OSError as error:
            raise CannotSaveError(f"ssh: {name}: {error.strerror}") from error
