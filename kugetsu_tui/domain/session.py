"""What a session is called, what it is, and what it may be doing."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NewType

SessionId = NewType("SessionId", str)
"""opencode's own name for a conversation: `ses_…`."""

RunId = NewType("RunId", str)
"""Our name for one prompt being worked on."""

_SESSION_ID = re.compile(r"ses_[A-Za-z0-9_]{1,60}")


def session_id_of(text: str) -> SessionId | None:
    """The text as a session id, where it is shaped like one."""
    return SessionId(text) if _SESSION_ID.fullmatch(text) else None


class SessionType(StrEnum):
    """What a record says its session is; other spellings are kept and shown as they are."""

    BASE = "base"
    FORKED = "forked"


class SessionState(StrEnum):
    """What a session does now: computed from witnesses, never read from disk alone."""

    PENDING = "pending"
    """Reserved: opencode has not named the session yet."""
    QUEUED = "queued"
    """Waits for a slot."""
    RUNNING = "running"
    WAITING = "waiting"
    """For a person: a permission, or an answer."""
    RETRYING = "retrying"
    """The provider refused; opencode tries again."""
    SILENT = "silent"
    """At work, and no sign of life for a while."""
    OPEN = "open"
    """Somebody has it open in opencode's own screen."""
    IDLE = "idle"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    """What worked on it died before it could answer."""
    STOPPED = "stopped"
    """Ended by the user."""
    MISSING = "missing"
    """opencode does not have it any more."""
    DAMAGED = "damaged"
    """Its record cannot be read."""
    UNKNOWN = "unknown"
    """A witness could not be asked."""


BUSY_STATES = frozenset(
    {
        SessionState.PENDING,
        SessionState.QUEUED,
        SessionState.RUNNING,
        SessionState.WAITING,
        SessionState.RETRYING,
        SessionState.SILENT,
        SessionState.OPEN,
    }
)
"""States in which somebody is at it: a second prompt has to wait."""
