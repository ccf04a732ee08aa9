"""A turn that a server works on for one run: asked for, listened to, ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.conversation import LastTurn
from kugetsu_tui.domain.errors import (
    EnvironmentUnfitError,
    KugetsuError,
    ServerRefusedError,
    ServerUnreachableError,
)
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.run import Mishap, RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.run_event import (
    ErrorReported,
    PromptAccepted,
    RunEvent,
    ServerAwaited,
    SessionNamed,
)
from kugetsu_tui.domain.server import ServerAddress
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.title import spell_title
from kugetsu_tui.opencode.server.client import ServerClient
from kugetsu_tui.opencode.server.ending import PATIENCE, ToolEnder, end_turn
from kugetsu_tui.opencode.server.news import News
from kugetsu_tui.opencode.server.open_asks import OpenAsks
from kugetsu_tui.opencode.server.reading import Idle, Reading

_UNKNOWN = "whether the message arrived is not known; it is not sent again"
_NOTHING_SENT = "nothing was sent to the model"


class Listener(Protocol):
    """Who is told what opencode does."""

    def hear(self, event: RunEvent) -> bool:
        """False where it names a session that is not this run's."""
        ...

    def note_sign(self, *, is_news: bool) -> None: ...


class Server(ToolEnder, Protocol):
    """The server of the store, or the user's own."""

    def attempts(self) -> Iterator[ServerAddress | ServerAwaited | None]:
        """To have one that answers, the last one does; it is started where there is none."""
        ...

    def running(self) -> ServerAddress | None:
        """Where it is, if there is one."""
        ...


class Turns(Protocol):
    """opencode's database, as far as the end of a turn is concerned."""

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None: ...


@frozen(kw_only=True)
class ServerPace:
    """How often, and how long; in seconds."""

    tick: float = 0.25
    """Of quiet in the stream, until the supervisor has a look at its clocks."""
    look_again: float = 5.0
    """Of quiet, until the server is asked what the session does."""
    settle: float = 10.0
    """That a session may rest although the database has no end of its turn."""
    reconnect: float = 10.0
    """Without a stream, until the server counts as dead."""
    abort: float = PATIENCE


_DEFAULT_PACE = ServerPace()


class ServerTurn:
    """Every step is small, and between two of them it may be stopped.

    The session has its name in the journal and in the record before it is given the message, so
    that a crash leaves a session that can be continued, and never two.
    """

    process: None = None
    exit_status: int | None = None
    signal: int | None = None

    def __init__(
        self,
        server: Server,
        order: RunOrder,
        message: str | None,
        *,
        turns: Turns,
        is_wanted: Callable[[], bool] = lambda: True,
        pace: ServerPace = _DEFAULT_PACE,
    ) -> None:
        """Prepare it; nothing is asked for yet.

        Args:
            server: that is to work on it.
            order: what to do.
            message: the prompt; none to listen to a turn that is going on.
            turns: opencode's database.
            is_wanted: whether nobody asked for its end; no answer is waited for after that.
            pace: how often, and how long.
        """
        self.is_running = True
        self.mishap: Mishap | None = None
        self._server = server
        self._order = order
        self._message = message
        self._turns = turns
        self._is_wanted = is_wanted
        self._pace = pace
        self._session_id = order.session_id if order.verb is not RunVerb.START else None
        self._steps: Iterator[None] = iter(())
        self._has_failed = False
        self._is_cut_short = False
        """An answer was not waited for: the supervisor is about to end the run."""
        self._is_connected = False

    def begin(self, witness: Listener) -> None:
        self._witness = witness
        self._steps = self._work()

    def listen(self, patience: float) -> None:
        """One step, or as much news as a tick brings; the stream has a patience of its own."""
        del patience
        try:
            next(self._steps)
        except StopIteration:
            self.is_running = self._is_cut_short
        except KugetsuError as error:
            self._fail(RunOutcome.INTERRUPTED, error.message)

    def answer(self, ask: Ask, decision: Decision) -> None:
        self._asks.answer(ask, decision)

    def end(self, *, is_cut: bool) -> str:
        if not is_cut or self._session_id is None or not self._is_connected:
            return ""
        if not self._is_there():  # what it was at died with it
            return ""
        client = ServerClient(self._client.address)
        directory = self._order.directory
        patience = self._pace.abort
        return end_turn(self._server, client, self._session_id, directory, patience=patience)

    def _work(self) -> Iterator[None]:
        try:
            for told in self._server.attempts():
                if isinstance(told, ServerAddress):
                    self._client = ServerClient(told, self._is_wanted)
                    self._asks = OpenAsks(self._client, self._order.directory)
                    self._is_connected = True
                elif told is not None:
                    self._witness.hear(told)
                yield
            session_id = self._session()
            yield
            if self._order.verb is RunVerb.START:
                self._describe(session_id)
                yield
            news = News(
                self._client.address,
                self._order.directory,
                is_there=self._is_there,
                tick=self._pace.tick,
                patience=self._pace.reconnect,
            )
        except KugetsuError as error:
            way_out = f" ({error.hint})" if error.hint else ""
            self._fail(RunOutcome.FAILED, f"{error.message}{way_out}; {_NOTHING_SENT}")
            return
        if self._message is not None:
            if not self._send(session_id, self._message):
                return
            yield
        else:
            news.has_gap = True  # what it waits for may have been asked before
        yield from self._follow(session_id, news)

    def _session(self) -> SessionId:
        """The session that is worked in, by its name in the journal.

        Raises:
            ConflictError: the order names none.
            ServerUnreachableError, ServerRefusedError: there is no answer, or it is a no.
            EnvironmentUnfitError: the fork is not this run's; opencode 1.3 and 1.14 make it where
                their server works.
        """
        session_id = self._order.session()
        if self._order.verb is RunVerb.START:
            patient = ServerClient(self._client.address)  # else it makes one that nobody knows of
            session_id = self._session_id = patient.fork(session_id)
        if not self._witness.hear(SessionNamed(session_id)):
            raise EnvironmentUnfitError(
                f"{session_id} was not made in {self._order.directory}, as an old opencode's"
                " server does: use --engine run"
            )
        self._reading = Reading(
            session_id, directory=self._order.directory, parent_of=self._client.parent
        )
        return session_id

    def _describe(self, session_id: SessionId) -> None:
        """All forks of a base have its title; the reference is for whoever lost the index."""
        ref = self._order.issue_ref
        if ref is not None:
            title, metadata = spell_title(ref, self._message or ""), {"kugetsu": {"issue_ref": ref}}
            self._client.describe(session_id, title=title, metadata=metadata)

    def _send(self, session_id: SessionId, message: str) -> bool:
        order = self._order
        try:
            self._client.prompt(session_id, message, model=order.model, agent=order.agent)
        except ServerRefusedError as error:
            self._fail(RunOutcome.FAILED, f"{error.message}; {_NOTHING_SENT}")
        except ServerUnreachableError as error:
            self._fail(RunOutcome.INTERRUPTED, f"{error.message}; {_UNKNOWN}")
        else:
            self._witness.hear(PromptAccepted())
            self._witness.note_sign(is_news=True)
            return True
        return False

    def _follow(self, session_id: SessionId, news: News) -> Iterator[None]:
        """Until the session rests and its turn has an end."""
        look_at, rests_since = time.monotonic() + self._pace.look_again, None
        while True:
            is_idle, now = self._hear(news), time.monotonic()
            if not is_idle and now < look_at:
                yield
            elif not self._rests(session_id):
                look_at, rests_since = now + self._pace.look_again, None
            else:
                rests_since = rests_since or now
                if self._is_over(session_id) or now - rests_since >= self._pace.settle:
                    return
                look_at = now + self._pace.tick

    def _hear(self, news: News) -> bool:
        """Tell the next news; whether the session was said to be idle."""
        told = news.next()
        if news.has_gap and not news.is_broken:
            news.has_gap = not self._catch_up()
        try:
            is_idle = self._take(self._reading.events(told)) if told else False
        except ServerUnreachableError:  # the stream tells whether anybody is there
            is_idle, news.has_gap = False, True
        if (piece := self._reading.due()) is not None:
            self._take([piece])
        return is_idle

    def _catch_up(self) -> bool:
        """Tell what was asked and answered unheard; whether the server could say."""
        try:
            missed = list(self._asks.missed(self._reading.is_family))
        except KugetsuError:
            return False
        self._take(missed)
        return True

    def _take(self, events: Iterable[RunEvent | Idle | None]) -> bool:
        """Tell them; whether the session was said to be idle."""
        is_idle = False
        for event in events:
            self._witness.note_sign(is_news=True)
            if isinstance(event, Idle):
                is_idle = True
            elif event is not None:
                self._asks.note(event)
                self._has_failed = self._has_failed or isinstance(event, ErrorReported)
                self._witness.hear(event)
        return is_idle

    def _rests(self, session_id: SessionId) -> bool:
        """The server does not work on it; one that does not answer may well."""
        try:
            return session_id not in self._client.at_work(self._order.directory)
        except KugetsuError:
            return False  # the stream tells whether anybody is there

    def _is_over(self, session_id: SessionId) -> bool:
        """Its turn has an end, told or in the database: a prompt is not at work at once."""
        if self._has_failed:
            return True
        try:
            turn = self._turns.last_turn(session_id, since=self._order.placed_at)
        except KugetsuError:
            return False
        return turn is not None and turn.completed_at is not None

    def _is_there(self) -> bool:
        """Its process lives: another one in its place knows nothing of this turn."""
        try:
            return self._server.running() == self._client.address
        except KugetsuError:
            return True

    def _fail(self, outcome: RunOutcome, reason: str) -> None:
        if not self._is_wanted():
            self._is_cut_short = True
            return
        self.mishap = Mishap(outcome, reason)
        self.is_running = False
