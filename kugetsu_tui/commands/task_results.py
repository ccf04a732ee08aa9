"""What became of the tasks of a file."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, TypeAlias

from kugetsu_tui.commands.follow_run import Answered
from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.domain.errors import KugetsuError, RunFailedError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.task_file import Task
from kugetsu_tui.report.report import Report, Table


class Fate(StrEnum):
    """What became of a task."""

    DONE = "done"
    FAILED = "failed"
    ON_ITS_WAY = "on its way"
    """It runs or waits for its turn, and goes on by itself."""
    SKIPPED = "skipped"
    """It was done before."""
    NOT_BEGUN = "not begun"
    """Another one had failed before its turn came."""


@frozen(kw_only=True)
class TaskResult:
    """What became of a task; nothing, where it was not begun."""

    task: Task
    issue_ref: str
    fate: Fate = Fate.NOT_BEGUN
    launched: Launched | None = None
    """Its last run; none where it could not be launched."""
    answered: Answered | None = None
    error: KugetsuError | None = None
    """Why it could not be launched."""
    tries: int = 0

    @property
    def why(self) -> str:
        """The reason, where it failed."""
        error = self.error or (self.answered.failure if self.answered else None)
        return error.message.removeprefix(f"{self.issue_ref}: ") if error else ""

    @property
    def words(self) -> str:
        return f"{self.fate}: {self.why}" if self.why else f"{self.fate}"

    def data(self) -> JsonObject:
        answered, launched = self.answered, self.launched
        return {
            "line": self.task.line,
            "issue_ref": self.issue_ref,
            "fate": self.fate,
            "verb": launched.verb if launched else None,
            "run_id": launched.run_id if launched else None,
            "session_id": answered.session_id if answered else None,
            "state": answered.state if answered else None,
            "answer": answered.answer if answered else "",
            "reason": self.why,
            "tries": self.tries,
        }


@frozen
class TaskMoved:
    """A task's run begins, waits, or is to be tried again."""

    issue_ref: str
    state: str
    need: str = ""
    """What a person has to know or do about it."""

    @property
    def words(self) -> str:
        return f"{self.state}: {self.need}" if self.need else self.state


TaskNews: TypeAlias = TaskResult | TaskMoved


@frozen
class TasksDone:
    """What became of all of them, in the order of the file."""

    verb: ClassVar[str] = "run"

    results: tuple[TaskResult, ...]
    is_told: bool = False
    """Each result was told when it was there."""

    @property
    def failure(self) -> KugetsuError | None:
        if not (failed := self._count(Fate.FAILED)):
            return None
        return RunFailedError(
            f"run: {failed} of {len(self.results)} tasks failed",
            hint="kugetsu run FILE --resume does what was not done",
            changed=True,
        )

    def report(self) -> Report:
        counts = ((fate, self._count(fate)) for fate in Fate)
        words = ", ".join(f"{count} {fate}" for fate, count in counts if count)
        rows = tuple(
            (f"{result.task.line}", result.issue_ref, result.why)
            for result in self.results
            if result.fate is Fate.FAILED
        )
        return Report(
            headline=f"tasks: {words or 'none'}",
            table=Table(("LINE", "ISSUE_REF", "WHY"), rows) if rows else None,
        )

    def data(self) -> JsonObject:
        counts = {fate.replace(" ", "_"): self._count(fate) for fate in Fate}
        if self.is_told:
            return counts
        return {**counts, "results": [result.data() for result in self.results]}

    def _count(self, fate: Fate) -> int:
        return sum(result.fate is fate for result in self.results)
