"""This terminal handed over to a full-screen program, and taken back whole."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from kugetsu_tui.domain.errors import NoTerminalError
from kugetsu_tui.terminals.child import Child, TerminalEnd
from kugetsu_tui.terminals.signals import ENDING, Inbox, caught, ended_by, first_ending
from kugetsu_tui.terminals.this_terminal import ThisTerminal, is_there, lent


def hand_over(
    argv: Sequence[str], *, directory: Path, environment: Mapping[str, str]
) -> TerminalEnd:
    """Let the program have the terminal until it ends; for the main thread.

    However that happens, the terminal is as it was: modes, line discipline, title, and no
    reply to the program's questions is left for the next reader.

    Raises:
        EndedBySignalError: we were told to end, or the terminal was closed; the program is dead.
        EnvironmentUnfitError: the program cannot be started.
        NoTerminalError: there is no terminal.
    """
    if not is_there(environment):
        raise NoTerminalError("a full-screen program needs a terminal, and there is none")
    with caught(signal.SIGWINCH, *ENDING) as inbox:
        with lent() as terminal:
            child = Child(
                argv,
                directory=directory,
                environment=environment,
                size=terminal.size(),
                modes=terminal.modes,
                show=terminal.show,
            )
            try:
                told_to_end = _converse(child, terminal, inbox)
            finally:
                end = child.end()
        told_to_end = told_to_end or first_ending(inbox.read())
    if told_to_end is not None:
        raise ended_by(told_to_end, child.name)
    return end


def _converse(child: Child, terminal: ThisTerminal, inbox: Inbox) -> int | None:
    """Carry keys in and pictures out until the program ends.

    Returns: the signal that ended the conversation before the program did.
    """
    keys, signals = terminal.descriptor, inbox.descriptor
    while not child.has_ended():
        awake = child.turn(wake_on=[signals, keys] if child.is_listening() else [signals])
        if signals in awake:
            if (ending := first_ending(inbox.read())) is not None:
                return ending
            child.resize(terminal.size())
        if keys in awake:
            child.tell(terminal.read())
        if terminal.is_gone:
            return signal.SIGHUP
        if not awake:
            child.rouse()
    return None
