"""The processes of tools that a server runs, ended with all that they started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.runs.ending import end_all, with_offspring
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import arguments, everyone


@contextmanager
def ended_afterwards(server: Process, commands: Sequence[str]) -> Iterator[None]:
    """Whoever those command lines have started by now is ended, if it outlives what is done here.

    opencode ends the group of a tool that it aborts: who is in a session of its own (setsid(2))
    goes on, and has no parent any more by which it could be found.

    Args:
        server: the process.
        commands: of the tools, as opencode gave them to a shell.
    """
    try:
        left = _started(server, commands) if commands else set()
    except EnvironmentUnfitError:  # who cannot look ends the turn all the same
        left = set()
    yield
    if left:
        end_all(left)


def _started(server: Process, commands: Sequence[str]) -> set[Process]:
    """The shells of those commands, and all that descends from them.

    Where the server has another shell with the very same command, nobody knows which is whose.
    """
    table = everyone()
    called = {
        process: tuple(arguments(process.pid)[1:])
        for process, parent in table.items()
        if parent == server.pid
    }
    shells: set[Process] = set()
    for command, number in Counter(commands).items():
        same = {process for process, words in called.items() if words == ("-c", command)}
        shells |= same if len(same) <= number else set()
    return with_offspring(shells, table)
