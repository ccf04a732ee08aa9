"""Many messages from one file: begun in their order, followed to their ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from shlex import quote
from typing import Self

from kugetsu_tui.commands.follow_run import Answered, FollowRun
from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.place_task import PlaceTask, taken_up
from kugetsu_tui.commands.ports import Runs
from kugetsu_tui.commands.run_options import RunOptions
from kugetsu_tui.commands.task_results import Fate, TaskMoved, TaskNews, TaskResult, TasksDone
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.errors import BusyError, ConflictError, KugetsuError, UsageError
from kugetsu_tui.domain.frozen import field as frozen_field
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.run import Liveness, RunOutcome
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.task_file import Misread, Task, parse_tasks

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


@dataclass(slots=True)
class _Try:
    """A task, to be begun or on its way."""

    task: Task
    key: str
    number: int = 1
    launched: Launched | None = None
    told: str = ""
    """What was last said of it."""

    def result(
        self, fate: Fate, *, answered: Answered | None = None, error: KugetsuError | None = None
    ) -> TaskResult:
        return TaskResult(
            task=self.task,
            issue_ref=self.key,
            fate=fate,
            launched=self.launched,
            answered=answered,
            error=error,
            tries=self.number if self.launched or error else self.number - 1,
        )


@dataclass(slots=True)
class _Round:
    """Where the work on one file is."""

    todo: deque[_Try]
    going: dict[RunId, _Try] = field(default_factory=dict)
    results: list[TaskResult] = field(default_factory=list)
    is_halted: bool = False
    """One has failed, and nothing else is to begin."""


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
            KugetsuError: after a `KeyboardInterrupt`, something cannot be stopped.
        """
        if request.is_detached and (request.jobs or request.retries):
            raise UsageError(
                "run: --detach leaves nobody who could hold tasks back or try them again",
                hint="kugetsu settings runs.max-concurrent N holds runs back without anybody",
            )
        round_ = _Round(deque(self._planned(request.text)))
        begin(len(round_.todo))
        try:
            while round_.todo or round_.going:
                for news in self._step(round_, request, heed, pause):
                    if isinstance(news, TaskResult):
                        round_.results.append(news)
                    tell(news)
        except KeyboardInterrupt:
            self._stop(round_.going)
            raise
        return TasksDone(tuple(sorted(round_.results, key=lambda result: result.task.line)))

    def _planned(self, text: str) -> Sequence[_Try]:
        planned: list[_Try] = []
        misread: list[Misread] = []
        for task in parse_tasks(text):
            if isinstance(task, Misread):
                misread.append(task)
                continue
            try:
                planned.append(_Try(task, self.place.key_of(task)))
            except KugetsuError as error:
                misread.append(Misread(task.line, error.message))
        if misread:
            raise _not_understood(misread)
        if any(self.place.is_start(each.key) for each in planned):
            self.place.require_base()
        return planned

    def _step(
        self,
        round_: _Round,
        request: TasksRequest,
        heed: Callable[[], None],
        pause: Callable[[], None],
    ) -> Iterator[TaskNews]:
        has_room = request.jobs is None or len(round_.going) < request.jobs
        if round_.todo and round_.is_halted:
            yield round_.todo.popleft().result(Fate.NOT_BEGUN)
        elif round_.todo and has_room:
            heed()
            yield from self._begin(round_, round_.todo.popleft(), request)
        elif request.is_detached:
            yield from (each.result(Fate.ON_ITS_WAY) for each in round_.going.values())
            round_.going.clear()
        else:
            yield from self._look(round_, request)
            if round_.going:
                pause()

    def _begin(self, round_: _Round, each: _Try, request: TasksRequest) -> Iterator[TaskNews]:
        if request.resumes and each.number == 1:
            run = self.place.run_before(each.task, each.key)
            if run is not None and not run.is_at_work:
                yield each.result(Fate.SKIPPED)
                return
            each.launched = taken_up(each.key, run) if run is not None else None
        try:
            each.launched = each.launched or self.place(each.task, each.key, request.options)
        except KugetsuError as error:
            is_safe = isinstance(error, BusyError)
            yield from self._failed(round_, each, request, is_safe=is_safe, error=error)
        else:
            round_.going[each.launched.run_id] = each

    def _look(self, round_: _Round, request: TasksRequest) -> Iterator[TaskNews]:
        waiting = self.runs.queue()
        for run_id, each in list(round_.going.items()):
            if run_id in waiting:
                yield from _told(each, "waits for its turn")
                continue
            run = self.runs.seen(run_id)
            if run is None or run.liveness is Liveness.GONE:
                del round_.going[run_id]
                yield from self._ended(round_, each, request)
            elif run.asks:
                yield from _told(each, f"waits for you: kugetsu answer {quote(each.key)}")
            elif run.liveness is not Liveness.QUEUED:
                yield from _told(each, "at work")

    def _ended(self, round_: _Round, each: _Try, request: TasksRequest) -> Iterator[TaskNews]:
        launched = each.launched
        if launched is None:
            raise ValueError("only what was launched can end")
        try:
            answered = self.follow(launched, show=lambda _: None)
        except KugetsuError as error:
            yield from self._failed(round_, each, request, error=error)
            return
        if answered.failure is None:
            yield each.result(Fate.DONE, answered=answered)
            return
        # What opencode never named a session for cannot have reached the model.
        is_safe = answered.session_id is None and not _was_stopped(answered)
        yield from self._failed(round_, each, request, is_safe=is_safe, answered=answered)

    def _failed(
        self,
        round_: _Round,
        each: _Try,
        request: TasksRequest,
        *,
        is_safe: bool = False,
        answered: Answered | None = None,
        error: KugetsuError | None = None,
    ) -> Iterator[TaskNews]:
        result = each.result(Fate.FAILED, answered=answered, error=error)
        if is_safe and each.number <= request.retries:
            round_.todo.append(_Try(each.task, each.key, each.number + 1))
            yield TaskMoved(each.key, f"to be tried again: {result.why}")
            return
        yield result
        if not request.keeps_going and not round_.is_halted:
            round_.is_halted = True
            yield from self._cancelled(round_)

    def _cancelled(self, round_: _Round) -> Iterator[TaskNews]:
        """What waits for its turn waits no longer; what runs is let run."""
        for run_id in self.runs.queue():
            if (each := round_.going.pop(run_id, None)) is not None:
                self.runs.stop(run_id)
                yield each.result(Fate.NOT_BEGUN)

    def _stop(self, going: Mapping[RunId, _Try]) -> None:
        """What waits first: else it would begin as soon as one of the others ends."""
        waiting = self.runs.queue()
        for run_id in sorted(going, key=lambda run_id: run_id not in waiting):
            with suppress(ConflictError):  # it has just ended by itself
                self.runs.stop(run_id)


def _told(each: _Try, words: str) -> Iterator[TaskMoved]:
    if each.told != words:
        each.told = words
        yield TaskMoved(each.key, words)


def _was_stopped(answered: Answered) -> bool:
    return answered.end is not None and answered.end.outcome is RunOutcome.STOPPED


def _not_understood(misread: Sequence[Misread]) -> UsageError:
    named = [f"line {each.line}: {each.why}" for each in misread[:_MOST_NAMED]]
    more = len(misread) - len(named)
    rest = [f"and {more} more"] if more else []
    return UsageError(
        "\n  ".join([f"run: {len(misread)} lines are no tasks; nothing was begun", *named, *rest]),
        hint='a line is REF, a tab and MESSAGE, or {"ref": "REF", "message": "MESSAGE"}',
    )
