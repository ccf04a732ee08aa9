"""A server started and waited for, until it lets the right one in and does what is needed."""

from __future__ import annotations

import os
import socket
import subprocess  # noqa: TID251 - opencode is started here
import time
from datetime import UTC, datetime
from pathlib import Path

from kugetsu_tui.domain.errors import (
    EnvironmentUnfitError,
    ServerRefusedError,
    ServerUnreachableError,
)
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.server import USER, ServerAddress, unfit
from kugetsu_tui.runs.alarm import Alarm
from kugetsu_tui.runs.place import here
from kugetsu_tui.runs.process import RUN_VARIABLE, Process
from kugetsu_tui.runs.process_table import look_at
from kugetsu_tui.runs.server.facts import ServerFacts, digests
from kugetsu_tui.runs.server.folder import ServerFolder
from kugetsu_tui.runs.server.opencode import Opencode, stamp_of

_HOST = "127.0.0.1"
_ATTEMPTS = 3
"""A port that is free when it is chosen may be another's a moment later."""
_PASSWORD_BYTES = 32
_POLL = 0.05
_INSISTENCE = 5.0
"""Seconds for which it has to refuse what it must not: one that starts may say no at first."""


@frozen
class StartServer:
    """One attempt to have a server, by who holds the lock; what it leaves is for that to end."""

    folder: ServerFolder
    opencode: Opencode
    keeper: Process
    alarm: Alarm
    """Rung: it is not wanted any more."""
    patience: float
    """Seconds until it has to answer."""

    def __call__(self) -> ServerFacts:
        """Start it; returns once it answers. It is known to others as soon as it is a process.

        Raises:
            EnvironmentUnfitError: it did not get ready, or lacks what runs need.
            OSError: the folder cannot be written, or the program cannot be started.
        """
        program = self.opencode.program()
        for _ in range(_ATTEMPTS):
            facts, process = self._launch(program)
            ready = self._await(facts, process)
            if ready is not None:
                return ready
        raise self._not_ready("it ended")

    def _launch(self, program: Path) -> tuple[ServerFacts, subprocess.Popen[bytes]]:
        password = os.urandom(_PASSWORD_BYTES).hex()
        address = ServerAddress(f"http://{_HOST}:{_free_port()}", USER, password)
        command = self.opencode.command(program, address, self.folder.path)
        stamp = stamp_of(program)
        with self.folder.open_log() as log:
            process = subprocess.Popen(
                command.argv,
                env={**command.environment, RUN_VARIABLE: self.folder.mark},
                cwd=command.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        born = look_at(process.pid)
        facts = ServerFacts(
            address=address,
            place=here(),
            keeper=self.keeper,
            opencode=born or Process(process.pid, 0),
            program=str(program),
            stamp=stamp,
            since=datetime.now(UTC),
            surroundings=digests(self.opencode.heeded(), address),
        )
        self.folder.write(facts)
        return facts, process

    def _await(self, facts: ServerFacts, process: subprocess.Popen[bytes]) -> ServerFacts | None:
        """The facts with its version, once it answers; nothing where it ended before."""
        deadline = time.monotonic() + self.patience
        refused_at: float | None = None
        why = "no answer"
        while process.poll() is None and not self.alarm.is_rung:
            try:
                return self._examined(replace(facts, version=self.opencode.health(facts.address)))
            except ServerUnreachableError:
                refused_at = None
            except ServerRefusedError as error:
                refused_at, why = refused_at or time.monotonic(), error.message
            is_refusal = refused_at is not None and time.monotonic() - refused_at > _INSISTENCE
            if is_refusal or time.monotonic() > deadline:
                raise self._not_ready(why)
            time.sleep(_POLL)
        if self.alarm.is_rung:
            raise self._not_ready("it was told to end")
        return None

    def _examined(self, facts: ServerFacts) -> ServerFacts:
        missing = self.folder.missing(facts.stamp)
        if missing is None:
            missing = self.opencode.missing(facts.address)
            self.folder.note_missing(facts.stamp, missing)
        if missing:
            raise unfit(missing)
        self.folder.write(facts)
        return facts

    def _not_ready(self, why: str) -> EnvironmentUnfitError:
        said = self.folder.last_words()
        return EnvironmentUnfitError(
            f"opencode's server did not get ready: {why}{f': {said}' if said else ''}"
        )


def _free_port() -> int:
    """One that nobody has now; asked for none, opencode takes 4096 if it can."""
    with socket.socket() as taken:
        taken.bind((_HOST, 0))
        port: int = taken.getsockname()[1]
        return port
