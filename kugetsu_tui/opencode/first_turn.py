"""Whether the session that a message was typed into has come to the end of its first turn."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from kugetsu_tui.domain.conversation import Message, TextPart
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.database import Database

_FIRST_MESSAGES = 200
_GOES_ON = {"", "tool-calls"}
"""What the last message's `finish` holds while more is to come."""


def has_first_turn_ended(
    database: Database, message: str, *, directory: Path, since: datetime
) -> bool:
    """Whether a session begun there since then with these words has its answer, or its error.

    opencode's screen tells nobody which session is its own before it is left: this only times
    the leaving, the session's name comes from the screen's closing words.
    """
    return any(
        _has_ended(database, session.session_id, message)
        for session in database.sessions().values()
        if session.created_at >= since and Path(session.directory) == directory
    )


def _has_ended(database: Database, session_id: SessionId, message: str) -> bool:
    messages = database.messages(session_id, limit=_FIRST_MESSAGES)
    if not messages or _words(_text(messages[0])) != _words(message):
        return False
    last = messages[-1]
    # opencode names the finish first: whoever ends it before it has completed aborts the message
    has_finished = last.finish not in _GOES_ON and last.completed_at is not None
    return last.role != "user" and (bool(last.error) or has_finished)


def _text(message: Message) -> str:
    return " ".join(part.text for part in message.parts if isinstance(part, TextPart))


def _words(text: str) -> list[str]:
    """What is left of a text when only its white space may have changed on the way."""
    return text.split()
