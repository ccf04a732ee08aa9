"""Many messages from one file: begun in their order, followed to their ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from shlex import quote
from typing import Self

from kugetsu_tui.commands.follow_run import Answered, FollowRun
from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.place_task import PlaceTask, taken_up
from kugetsu_tui.commands.ports import Runs
from kugetsu_tui.commands.run_options import RunOptions, require_message
from kugetsu_tui.commands.task_results import Fate, TaskMoved, TaskNews, TaskResult, TasksDone
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import (
    BusyError,
    ConflictError,
    KugetsuError,
    NotFoundError,
    UsageError,
)
from kugetsu_tui.domain.frozen import field as frozen_field
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.run import Liveness, RunOutcome
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.task_file import Misread, parse_tasks

_MOST_NAMED = 20
"""Lines that a refusal names one by one."""


@frozen(kw_only=True)
class TasksRequest:
    text: str
    """What the file holds."""
    options: RunOptions = frozen_field(default_factory=RunOptions)
    """For all tasks that do not say otherwise."""
    jobs: int | None = None
    """How many of them may be on their way at once; None: as many as there are slots."""
    keeps_going: bool = False
    """Begin the others also where one has failed."""
    resumes: bool = False
    """Leave out what was answered before, and follow what is still on its way."""
    retries: int = 0
    """How often a task is tried again of which nothing has reached the model."""
    is_detached: bool = False
    """Have them begun or queued, and leave."""


@frozen
class RunTasks:
    runs: Runs
    place: PlaceTask
    follow: FollowRun

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(runs=world.runs, place=PlaceTask.of(world), follow=FollowRun.of(world))

    def __call__(
        self,
        request: TasksRequest,
        *,
        begin: Callable[[int], None],
        tell: Callable[[TaskNews], None],
        heed: Callable[[], None],
        pause: Callable[[], None],
    ) -> TasksDone:
        """Begin them all, and follow them to their ends unless they are to be left.

        Args:
            request: the tasks, and how to treat them.
            begin: told how many tasks there are, once all are understood.
            tell: told of everything that happens to one of them.
            heed: called before each is begun.
            pause: passes the time between two looks. A `KeyboardInterrupt` from it, or from
                `heed`, stops what is on its way.

        Raises:
            UsageError: a line is no task; nothing was begun.
            NoBaseError: an issue has no session, and there is nothing to fork; nothing was begun.
            KugetsuError: after a `KeyboardInterrupt`, something cannot be stopped; or what is on
                its way cannot be looked at, and goes on even so.
        """
        if request.is_detached and (request.jobs or request.retries):
            raise UsageError(
                "run: --detach leaves nobody who could hold tasks back or try them again",
                hint="kugetsu settings runs.max-concurrent N holds runs back without anybody",
            )
        work = _Work(self.runs, self.place, self.follow, request, deque(self._planned(request)))
        begin(len(work.todo))
        results: list[TaskResult] = []
        try:
            while work.todo or work.going:
                for news in work.step(heed, pause):
                    if isinstance(news, TaskResult):
                        results.append(news)
                    tell(news)
        except KeyboardInterrupt:
            work.stop()
            raise
        except KugetsuError as error:
            error.changed = error.changed or bool(results or work.going)
            raise
        return TasksDone(tuple(sorted(results, key=lambda result: result.task.line)))

    def _planned(self, request: TasksRequest) -> Sequence[TaskResult]:
        planned: list[TaskResult] = []
        misread: list[Misread] = []
        for task in parse_tasks(request.text):
            if isinstance(task, Misread):
                misread.append(task)
                continue
            try:
                require_message(task.message)
                planned.append(TaskResult(task=task, issue_ref=self.place.key_of(task)))
            except (UsageError, NotFoundError) as error:
                misread.append(Misread(task.line, error.message))
        if misread:
            raise _not_understood(misread)
        if any(self.place.is_start(each.issue_ref) for each in planned):
            self.place.require_base()
        return planned


@dataclass(slots=True)
class _Going:
    """A task whose run is on its way."""

    task: TaskResult
    launched: Launched
    told: TaskMoved | None = None
    """What was last said of it."""

    def moved(self, state: str, need: str = "") -> Iterator[TaskMoved]:
        """Where it is now, unless that was said last."""
        moved = TaskMoved(self.task.issue_ref, state, need)
        if moved != self.told:
            self.told = moved
            yield moved

    def result(
        self, fate: Fate, *, answered: Answered | None = None, error: KugetsuError | None = None
    ) -> TaskResult:
        return replace(self.task, fate=fate, launched=self.launched, answered=answered, error=error)


@dataclass(slots=True)
class _Work:
    """The work on one file, step by step."""

    runs: Runs
    place: PlaceTask
    follow: FollowRun
    request: TasksRequest
    todo: deque[TaskResult]
    going: dict[RunId, _Going] = field(default_factory=dict)
    is_halted: bool = False
    """One has failed, and nothing else is to begin."""

    def step(self, heed: Callable[[], None], pause: Callable[[], None]) -> Iterator[TaskNews]:
        has_room = self.request.jobs is None or len(self.going) < self.request.jobs
        if self.todo and self.is_halted:
            yield self.todo.popleft()
        elif self.todo and has_room:
            heed()
            yield from self._begin(self.todo.popleft())
        elif self.request.is_detached:
            yield from (going.result(Fate.ON_ITS_WAY) for going in self.going.values())
            self.going.clear()
        else:
            yield from self._look()
            if self.going:
                pause()

    def stop(self) -> None:
        """What waits first: else it would begin as soon as one of the others ends."""
        waiting = self.runs.queue()
        for run_id in sorted(self.going, key=lambda run_id: run_id not in waiting):
            with suppress(ConflictError):  # it has just ended by itself
                self.runs.stop(run_id)

    def _begin(self, task: TaskResult) -> Iterator[TaskNews]:
        tried = replace(task, tries=task.tries + 1)
        try:
            launched = self._launch(task)
        except KugetsuError as error:
            failed = replace(tried, fate=Fate.FAILED, error=error)
            yield from self._failed(failed, is_safe=isinstance(error, BusyError))
            return
        if launched is None:
            yield replace(task, fate=Fate.SKIPPED)
        else:
            self.going[launched.run_id] = _Going(tried, launched)

    def _launch(self, task: TaskResult) -> Launched | None:
        """Its run, or the one that is on its way since before; nothing where that has answered."""
        key = task.issue_ref
        if self.request.resumes and not task.tries:
            run = self.place.run_before(task.task, key)
            if run is not None:
                return taken_up(key, run) if run.is_at_work else None
        return self.place(task.task, key, self.request.options)

    def _look(self) -> Iterator[TaskNews]:
        if waiting := self.runs.queue():
            self.runs.tend_queue()
        for run_id in list(self.going):
            if (going := self.going.get(run_id)) is None:
                continue  # another has failed meanwhile, and this one waits no longer
            if run_id in waiting:
                yield from going.moved("waits for its turn")
                continue
            run = self.runs.seen(run_id)
            if run is None or run.liveness is Liveness.GONE:
                del self.going[run_id]
                yield from self._ended(going)
            elif run.asks:
                ref = quote(going.task.issue_ref)
                yield from going.moved("waits for you", f"kugetsu answer {ref}")
            elif run.liveness is not Liveness.QUEUED:
                yield from going.moved("at work")

    def _ended(self, going: _Going) -> Iterator[TaskNews]:
        try:
            answered = self.follow(going.launched, show=lambda _: None)
        except KugetsuError as error:
            yield from self._failed(going.result(Fate.FAILED, error=error), is_safe=False)
            return
        if answered.failure is None:
            yield going.result(Fate.DONE, answered=answered)
            return
        # What opencode never named a session for cannot have reached the model.
        is_safe = answered.session_id is None and not _was_stopped(answered)
        yield from self._failed(going.result(Fate.FAILED, answered=answered), is_safe=is_safe)

    def _failed(self, failed: TaskResult, *, is_safe: bool) -> Iterator[TaskNews]:
        """Have it tried again where that `is_safe`, or begin nothing else."""
        if is_safe and failed.tries <= self.request.retries:
            again = TaskResult(task=failed.task, issue_ref=failed.issue_ref, tries=failed.tries)
            self.todo.append(again)
            yield TaskMoved(failed.issue_ref, "to be tried again", failed.why)
            return
        yield failed
        if not self.request.keeps_going and not self.is_halted:
            self.is_halted = True
            yield from self._cancelled()

    def _cancelled(self) -> Iterator[TaskNews]:
        """What waits for its turn waits no longer; what runs is let run."""
        for run_id in self.runs.queue():
            if (going := self.going.pop(run_id, None)) is not None:
                self.runs.stop(run_id)
                yield going.result(Fate.NOT_BEGUN)


def _was_stopped(answered: Answered) -> bool:
    return answered.end is not None and answered.end.outcome is RunOutcome.STOPPED


def _not_understood(misread: Sequence[Misread]) -> UsageError:
    count = f"{len(misread)} lines are no tasks" if len(misread) > 1 else "1 line is no task"
    named = [f"line {each.line}: {each.why}" for each in misread[:_MOST_NAMED]]
    more = len(misread) - len(named)
    rest = [f"and {more} more"] if more else []
    return UsageError(
        "\n  ".join([f"run: {count}; nothing was begun", *named, *rest]),
        hint='a line is REF, a tab and MESSAGE, or {"ref": "REF", "message": "MESSAGE"}',
    )
