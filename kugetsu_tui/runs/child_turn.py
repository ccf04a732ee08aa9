"""A turn that an opencode of its own works on."""

from __future__ import annotations

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.errors import ConflictError, EnvironmentUnfitError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.run import Mishap, RunOutcome
from kugetsu_tui.runs.child import Child, NotStarted
from kugetsu_tui.runs.ending import end_all
from kugetsu_tui.runs.hearing import Hearing, Understanding
from kugetsu_tui.runs.pace import GRACE
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import look_at
from kugetsu_tui.runs.witness import Witness


@frozen(kw_only=True)
class Farewell:
    """How long the end of an opencode may take; in seconds."""

    grace: float = GRACE
    """Between SIGTERM and SIGKILL."""
    drain: float = 2.0
    """For reading what it left in its pipes."""


class ChildTurn:
    """What opencode leaves running when it exits by itself is left alone, as in a terminal.

    A development server may be what was asked for. Where opencode is killed, or ended from here,
    everything it started goes too: nobody reads its output any more.
    """

    def __init__(
        self,
        child: Child | NotStarted,
        understanding: Understanding,
        *,
        run_id: str,
        farewell: Farewell | None = None,
    ) -> None:
        """Take charge of it.

        Args:
            child: just started.
            understanding: what its lines mean.
            run_id: its run's mark in the environment of everything it starts.
            farewell: how long its end may take.
        """
        self._child = child if isinstance(child, Child) else None
        self.mishap = (
            Mishap(RunOutcome.FAILED, child.reason) if isinstance(child, NotStarted) else None
        )
        self.process: Process | None = look_at(child.pid) if isinstance(child, Child) else None
        self._understanding = understanding
        self._run_id = run_id
        self._farewell = farewell or Farewell()

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running

    @property
    def exit_status(self) -> int | None:
        return self._child.exit_status if self._child else None

    @property
    def signal(self) -> int | None:
        return self._child.signal if self._child else None

    def begin(self, witness: Witness) -> None:
        if self._child is None:
            return
        hearing = Hearing(self._understanding, witness)
        self._child.hand_over(output=hearing.take_output, log=hearing.take_log)

    def listen(self, patience: float) -> None:
        if self._child is not None:
            self._child.listen(patience)

    def answer(self, ask: Ask, decision: Decision) -> None:
        """It never asks: what it may not do, it takes for a no."""
        raise ConflictError(f"{ask.id}: {decision.reply}: `opencode run` asks nobody")

    def end(self, *, is_cut: bool) -> str:
        if self._child is None:
            return ""
        survivors = self._end_all() if is_cut or self._child.signal else ""
        self._child.drain(self._farewell.drain)
        return survivors

    def _end_all(self) -> str:
        roots = [self.process] if self.process else []
        try:
            survivors = end_all(roots, run_id=self._run_id, grace=self._farewell.grace)
        except EnvironmentUnfitError as error:
            return error.message
        if not survivors:
            return ""
        return f"still running: {', '.join(str(process.pid) for process in survivors)}"
