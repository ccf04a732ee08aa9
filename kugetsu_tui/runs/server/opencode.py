"""What the keeper needs to know of opencode, and is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from kugetsu_tui.domain.errors import NoOpencodeError
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.runs.command import Command


class Opencode(Protocol):
    """The program that serves, and what it answers.

    Questions raise `ServerUnreachableError` and `ServerRefusedError`.
    """

    def program(self) -> Path:
        """The one that is installed now. Raises `NoOpencodeError`."""
        ...

    def command(self, program: Path, address: ServerAddress, directory: Path) -> Command:
        """Has it answer there, and let in who knows the password."""
        ...

    def heeded(self) -> Mapping[str, str]:
        """What of our environment it would be started with makes it another one."""
        ...

    def health(self, address: ServerAddress) -> str:
        """Its version; asked again and again, so it takes a second at most."""
        ...

    def missing(self, address: ServerAddress) -> frozenset[str]:
        """What it lacks that runs need."""
        ...

    def at_work(self, address: ServerAddress, directories: Collection[str]) -> int:
        """How many of the sessions in those directories do something."""
        ...


def stamp_of(program: Path) -> str:
    """What differs once the program is another; empty where it is not there.

    A link is followed: package managers exchange what it leads to.
    """
    try:
        seen = program.stat()
    except OSError:
        return ""
    return f"{program} {seen.st_ino} {seen.st_mtime_ns} {seen.st_size}"


def is_outdated(opencode: Opencode, stamp: str) -> bool:
    """Whether another program than the one of that stamp is installed by now."""
    try:
        return stamp_of(opencode.program()) != stamp
    except NoOpencodeError:  # there is none to take its place
        return False
