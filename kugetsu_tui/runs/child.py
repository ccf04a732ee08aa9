"""opencode as a child process: the prompt on its stdin, what it writes handed over as it comes."""

from __future__ import annotations

import fcntl
import os
import selectors
import subprocess  # noqa: TID251 - opencode is started here
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeAlias

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.runs.alarm import Alarm
from kugetsu_tui.runs.command import Command
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.process import RUN_VARIABLE
from kugetsu_tui.runs.refusal import in_words

_CHUNK = 256 * 1024
_ROOM = 1024 * 1024
"""Bytes a pipe may hold where nobody has privileges (pipe(7)); by itself it holds 64 KB."""

Take: TypeAlias = Callable[[bytes], None]
"""Takes a chunk of output; an empty one is its end."""


@frozen
class NotStarted:
    reason: str


def start_opencode(folder: RunFolder, command: Command, alarm: Alarm) -> Child | NotStarted:
    """Start it with the run's prompt and the run's mark, before anything else is loaded.

    It inherits its three streams and nothing more: not the run's lock.
    """
    try:
        with folder.message.open("rb") as prompt:
            process = subprocess.Popen(
                command.argv,
                env={**command.environment, RUN_VARIABLE: folder.path.name},
                cwd=command.directory,
                stdin=prompt,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
            )
    except OSError as error:
        return NotStarted(f"opencode could not be started: {in_words(error)}")
    return Child(process, alarm)


class Child:
    def __init__(self, process: subprocess.Popen[bytes], alarm: Alarm) -> None:
        self._process = process
        self._alarm = alarm
        self._selector = selectors.DefaultSelector()
        self._selector.register(alarm.descriptor, selectors.EVENT_READ)
        self._takers: dict[int, Take] = {}
        """Of the streams that are open."""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        code = self._process.poll()
        return code if code is not None and code >= 0 else None

    @property
    def signal(self) -> int | None:
        """The signal that ended it, if one did."""
        code = self._process.poll()
        return -code if code is not None and code < 0 else None

    def hand_over(self, *, output: Take, log: Take) -> None:
        """Who takes what it writes on stdout and on stderr."""
        for stream, take in ((self._process.stdout, output), (self._process.stderr, log)):
            if stream is not None:
                _widen(stream.fileno())
                self._selector.register(stream.fileno(), selectors.EVENT_READ)
                self._takers[stream.fileno()] = take

    def listen(self, patience: float) -> bool:
        """Hand over what it has written, waiting for that at most so many seconds.

        Returns:
            Whether there was anything.
        """
        has_heard = False
        for key, _ in self._selector.select(patience):
            if key.fd == self._alarm.descriptor:
                self._alarm.hush()
                continue
            has_heard = True
            chunk = os.read(key.fd, _CHUNK)
            self._takers[key.fd](chunk)
            if not chunk:
                self._selector.unregister(key.fd)
                del self._takers[key.fd]
        return has_heard

    def drain(self, patience: float) -> None:
        """Hand over what is left of a child that has ended.

        Whoever inherited its streams may hold them open for ever, so nobody waits for their end.
        """
        deadline = time.monotonic() + patience
        while self.listen(0) and time.monotonic() < deadline:
            pass
        for take in self._takers.values():
            take(b"")


def _widen(pipe: int) -> None:
    """What does not fit into its pipe is lost when opencode (1.18) exits: it does not wait."""
    if sys.platform == "linux":
        with suppress(OSError):  # too many wide pipes already: it stays as it is
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _ROOM)
