"""A full-screen program driven without anybody watching, on a terminal of our own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import current_thread, main_thread

from kugetsu_tui.domain.errors import CannotSaveError, RunTimedOutError
from kugetsu_tui.terminals.child import Child, TerminalEnd
from kugetsu_tui.terminals.signals import ENDING, Inbox, caught, ended_by, first_ending
from kugetsu_tui.terminals.this_terminal import Size

_SIZE = Size(36, 120)
_TERM = "xterm-256color"
_LOOK = 0.25
"""Seconds between two looks at whether it is done."""


def drive(
    argv: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    said: str,
    is_done: Callable[[], bool],
    patience: float,
) -> TerminalEnd:
    """Let the program read what is said to it, and close it when that is done, or after `patience`.

    The words go in through standard input, from a file that is gone once the program has
    started: keys would have to be timed and pastes are trimmed, and in argv everybody could
    read them. The program's questions to its terminal stay unanswered. It may also end by itself.

    Signals are heeded in the main thread, which alone can have handlers. In another, whoever has
    the main one heeds them: where that ends us the terminal goes too, and the kernel hangs up.

    Raises:
        CannotSaveError: there is no room for the words.
        EndedBySignalError: we were told to end, in the main thread; the program is dead.
        EnvironmentUnfitError: the program cannot be started.
        RunTimedOutError: it was not done in so many seconds; the program is dead.
    """
    with caught(*(ENDING if current_thread() is main_thread() else ())) as inbox:
        child = _start(argv, directory=directory, environment=environment, said=said)
        try:
            told_to_end = _await(is_done, child, inbox, patience)
        finally:
            end = child.end()
    if told_to_end is not None:
        raise ended_by(told_to_end, child.name)
    return end


def _start(
    argv: Sequence[str], *, directory: Path, environment: Mapping[str, str], said: str
) -> Child:
    try:
        with NamedTemporaryFile() as message:
            message.write(said.encode(errors="replace"))
            message.flush()
            return Child(
                argv,
                directory=directory,
                environment={**environment, "TERM": _TERM},
                size=_SIZE,
                show=_nobody,
                standard_input=Path(message.name),
            )
    except OSError as error:
        raise CannotSaveError(f"the message cannot be handed on: {error}") from error


def _await(is_done: Callable[[], bool], child: Child, inbox: Inbox, patience: float) -> int | None:
    """Returns: the signal that ended the wait."""
    deadline = time.monotonic() + patience
    while not child.has_ended() and not is_done():
        if time.monotonic() > deadline:
            raise RunTimedOutError(f"{child.name}: not done in {patience:g} s")
        if child.turn(wake_on=[inbox.descriptor], patience=_LOOK):
            return first_ending(inbox.read())
    return None


def _nobody(_words: bytes) -> None:
    """Nobody looks at the screen."""
