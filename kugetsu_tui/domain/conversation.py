"""A session as opencode keeps it: messages, parts, todos and changed files."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.session import SessionId


@frozen(kw_only=True)
class Conversation:
    """One row of opencode's session table; a column an older opencode lacks is empty."""

    session_id: SessionId
    title: str
    directory: str
    created_at: datetime
    updated_at: datetime
    parent_id: SessionId | None = None
    model: str = ""
    """`provider/model` of the latest prompt."""
    agent: str = ""
    tokens: int = 0
    cost: float = 0.0
    is_archived: bool = False


@frozen
class TextPart:
    text: str


@frozen
class ReasoningPart:
    text: str


@frozen(kw_only=True)
class ToolPart:
    tool: str
    status: str
    """`pending`, `running`, `completed` or `error`."""
    title: str
    output: str


@frozen
class FilePart:
    name: str


@frozen
class OtherPart:
    """A kind of part this program has no words for; it is named, never dropped."""

    kind: str


Part: TypeAlias = TextPart | ReasoningPart | ToolPart | FilePart | OtherPart


@frozen(kw_only=True)
class Message:
    """One message with its parts, in order."""

    role: str
    at: datetime
    completed_at: datetime | None
    finish: str
    """The model's word for why it ended (`stop`, `tool-calls`, …); empty while it has not."""
    error: str
    """What went wrong, in a line; empty where nothing did."""
    parts: tuple[Part, ...]


@frozen(kw_only=True)
class LastTurn:
    """The newest assistant message: what decides whether a run succeeded."""

    at: datetime
    completed_at: datetime | None
    finish: str
    error: str
    is_aborted: bool = False


@frozen
class Todo:
    content: str
    status: str


@frozen
class FileChange:
    path: str
    additions: int
    deletions: int
    status: str


@frozen
class FilePatch:
    """What one turn changed in one file, as a unified diff; empty where that is not kept."""

    path: str
    patch: str
