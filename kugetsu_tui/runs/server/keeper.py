"""The process that keeps a server: starts it or takes it over, watches it, and ends it."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from datetime import UTC, datetime

from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.runs.alarm import Alarm
from kugetsu_tui.runs.ending import end_all
from kugetsu_tui.runs.liveness import lives
from kugetsu_tui.runs.pace import GRACE, HANG
from kugetsu_tui.runs.place import Distance, distance, here
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import look_at
from kugetsu_tui.runs.refusal import in_words
from kugetsu_tui.runs.server.facts import ServerFacts
from kugetsu_tui.runs.server.folder import ServerFolder
from kugetsu_tui.runs.server.opencode import Opencode, is_outdated
from kugetsu_tui.runs.server.start import StartServer
from kugetsu_tui.runs.server.usage import usage_of
from kugetsu_tui.runs.testimony import complain


@frozen(kw_only=True)
class KeeperPace:
    """How often, and how long; in seconds."""

    tick: float = 5.0
    """Between two looks at the server."""
    ready: float = 60.0
    """Until it has to answer for the first time; it takes two, and five on a loaded machine."""
    hang: float = HANG
    settle: float = 10.0
    """Since somebody last had use for it, until one that was installed anew is replaced."""
    grace: float = GRACE


_DEFAULT_PACE = KeeperPace()
_POLL = 0.05
"""Seconds between two questions to a server that may be taken over."""


def keep_server(
    folder: ServerFolder,
    opencode: Opencode,
    *,
    idle_timeout: Callable[[], float],
    pace: KeeperPace = _DEFAULT_PACE,
) -> None:
    """Keep one server until it dies, hangs, or nobody has use for it.

    The caller's process holds the folder's lock, and ends after this: whoever needs a server then
    starts the next.

    Args:
        folder: of the server.
        opencode: the program.
        idle_timeout: seconds without use after which the server ends, as they are set now.
        pace: how often, and how long.
    """
    keeper = look_at(os.getpid()) or Process(os.getpid(), 0)
    _Keeper(folder, opencode, idle_timeout, pace, keeper, Alarm())()


class _Keeper:
    def __init__(
        self,
        folder: ServerFolder,
        opencode: Opencode,
        idle_timeout: Callable[[], float],
        pace: KeeperPace,
        me: Process,
        alarm: Alarm,
    ) -> None:
        self._folder = folder
        self._opencode = opencode
        self._idle_timeout = idle_timeout
        self._pace = pace
        self._me = me
        self._alarm = alarm
        self._mark = folder.mark  # somebody may delete the folder
        self._answered_at = time.monotonic()
        self._complaint = ""

    def __call__(self) -> None:
        server: ServerFacts | None = None
        try:
            server = self._adopt() or self._start()
            reason = self._watch(server)
        except KugetsuError as error:
            reason = error.message
        except OSError as error:
            reason = in_words(error)
        self._end(server, reason)

    def _adopt(self) -> ServerFacts | None:
        """The server of a keeper that was killed; whatever else that left is ended."""
        left = self._folder.read()
        if left is not None and self._is_usable(left):
            mine = replace(left, keeper=self._me)
            self._folder.write(mine)
            return mine
        self._folder.forget()
        is_here = left is not None and distance(left.place, here()) is Distance.HERE
        self._end_all([left.opencode] if left and is_here else [])
        return None

    def _is_usable(self, left: ServerFacts) -> bool:
        if not left.version or distance(left.place, here()) is not Distance.HERE:
            return False
        return (
            lives(left.opencode)
            and self._answers_in_time(left)
            and (self._is_used(left) or self._is_as_now(left))
        )

    def _is_as_now(self, left: ServerFacts) -> bool:
        """One that is started now would be no other."""
        is_same = not left.differing(self._opencode.heeded())
        return is_same and not is_outdated(self._opencode, left.stamp)

    def _start(self) -> ServerFacts:
        start = StartServer(
            self._folder, self._opencode, self._me, self._alarm, patience=self._pace.ready
        )
        server = start()
        self._answered_at = time.monotonic()
        return server

    def _watch(self, server: ServerFacts) -> str:
        """Why it has to end."""
        while True:
            if select.select([self._alarm.descriptor], [], [], self._pace.tick)[0]:
                self._alarm.hush()
            if self._alarm.is_rung:
                return "the server was told to end"
            if not lives(server.opencode):
                return "the server has ended by itself"
            if not self._answers(server) and self._is_given_up():
                return "the server does not answer any more"
            if reason := self._keep_house(server):
                return reason

    def _keep_house(self, server: ServerFacts) -> str:
        """Why it has to end; what the system refuses meanwhile is tried again at the next look."""
        try:
            if not self._has_its_folder():
                return "the server's folder is gone"
            if self._is_withdrawn(server):
                return "nobody has use for the server"
            self._keep_findable(server)
            self._folder.trim_log()
        except OSError as error:
            self._complain(f"kugetsu: {in_words(error)}")
        return ""

    def _has_its_folder(self) -> bool:
        """In another one of the same name somebody else keeps his server."""
        try:
            return self._folder.mark == self._mark
        except FileNotFoundError:
            return False

    def _complain(self, words: str) -> None:
        """Once, as long as it is the same."""
        if words != self._complaint:
            self._complaint = words
            complain(words)

    def _keep_findable(self, server: ServerFacts) -> None:
        """Somebody may have deleted the file, or written into it."""
        if self._folder.read() != server:
            self._folder.write(server)

    def _answers(self, server: ServerFacts) -> bool:
        try:
            self._opencode.health(server.address)
        except KugetsuError:
            return False
        self._answered_at = time.monotonic()
        return True

    def _answers_in_time(self, left: ServerFacts) -> bool:
        """One that is busy is given as long as it would be by its own keeper."""
        while not self._answers(left):
            if self._alarm.is_rung or self._is_given_up() or not lives(left.opencode):
                return False
            time.sleep(_POLL)
        return True

    def _is_given_up(self) -> bool:
        return time.monotonic() - self._answered_at > self._pace.hang

    def _is_withdrawn(self, server: ServerFacts) -> bool:
        """Nobody has use for it, and nobody finds it any more.

        Who wants it first looks, then reads where it is: a look after it was hidden is seen here.
        """
        is_replaced = is_outdated(self._opencode, server.stamp)
        patience = self._pace.settle if is_replaced else self._idle_timeout()
        if self._unused_for() < patience:
            return False
        if self._is_used(server):
            self._folder.look()
            return False
        self._folder.forget()
        if self._unused_for() >= patience:
            return True
        self._folder.write(server)
        return False

    def _unused_for(self) -> float:
        return time.time() - self._folder.looked_at()

    def _is_used(self, server: ServerFacts) -> bool:
        try:
            usage = usage_of(self._folder.runs, server)
            return bool(
                usage.live_runs or self._opencode.at_work(server.address, usage.directories)
            )
        except KugetsuError:  # nobody knows
            return True

    def _end(self, server: ServerFacts | None, reason: str) -> None:
        known = server or self._folder.read()
        try:
            self._folder.forget()
        except OSError as error:  # a store that cannot be written keeps no server alive
            complain(f"kugetsu: {in_words(error)}")
        self._end_all([known.opencode] if known and known.keeper == self._me else [])
        complain(f"{spell_moment(datetime.now(UTC))} kugetsu: {reason}")

    def _end_all(self, roots: list[Process]) -> None:
        survivors = end_all(roots, run_id=self._mark, grace=self._pace.grace)
        for process in survivors:
            complain(f"kugetsu: process {process.pid} cannot be ended")
