"""One turn of opencode as its supervisor sees it, whichever engine works on it."""

from __future__ import annotations

from typing import Protocol

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.run import Mishap
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.witness import Witness


class Turn(Protocol):
    """What an engine does for one run. All but `answer` fail in words, never by raising."""

    @property
    def process(self) -> Process | None:
        """opencode, where it is this run's own."""
        ...

    @property
    def is_running(self) -> bool: ...

    @property
    def mishap(self) -> Mishap | None:
        """Why it ended, where neither opencode's words nor its database can tell."""
        ...

    @property
    def exit_status(self) -> int | None: ...

    @property
    def signal(self) -> int | None:
        """The signal that ended opencode, if one did."""
        ...

    def begin(self, witness: Witness) -> None:
        """From now on the witness is told what opencode does."""
        ...

    def listen(self, patience: float) -> None:
        """Take it a step further, or wait for news at most so many seconds."""
        ...

    def answer(self, ask: Ask, decision: Decision) -> None:
        """Hand on what was decided.

        Raises:
            ConflictError: it is no longer asked.
            KugetsuError: opencode could not be told.
        """
        ...

    def end(self, *, is_cut: bool) -> str:
        """The last thing asked of it; where it is cut, all it started is ended too.

        Returns:
            What could not be ended, in words; empty where nothing is left.
        """
        ...
