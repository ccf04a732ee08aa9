"""The server of a store, as those who need it have it: found, started, looked at, ended."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime

from kugetsu_tui.domain.errors import (
    BusyError,
    CannotSaveError,
    EnvironmentUnfitError,
    KugetsuError,
)
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.run_event import ServerAwaited
from kugetsu_tui.domain.server import ServerAddress, ServerSeen, unfit
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs.ending import end_all, send
from kugetsu_tui.runs.liveness import lives
from kugetsu_tui.runs.lock import LockState, probe, take
from kugetsu_tui.runs.pace import GRACE, HANG
from kugetsu_tui.runs.place import Distance, distance, here
from kugetsu_tui.runs.process_table import resident
from kugetsu_tui.runs.refusal import in_words
from kugetsu_tui.runs.server.facts import ServerFacts
from kugetsu_tui.runs.server.folder import ServerFolder
from kugetsu_tui.runs.server.opencode import Opencode, is_outdated, stamp_of
from kugetsu_tui.runs.server.tools import ended_afterwards
from kugetsu_tui.runs.server.usage import usage_of

_OUTDATED = "is of another opencode than the installed one"


@frozen(kw_only=True)
class WaitingPace:
    """How long each is waited for; in seconds."""

    ready: float = 120.0
    """Until there is a server: one that hangs is given up first, and the next one started."""
    keeper: float = 2 * GRACE + 10.0
    """Until a keeper has ended its server."""
    notice: float = 0.9
    """Until it is told what is waited for."""
    poll: float = 0.03


@frozen(kw_only=True)
class KeptServer:
    """At most one server; every method may be called by many processes at once."""

    folder: ServerFolder
    keeper: Sequence[str]
    """The keeper's command line; the folder and the lock's descriptor are added to it."""
    opencode: Opencode
    idle_timeout: float
    """Seconds without use after which it ends by itself."""
    run_id: RunId | None = None
    """The run that it is wanted for."""
    pace: WaitingPace = field(default_factory=WaitingPace)

    def ensure(self, tell: Callable[[str], object] = lambda _: None) -> ServerAddress:
        """A server that answers; where there is none, it is started.

        Args:
            tell: told in a line, once, what is waited for where that takes long.

        Raises:
            EnvironmentUnfitError: it cannot be had, or is kept in another container.
            BusyError: it does not get ready in time.
            CannotSaveError: the store cannot be written.
        """
        heard = (told for told in self.attempts() if told is not None)
        while isinstance(told := next(heard), ServerAwaited):
            tell(told.reason)
        return told

    def attempts(self) -> Iterator[ServerAddress | ServerAwaited | None]:
        """The same for who has to look after something else meanwhile.

        Nothing until it answers, but once what is waited for, where that takes long.

        Raises:
            EnvironmentUnfitError, BusyError, CannotSaveError: as above.
        """
        try:
            yield from self._attempts()
        except OSError as error:
            raise CannotSaveError(f"server: {in_words(error)}") from error

    def missing(self) -> frozenset[str] | None:
        """What the installed opencode lacks that runs need; nothing where that is not known yet.

        Raises:
            NoOpencodeError: there is none.
        """
        return self.folder.missing(stamp_of(self.opencode.program()))

    def running(self) -> ServerAddress | None:
        """Where it is, if it lives; nothing is started. Puts off its end."""
        facts = self._living()
        if facts is None:
            return None
        try:
            self.folder.look()
        except OSError as error:
            raise CannotSaveError(f"server: {in_words(error)}") from error
        return facts.address if facts.version else None

    def seen(self) -> ServerSeen | None:
        """How it does; nothing where there is none. Does not put off its end.

        Raises:
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        facts = self._living()
        if facts is None:
            return None
        usage = usage_of(self.folder.runs, facts)
        try:
            version = self.opencode.health(facts.address)
            at_work = self.opencode.at_work(facts.address, usage.directories)
        except KugetsuError:
            version, at_work = "", None
        is_used, is_kept = bool(usage.live_runs or at_work), self._has_keeper()
        ends_at = datetime.fromtimestamp(self.folder.looked_at() + self.idle_timeout, UTC)
        return ServerSeen(
            url=facts.address.url,
            version=version,
            is_ours=True,
            pid=facts.opencode.pid,
            since=facts.since,
            at_work=at_work,
            live_runs=usage.live_runs,
            memory=resident(facts.opencode.pid),
            ends_at=ends_at if not is_used and is_kept else None,
            is_kept=is_kept,
            is_outdated=is_outdated(self.opencode, facts.stamp),
        )

    def ending_tools(self, commands: Sequence[str]) -> AbstractContextManager[None]:
        """While a turn is aborted: nothing is left afterwards of the tools of those commands."""
        facts = self._living()
        return ended_afterwards(facts.opencode, commands) if facts else nullcontext()

    def stop(self, *, force: bool) -> bool:
        """End it and everything it started; says whether there was one.

        Args:
            force: also where runs are lost by that.

        Raises:
            BusyError: runs use it, or its keeper cannot be ended.
            CannotSaveError: the store cannot be written.
            EnvironmentUnfitError: it cannot be told which runs there are.
        """
        seen = self.seen()
        if seen is not None and seen.is_used and not force:
            raise BusyError(_use_of(seen), hint="kugetsu server stop --force ends them too")
        try:
            return self._stop()
        except OSError as error:
            raise CannotSaveError(f"server: {in_words(error)}") from error

    def _attempts(self) -> Iterator[ServerAddress | ServerAwaited | None]:
        """Each is over in about a second; the one that finds it is the last."""
        self.folder.make()
        keeper_ended: Callable[[], int] | None = None
        began, told = time.monotonic(), ""
        while True:
            self.folder.look()
            why = ""
            if self._has_keeper():
                facts = self._ready()
                if facts is not None and not (why := self._why_replaced(facts)):
                    yield facts.address
                    return
                if facts is not None:
                    send(facts.keeper, signal.SIGTERM)
            elif (lock := take(self.folder.lock)) is not None:
                if keeper_ended is not None and keeper_ended() >= 0:  # it was not killed
                    os.close(lock)
                    raise self._not_started()
                keeper_ended = self._launch(lock)
            waited = time.monotonic() - began
            if waited > self.pace.ready:
                raise BusyError(
                    "opencode's server does not get ready", hint="kugetsu server restart --force"
                )
            if not told and (told := why or (self._awaited() if waited > self.pace.notice else "")):
                yield ServerAwaited(told)
            time.sleep(self.pace.poll)
            yield None

    def _awaited(self) -> str:
        """What is waited for, and how long at most."""
        limit = f"at most {self.pace.ready:.0f} s in all"
        facts = self._living()
        if facts is not None and facts.version:
            after = f"another one takes its place after {HANG:.0f} s"
            return f"opencode's server does not answer: {after}, {limit}"
        return f"opencode's server is being started, {limit}"

    def _has_keeper(self) -> bool:
        return probe(self.folder.lock).state is LockState.HELD

    def _ready(self) -> ServerFacts | None:
        facts = self.folder.read()
        if facts is None:
            return None
        if distance(facts.place, here()) is Distance.ELSEWHERE:
            raise EnvironmentUnfitError(
                "opencode's server of this store is kept in another container or on another machine"
                f" ({facts.place.host})",
                hint="kugetsu settings runs.engine run",
            )
        if not facts.version or not lives(facts.keeper):  # they are those of a keeper that died
            return None
        if not lives(facts.opencode):
            send(facts.keeper, signal.SIGCHLD)  # to one that took it over, the kernel sends none
            return None
        try:
            self.opencode.health(facts.address)
        except KugetsuError:
            return None
        return facts

    def _why_replaced(self, facts: ServerFacts) -> str:
        """It is another version's, or was started with other keys; empty where it is to stay.

        It stays as long as anybody would miss it.
        """
        differing = facts.differing(self.opencode.heeded())
        if not differing and not is_outdated(self.opencode, facts.stamp):
            return ""
        try:
            usage = usage_of(self.folder.runs, facts, but=self.run_id)
            at_work = self.opencode.at_work(facts.address, usage.directories)
        except KugetsuError:  # nobody knows
            return ""
        if usage.live_runs or at_work:
            return ""
        other = f"was started with another {', '.join(differing)}" if differing else _OUTDATED
        return f"opencode's server {other}: a new one is started"

    def _launch(self, lock: int) -> Callable[[], int]:
        """Start the keeper; returns what `launch` does."""
        from kugetsu_tui.runs.launch import launch  # noqa: PLC0415 - only who starts one needs it

        try:
            if missing := self.missing():
                raise unfit(missing)
            if (left := self.folder.read()) and distance(left.place, here()) is not Distance.HERE:
                self.folder.forget()
            with self.folder.open_log() as log:
                argv = [*self.keeper, str(self.folder.path), str(lock)]
                return launch(argv, hand_on=(lock,), log=log)
        finally:
            os.close(lock)

    def _not_started(self) -> EnvironmentUnfitError:
        if missing := self.missing():
            return unfit(missing)
        return EnvironmentUnfitError(
            f"opencode's server did not start: {self.folder.last_words()}", hint="kugetsu doctor"
        )

    def _living(self) -> ServerFacts | None:
        facts = self.folder.read()
        is_here = facts is not None and distance(facts.place, here()) is Distance.HERE
        return facts if facts and is_here and lives(facts.opencode) else None

    def _stop(self) -> bool:
        if not self.folder.path.is_dir():
            return False
        was_kept = self._has_keeper()
        left = self._living()
        self._end_keeper()
        if (lock := take(self.folder.lock)) is None:
            raise BusyError("the server's keeper cannot be ended", hint="the same again, later")
        try:
            self.folder.forget()
            end_all([left.opencode] if left else [], run_id=self.folder.mark)
        finally:
            os.close(lock)
        return was_kept or left is not None

    def _end_keeper(self) -> None:
        """Ask the keeper, then force it; one that has not written down who it is may soon have."""
        for number, patience in (
            (signal.SIGTERM, self.pace.keeper),
            (signal.SIGKILL, GRACE),
        ):
            deadline = time.monotonic() + patience
            is_told = False
            while self._has_keeper() and time.monotonic() < deadline:
                facts = self.folder.read()
                if facts is not None and not is_told and lives(facts.keeper):
                    send(facts.keeper, number)
                    is_told = True
                time.sleep(self.pace.poll)


def _use_of(seen: ServerSeen) -> str:
    if seen.at_work is None:
        return "the server does not answer: whether its sessions are at work is not known"
    return f"the server is in use: {seen.live_runs} run(s) alive, {seen.at_work} session(s) at work"
