"""One run's folder and the files of its life."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Self

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.runs import lock
from kugetsu_tui.runs.facts import RunFacts, facts_of, spell_facts
from kugetsu_tui.runs.private_file import open_regular, read_regular, replace_whole, write_new

_LONGEST = 1024 * 1024
"""Bytes of `run.json` that are read: far above what is ever written there."""
_LONGEST_NAME = 120
"""Characters of an ask's id in a file's name; opencode's have thirty."""


@frozen
class RunFolder:
    path: Path

    @property
    def facts(self) -> Path:
        return self.path / "run.json"

    @property
    def message(self) -> Path:
        """The prompt, byte for byte; a run that only opens a screen has none."""
        return self.path / "message"

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    @property
    def stderr(self) -> Path:
        """What opencode wrote there."""
        return self.path / "stderr.log"

    @property
    def supervisor_log(self) -> Path:
        """The supervisor's own complaints."""
        return self.path / "supervisor.log"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def stop(self) -> Path:
        """There once somebody asked for the run's end; says who, where the disk had room for it."""
        return self.path / "stop"

    @property
    def asks(self) -> Path:
        """There while it waits for somebody to decide; says what."""
        return self.path / "asks.json"

    def answer(self, ask_id: str) -> Path:
        """There while somebody has decided, and opencode has not been told."""
        safe = "".join(c for c in ask_id if c.isascii() and c.isalnum())
        return self.path / f"answer-{safe[:_LONGEST_NAME]}.json"

    @classmethod
    def create(cls, path: Path, facts: RunFacts, message: bytes | None) -> tuple[Self, int]:
        """Make the folder; it appears whole, with its lock held by the descriptor returned.

        Raises:
            OSError: it exists, or cannot be written; nothing is left behind.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        hidden = cls(path.with_name(f".{path.name}"))
        with ExitStack() as undo:
            hidden.path.mkdir(mode=0o700)
            undo.callback(hidden.remove)
            descriptor = lock.create(hidden.lock)
            undo.callback(os.close, descriptor)
            if message is not None:
                write_new(hidden.message, message)
            # What a supervisor appends to is there: a full disk cannot keep it from starting.
            hidden.journal.touch(0o600)
            hidden.stderr.touch(0o600)
            hidden.write(facts)
            hidden.path.rename(path)
            undo.pop_all()
        return cls(path), descriptor

    def read(self) -> RunFacts:
        """What `run.json` says.

        Raises:
            OSError: it cannot be read.
            ValueError: it cannot be understood.
        """
        with open_regular(self.facts) as file:
            text = file.read(_LONGEST)
        try:
            return facts_of(json.loads(text))
        except (RecursionError, OverflowError) as error:
            raise ValueError(str(error)) from error

    def prompt(self) -> str | None:
        """What the run was given to say; nothing where it only listens. Raises `OSError`."""
        try:
            return read_regular(self.message).decode(errors="surrogateescape")
        except FileNotFoundError:
            return None

    def write(self, facts: RunFacts) -> None:
        """Replace `run.json` in one step. Raises `OSError`."""
        replace_whole(self.facts, json.dumps(spell_facts(facts), indent=1).encode())

    def open_supervisor_log(self) -> IO[bytes]:
        """Raises `OSError`."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.fdopen(os.open(self.supervisor_log, flags, 0o600), "wb")

    def ask_to_stop(self, by: str) -> None:
        """Leave word for the supervisor. Raises `OSError`."""
        self.stop.unlink(missing_ok=True)
        with suppress(FileExistsError):  # somebody else asks for the same just now
            write_new(self.stop, by.encode())

    def word_to_stop(self) -> str | None:
        """Who asked for the run's end; empty where that is not known, nothing where nobody did."""
        try:
            return read_regular(self.stop).decode(errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError:
            return ""

    def remove(self) -> None:
        """Delete it and what is in it. Raises `OSError`."""
        with suppress(FileNotFoundError):
            for file in self.path.iterdir():
                file.unlink(missing_ok=True)
            self.path.rmdir()
