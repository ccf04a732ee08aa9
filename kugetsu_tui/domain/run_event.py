"""What a run tells while it lasts, and what is noted about it: the lines of its journal."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from kugetsu_tui.domain.ask import Ask
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.run import RunEnd
from kugetsu_tui.domain.session import SessionId


@frozen
class Queued:
    """It waits: for a slot, or for the run before it on the same session."""


@frozen
class Begun:
    """Its turn came: it leaves the queue."""


@frozen
class EngineReplaced:
    """No server can be had: an opencode of its own works on it."""

    reason: str


@frozen
class ServerAwaited:
    """The server that it is for does not answer yet, or is replaced first."""

    reason: str


@frozen
class SessionNamed:
    """opencode named the session it works on."""

    session_id: SessionId


@frozen
class PromptAccepted:
    """opencode took the message: from here on it may have reached the model."""


@frozen
class Saying:
    """Some more of a block of the answer that is not finished; `Said` then has all of it."""

    text: str


@frozen
class Said:
    """A finished block of the answer."""

    text: str


@frozen(kw_only=True)
class ToolUsed:
    """A tool call that has ended."""

    tool: str
    title: str
    """What it was called with, in a line."""
    output: str
    """The end of what it printed, or its error."""
    is_error: bool


@frozen(kw_only=True)
class StepFinished:
    """The model ended a step; `finish` is its own word for why (`stop`, `tool-calls`, `length`)."""

    finish: str
    tokens: int
    cost: float


@frozen
class Retrying:
    """The provider refused and opencode tries again."""

    reason: str
    next_at: datetime | None = None
    """When, where opencode says so."""


@frozen
class Asked:
    """opencode waits for a person."""

    ask: Ask


@frozen(kw_only=True)
class Replied:
    """What it waited for has been decided, or is no longer asked."""

    ask_id: str
    what: str
    """The decision, in a line."""
    by: str
    """Who decided, in words."""


@frozen
class PermissionRejected:
    """opencode asked for a permission, nobody was there, and it took that for a no."""

    request: str


@frozen
class AgentReplaced:
    """opencode does not run this agent, and goes on as its default one."""

    agent: str


@frozen
class ErrorReported:
    """opencode or the provider reported an error."""

    message: str


@frozen
class Cut:
    """The journal is full: what is said and done from here to the end is not kept in it."""


@frozen
class Ended:
    """The run is over."""

    end: RunEnd


RunEvent: TypeAlias = (
    Queued
    | Begun
    | EngineReplaced
    | ServerAwaited
    | SessionNamed
    | PromptAccepted
    | Saying
    | Said
    | ToolUsed
    | StepFinished
    | Retrying
    | Asked
    | Replied
    | PermissionRejected
    | AgentReplaced
    | ErrorReported
    | Cut
    | Ended
)


@frozen
class Journalled:
    """An event and when it was written down."""

    at: datetime
    event: RunEvent
