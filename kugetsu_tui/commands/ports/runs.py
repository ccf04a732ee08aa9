"""The runs of a store, as the verbs need them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.run import RunEnd, RunOrder, RunSeen
from kugetsu_tui.domain.run_event import Journalled
from kugetsu_tui.domain.session import RunId, SessionId


class ReservedRun(Protocol):
    """A run whose folder and lock are ours, before its supervisor has them."""

    @property
    def run_id(self) -> RunId: ...

    def launch(self) -> bool:
        """Hand the lock to a supervisor process of its own; false: it waits for a slot first."""
        ...

    def enqueue(self) -> None:
        """Have it wait until its session is quiet and a slot is free."""
        ...

    def follow_on(self) -> bool:
        """Have what a server does on its session looked after; false where it does nothing."""
        ...

    def settle(self, end: RunEnd) -> None:
        """Write the end of a run that had no supervisor."""
        ...


class Runs(Protocol):
    """The runs of this store: their folders, supervisors and journals."""

    def reserve(self, order: RunOrder, message: str | None) -> AbstractContextManager[ReservedRun]:
        """Make the run's folder and take its lock. Leaving the block unlaunched removes both."""
        ...

    def new_id(self) -> RunId: ...

    def seen(self, run_id: RunId) -> RunSeen | None:
        """What is there of the run now; nothing where its folder is gone."""
        ...

    def history(self, issue_ref: str | None) -> Sequence[RunSeen]:
        """All runs of an issue, or of the base, the newest first.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        ...

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        """The run's events; following yields `None` while there is nothing new, until the end."""
        ...

    def survey(self, issue_ref: str | None) -> tuple[Sequence[RunSeen], Sequence[RunId]]:
        """As `history`, and beside it the runs that do not tell whose they are."""
        ...

    def log(self, run_id: RunId) -> str:
        """The end of what opencode wrote on stderr."""
        ...

    def message(self, run_id: RunId) -> str:
        """The prompt of the run; empty where it is not kept.

        Raises:
            EnvironmentUnfitError: it is kept, and cannot be read.
        """
        ...

    def stop(self, run_id: RunId) -> RunEnd:
        """End the run and everything it started; returns its end."""
        ...

    def answer(self, run_id: RunId, ask: Ask, decision: Decision, *, by: str) -> None:
        """Have what it asks answered; returns once opencode has been told.

        Raises:
            ConflictError: it is no longer asked.
        """

    def queue(self) -> Mapping[RunId, str | None]:
        """The runs that wait for their turn, in order, and the issue of each that tells it."""
        ...

    def tend_queue(self) -> None:
        """See to it that those who wait are called, should whoever did so have died."""
        ...

    def leftovers(self) -> Sequence[str]:
        """Folders of runs whose starter was killed while making them."""
        ...

    def discard(self, leftover: str) -> None:
        """Move such a folder to the trash."""
        ...

    def forget(self, issue_ref: str) -> tuple[int, Sequence[RunId]]:
        """Erase the issue's runs that are over.

        Returns how many, and the runs of which nobody can say whose they are.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are; nothing was erased.
            CannotSaveError: the system refuses.
        """
        ...

    def version(self) -> object:
        """A cheap value that differs whenever a run began, said something or ended."""
        ...

    def open_elsewhere(self) -> Collection[SessionId]:
        """Sessions that opencode screens we did not start name in their arguments."""
        ...
