"""The server's folder in the store."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import Json, JsonObject, object_of, text_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.runs.private_file import open_regular, replace_whole
from kugetsu_tui.runs.server.facts import ServerFacts, facts_of, spell_facts

_LONGEST = 64 * 1024
"""Bytes of a file that are read: far above what is ever written there."""
_LOG_CAP = 1024 * 1024
_WORDS_CAP = 300


@frozen
class ServerFolder:
    path: Path

    @property
    def lock(self) -> Path:
        """Held for the keeper's life."""
        return self.path / "lock"

    @property
    def facts(self) -> Path:
        return self.path / "server.json"

    @property
    def abilities(self) -> Path:
        """What a program was found to lack; it outlives the servers."""
        return self.path / "abilities.json"

    @property
    def log(self) -> Path:
        """What opencode and the keeper say."""
        return self.path / "server.log"

    @property
    def looked(self) -> Path:
        """Touched by everybody who has use for the server."""
        return self.path / "looked"

    @property
    def runs(self) -> Path:
        return self.path.parent / "runs"

    @property
    def mark(self) -> str:
        """In the environment of everything the server starts, however the folder is called."""
        seen = self.path.stat()
        return f"server-{seen.st_dev:x}-{seen.st_ino:x}"

    def make(self) -> None:
        """Raises `OSError`."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self) -> ServerFacts | None:
        """What is known of the server; nothing where there is none, or nothing to be understood."""
        try:
            return facts_of(_json_of(self.facts))
        except (OSError, ValueError, OverflowError):
            return None

    def write(self, facts: ServerFacts) -> None:
        """Only for who holds the lock. Raises `OSError`."""
        replace_whole(self.facts, json.dumps(spell_facts(facts), indent=1).encode())

    def forget(self) -> None:
        """Only for who holds the lock: from now on nobody finds the server."""
        self.facts.unlink(missing_ok=True)

    def missing(self, stamp: str) -> frozenset[str] | None:
        """What the program of that stamp lacks; nothing where it was never asked."""
        try:
            known = object_of(_json_of(self.abilities))
        except (OSError, ValueError):
            return None
        names = known.get("missing")
        if text_of(known.get("stamp")) != stamp or not isinstance(names, list):
            return None
        return frozenset(str(name) for name in names)

    def note_missing(self, stamp: str, missing: frozenset[str]) -> None:
        """Only for who holds the lock. Raises `OSError`."""
        told: JsonObject = {"stamp": stamp, "missing": sorted(missing)}
        replace_whole(self.abilities, json.dumps(told).encode())

    def look(self) -> None:
        """Put off the server's end. Raises `OSError`."""
        self.looked.touch(0o600)
        os.utime(self.looked)

    def looked_at(self) -> float:
        """Seconds since 1970; of the lock, where nobody ever did."""
        for path in (self.looked, self.lock):
            try:
                return path.stat().st_mtime
            except FileNotFoundError:
                continue
        return 0.0

    def open_log(self) -> IO[bytes]:
        """To be appended to; one that has grown too large begins anew. Raises `OSError`."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        log = os.fdopen(os.open(self.log, flags, 0o600), "wb")
        self.trim_log()
        return log

    def trim_log(self) -> None:
        """Raises `OSError`. Whoever appends to it goes on at its beginning."""
        with suppress(FileNotFoundError):  # somebody deleted it
            if self.log.stat().st_size > _LOG_CAP:
                os.truncate(self.log, 0)

    def last_words(self) -> str:
        """The last line of the log, clean."""
        try:
            with open_regular(self.log) as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST))
                lines = file.read(_LONGEST).decode(errors="replace").split("\n")
        except OSError:
            return ""
        return next(
            (clean_line(line.strip(), _WORDS_CAP) for line in lines[::-1] if line.strip()), ""
        )


def _json_of(path: Path) -> Json:
    with open_regular(path) as file:
        text = file.read(_LONGEST)
    try:
        document: Json = json.loads(text)
    except RecursionError as error:
        raise ValueError(str(error)) from error
    return document
