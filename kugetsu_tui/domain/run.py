"""A run: one prompt being worked on, who is there for it, and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from kugetsu_tui.domain.ask import Ask
from kugetsu_tui.domain.errors import ConflictError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import RunId, SessionId


class Engine(StrEnum):
    """How a run reaches opencode."""

    AUTO = "auto"
    """The server where this opencode has one that serves; decided when the run begins."""
    RUN = "run"
    """One `opencode run` for each run."""
    SERVER = "server"
    """One `opencode serve` for all of them."""


class RunVerb(StrEnum):
    """What the run was asked for."""

    INIT = "init"
    START = "start"
    CONTINUE = "continue"
    RESUME = "resume"
    """Not a prompt: the session is open in opencode's own screen, in our hands."""


@frozen(kw_only=True)
class RunOrder:
    """What a supervisor has to know; the message lies beside it, in a file of its own."""

    run_id: RunId
    verb: RunVerb
    issue_ref: str | None
    """The index key; none for the base."""
    session_id: SessionId | None
    """`start`: the base to fork. `continue`, `resume`: the session itself."""
    directory: str
    """The session's own: opencode hangs in any other. What is queued may learn it with that."""
    placed_at: datetime
    model: str | None = None
    agent: str | None = None
    start_timeout: float = 180.0
    """Seconds until opencode must have named the session."""
    idle_timeout: float | None = None
    """Seconds without a sign of life after which the run is ended."""
    timeout: float | None = None
    """Seconds after which the run is ended."""
    engine: Engine = Engine.RUN
    is_auto: bool = False
    """Every permission that it asks for is given, once."""
    record_made: str | None = None
    """A message's: when the record was made of the session that is meant, as it spells that."""
    is_sent: bool = False
    """Its message, if it had one, was given to opencode before: the turn is only listened to."""

    def session(self) -> SessionId:
        """The session to fork or to go on in; what is queued learns it when its turn comes.

        Raises:
            ConflictError: it names none. A new one would know nothing of the issue.
        """
        if self.session_id is None:
            raise ConflictError(f"run {self.run_id}: its order names no session")
        return self.session_id


class RunOutcome(StrEnum):
    """How a run ended."""

    ANSWERED = "answered"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@frozen(kw_only=True)
class RunEnd:
    """The last word on a run."""

    outcome: RunOutcome
    at: datetime
    reason: str = ""
    """Why it did not answer, or what to mind although it did; one line, in plain words."""
    exit_status: int | None = None
    signal: int | None = None


@frozen
class Mishap:
    """What ended a run before opencode's words or its database could tell."""

    outcome: RunOutcome
    reason: str


class Liveness(StrEnum):
    """Who is still there for a run that has no recorded end."""

    WATCHED = "watched"
    """Its supervisor lives."""
    UNWATCHED = "unwatched"
    """The supervisor is gone, opencode lives."""
    ELSEWHERE = "elsewhere"
    """Its lock is held by a process that cannot be seen from here."""
    QUEUED = "queued"
    """Nobody yet: it waits for its turn."""
    GONE = "gone"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class RunSeen:
    """What a run's folder, its lock and its processes say now."""

    order: RunOrder
    liveness: Liveness
    session_id: SessionId | None
    """The session opencode named, once it did."""
    last_sign: datetime
    """The latest sign of life."""
    retrying: str = ""
    """The provider's reason, while the latest sign is a retry."""
    awaiting: str = ""
    """Why it has no server yet, while that is the latest sign."""
    host: str = ""
    """Where it was launched."""
    asks: tuple[Ask, ...] = ()
    """What it waits for a person to decide, the oldest first."""
    waits_since: datetime | None = None
    behind: int = 0
    """How many runs are before it in the queue, while it waits there."""
    end: RunEnd | None = None

    @property
    def is_at_work(self) -> bool:
        """Somebody may be at it: a second prompt has to wait. A witness in doubt counts as one."""
        return self.end is None and self.liveness is not Liveness.GONE
