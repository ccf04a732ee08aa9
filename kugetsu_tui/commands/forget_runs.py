"""Erase what is kept here of an issue's runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

from kugetsu_tui.commands.ports import Runs
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.tracked_session import busy
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import (
    EnvironmentUnfitError,
    KugetsuError,
    NotFoundError,
    RunFailedError,
)
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.report.report import Report

_MOST_NAMED = 3
"""Runs whose names a refusal can hold in a line that is still read."""
_LOOK_AT_THEM = "they are folders in runs/ or trash/: look at what is in them, and delete them"


@frozen
class Forgotten:
    verb: ClassVar[str] = "forget"

    issue_ref: str
    count: int
    """Runs that are erased, or would be."""
    illegible: Sequence[RunId] = ()
    """Runs that are kept, and may be its own: they do not tell whose they are."""
    left: Sequence[RunId] = ()
    """Runs of its own that are kept: they were begun meanwhile, or cannot be seen to be over."""

    @property
    def failure(self) -> KugetsuError | None:
        for kept, doubt, hint in (
            (self.illegible, "whose runs these are", _LOOK_AT_THEM),
            (self.left, "whether these runs are over", "the same again, later"),
        ):
            if kept:
                return RunFailedError(
                    f"forget: it cannot be told {doubt}, and they are kept: {_named(kept)}",
                    hint=hint,
                    changed=self.count > 0,
                )
        return None

    @property
    def words(self) -> str:
        return f"{self.count} run{'s' * (self.count != 1)} of {self.issue_ref}"

    def report(self) -> Report:
        kept = "opencode keeps the conversation"
        if self.count:
            return Report(headline=f"{self.words} erased: messages, answers and logs; {kept}")
        if self.failure:
            return Report()
        return Report(headline=f"nothing is kept of {self.issue_ref}'s runs; {kept}")

    def data(self) -> JsonObject:
        return {"issue_ref": self.issue_ref, "erased": self.count}


def _named(runs: Sequence[RunId]) -> str:
    more = f" and {len(runs) - _MOST_NAMED} more" * (len(runs) > _MOST_NAMED)
    return ", ".join(runs[:_MOST_NAMED]) + more


@frozen
class ForgetRuns:
    runs: Runs
    resolve: ResolveRef

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(runs=world.runs, resolve=ResolveRef.of(world))

    def plan(self, ref: str) -> Forgotten:
        """What would be erased, for the question that comes before.

        Raises:
            NotFoundError: nobody tracks it, and nothing is kept of it.
            BusyError: a run of it is at work, or waits for its turn.
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        key = self._key(ref)
        runs = self.runs.history(key)
        for run in runs:
            if run.is_at_work:
                raise busy(key, run)
        return Forgotten(key, len(runs))

    def __call__(self, ref: str) -> Forgotten:
        """Erase it, for good.

        Raises:
            CannotSaveError: the system refuses.
            EnvironmentUnfitError: it cannot be told which runs there are, or are left.
        """
        key = self.plan(ref).issue_ref
        count, illegible = self.runs.forget(key)
        try:
            left = [run.order.run_id for run in self.runs.history(key)]
        except EnvironmentUnfitError as error:
            raise EnvironmentUnfitError(
                f"forget: {Forgotten(key, count).words} erased, and what is left cannot be told:"
                f" {error.message}",
                hint=error.hint,
                changed=count > 0,
            ) from error
        return Forgotten(key, count, illegible, left)

    def _key(self, ref: str) -> str:
        """Also of an issue that is no longer tracked."""
        try:
            return self.resolve.tracked(ref)
        except NotFoundError:
            if ref.startswith("ses_") or not self.runs.history(key := self.resolve.new(ref)):
                raise
            return key
