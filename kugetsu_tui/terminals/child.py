"""A program on a terminal of its own, which is ours to read, to type into and to end."""

from __future__ import annotations

import errno
import os
import select
import shlex
import signal
import termios
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import pexpect  # noqa: TID251 - the one module that opens PTYs

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.terminals.this_terminal import Modes, Size

_CHUNK = 64 * 1024
_CLOSING_WORDS = 16 * 1024
"""Bytes kept of the end of the output; opencode's last screen takes three thousand."""
_TURN = 0.2
"""Seconds between two looks at whether the program died without closing its terminal."""
_FAREWELL = 5.0
"""Seconds for a program to exit once it has let go of its terminal."""
_PERSUASION = ((signal.SIGHUP, 3.0), (signal.SIGTERM, 2.0), (signal.SIGKILL, 2.0))
"""What a program that has to go is told, and the seconds it is given each time."""
_LAST_WORDS = 1.0
"""Seconds for what is still in the pipe: a job left behind may hold the terminal for ever."""
_QUIET = 0.1
_INHERITED_IGNORED = (signal.SIGPIPE, signal.SIGXFSZ)
"""Python ignores these; what it executes would, too."""


@frozen
class TerminalEnd:
    """How a program left its terminal; either the status or the signal is set."""

    exit_status: int | None
    signal: int | None
    closing_words: str
    """The end of its output, escape sequences and all."""


class Child:
    """The program gets `PWD` as well as the directory: opencode trusts the variable.

    Between fork and exec only `_settle_in` and ptyprocess run, so a process with threads may
    start one; Python 3.12 and later warn about it all the same, by default unseen.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        directory: Path,
        environment: Mapping[str, str],
        size: Size,
        show: Callable[[bytes], None],
        modes: Modes | None = None,
        standard_input: Path | None = None,
    ) -> None:
        """Start it; `show` gets all output as it comes.

        Its terminal begins with `modes`, else with the system's own. A file may take the place
        of the terminal as its standard input.

        Raises:
            EnvironmentUnfitError: it cannot be started.
        """
        program, *words = argv
        self.name = clean_line(Path(program).name)
        """For messages."""
        try:
            self._pty: pexpect.spawn[bytes] = pexpect.spawn(
                program if words else shlex.quote(program),  # alone, it would be split at blanks
                words,
                env={**environment, "PWD": str(directory)},
                dimensions=size,
                # pexpect's own cwd raises in the fork, and leaves a second copy of us running
                preexec_fn=partial(_settle_in, directory, modes, standard_input),
            )
        except (OSError, pexpect.ExceptionPexpect) as error:
            raise EnvironmentUnfitError(
                f"{self.name}: cannot be started: {clean_line(str(error))}"
            ) from error
        self._terminal = self._pty.child_fd
        os.set_blocking(self._terminal, False)
        self._show = show
        self._untold = b""
        self._tail = b""
        self._hung_up = False

    def has_ended(self) -> bool:
        """Whether it let go of its terminal or is dead."""
        return self._hung_up or not self._pty.isalive()

    def turn(self, *, wake_on: Sequence[int] = (), patience: float = _TURN) -> Collection[int]:
        """Pass words on, both ways, for that many seconds, or until somebody else has some.

        Returns: the descriptors of `wake_on` that can be read.
        """
        deadline = time.monotonic() + patience
        while True:
            left = max(0.0, deadline - time.monotonic())
            terminal = [] if self._hung_up else [self._terminal]
            readable, writable, _ = select.select(
                [*terminal, *wake_on], terminal if self._untold else [], [], left
            )
            if writable:
                self._tell_more()
            if self._terminal in readable:
                self._hear()
            awake = set(wake_on).intersection(readable)
            if awake or not left or self._hung_up:
                return awake

    def tell(self, words: bytes) -> None:
        self._untold += words

    def is_listening(self) -> bool:
        """Whether it took what it was told; a hung program must not fill our memory."""
        return len(self._untold) < _CHUNK

    def resize(self, size: Size) -> None:
        self._pty.setwinsize(size.rows, size.columns)

    def rouse(self) -> None:
        """Continue it where it suspended itself, for no shell will.

        At ctrl+z opencode gives up raw mode, sends SIGTSTP, which the kernel does not act on in
        a session without a shell, and stays deaf until SIGCONT. Others do not mind one.
        """
        if termios.tcgetattr(self._terminal)[3] & termios.ICANON:
            self._send(signal.SIGCONT)

    def end(self) -> TerminalEnd:
        """Wait for it where it said goodbye, else make it go; it is dead afterwards."""
        if self._hung_up:
            self._await_exit(_FAREWELL)
        for number, seconds in _PERSUASION:
            if self._pty.isalive():
                self._send(number)
                self._await_exit(seconds)
        self._hear_out()
        self._pty.close(force=False)
        return TerminalEnd(
            exit_status=self._pty.exitstatus,
            signal=self._pty.signalstatus,
            closing_words=self._tail.decode(errors="replace"),
        )

    def _await_exit(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._pty.isalive() and time.monotonic() < deadline:
            self.turn(patience=0.02)

    def _hear_out(self) -> None:
        deadline = time.monotonic() + _LAST_WORDS
        while not self._hung_up and time.monotonic() < deadline:
            if not select.select([self._terminal], [], [], _QUIET)[0]:
                return
            self._hear()

    def _hear(self) -> None:
        try:
            words = os.read(self._terminal, _CHUNK)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:  # Linux's way to say that nobody holds the other end
                raise
            words = b""
        self._hung_up = not words
        self._tail = (self._tail + words)[-_CLOSING_WORDS:]
        self._show(words)

    def _tell_more(self) -> None:
        try:
            told = os.write(self._terminal, self._untold)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            told = len(self._untold)
        self._untold = self._untold[told:]

    def _send(self, number: int) -> None:
        """To all of its group: opencode may sit behind npm's launcher."""
        if self._pty.pid is not None:
            with suppress(ProcessLookupError):  # it may have gone by itself just now
                os.killpg(self._pty.pid, number)


def _settle_in(directory: Path, modes: Modes | None, standard_input: Path | None) -> None:
    """Run in the new process, before the program takes its place."""
    os.chdir(directory)
    for number in _INHERITED_IGNORED:
        signal.signal(number, signal.SIG_DFL)
    if modes is not None:
        termios.tcsetattr(0, termios.TCSANOW, modes)
    if standard_input is not None:
        os.dup2(os.open(standard_input, os.O_RDONLY), 0)
