"""What happens on a server, as the events of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from kugetsu_tui.domain.ask import Ask
from kugetsu_tui.domain.errors import ServerRefusedError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject, object_of, text_of
from kugetsu_tui.domain.moment import from_milliseconds
from kugetsu_tui.domain.run_event import Asked, ErrorReported, Replied, Retrying, RunEvent
from kugetsu_tui.domain.session import SessionId, session_id_of
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.opencode.event_lines import event_of
from kugetsu_tui.opencode.needs import with_need
from kugetsu_tui.opencode.parts import LINE_CAP, amount_of
from kugetsu_tui.opencode.server.asks import permission_of, question_of
from kugetsu_tui.opencode.server.live_text import LiveText

OPENCODE = "opencode, or somebody at its screen"
_LINES = {"text": "text", "tool": "tool_use", "step-finish": "step_finish"}
"""Kind of a part → what a line of `opencode run` about it is called."""
_ENDED = frozenset({"completed", "error"})
"""Statuses of a tool call that is over."""

ParentOf = Callable[[SessionId], SessionId | None]


@frozen
class Idle:
    """The session's turn has come to its end, as the server has it."""


class Reading:
    """Made for one session; its sub-agents' asks are its own, and their news a sign of life."""

    def __init__(self, session_id: SessionId, *, directory: str, parent_of: ParentOf) -> None:
        """Read for that session.

        Args:
            session_id: whose events count.
            directory: where it works.
            parent_of: asked about a session that was not seen before.
        """
        self._session_id = session_id
        self._directory = directory
        self._parent_of = parent_of
        self._family = {session_id: True}
        """Session → whether it is this one, or a sub-agent of it."""
        self._kinds: dict[str, str] = {}
        """Part → its kind, while it is being written."""
        self._told: set[str] = set()
        """Parts that are finished."""
        self._live = LiveText()
        self._provider = ""
        """Whom the model belongs to that answers."""
        self._has_failed = False

    def events(self, told: JsonObject) -> Iterator[RunEvent | Idle | None]:
        """The run's events in one of the server's; `None` where it is a sign of life alone.

        Raises:
            ServerUnreachableError: whose an ask is, the server does not say.
        """
        properties = object_of(told.get("properties"))
        named = session_id_of(text_of(properties.get("sessionID")) or "")
        if named is None:
            return
        kind = text_of(told.get("type")) or ""
        if kind == "session.created":
            self._note_birth(named, properties)
        if kind in _ASKS:
            if self.is_family(named):
                yield from self._asked(kind, properties)
        elif named == self._session_id:
            yield from self._own(kind, properties)
        elif self._family.get(named):
            yield None

    def due(self) -> RunEvent | None:
        """What is being said, where it is time to tell it."""
        return self._live.due()

    def is_family(self, session_id: SessionId) -> bool:
        """Whether it is this session, or a sub-agent's, or a sub-agent's of that.

        Nor is one that the server knows nothing of: others' sessions may be deleted at any time.

        Raises:
            ServerUnreachableError: the server does not say.
        """
        try:
            return self._is_descended(session_id)
        except ServerRefusedError:
            return False

    def _is_descended(self, session_id: SessionId) -> bool:
        if session_id not in self._family:
            parent = self._parent_of(session_id)
            self._family[session_id] = parent is not None and self._is_descended(parent)
        return self._family[session_id]

    def _note_birth(self, born: SessionId, properties: JsonObject) -> None:
        parent = session_id_of(text_of(object_of(properties.get("info")).get("parentID")) or "")
        if parent is not None and self._family.get(parent):
            self._family[born] = True

    def _asked(self, kind: str, properties: JsonObject) -> Iterator[RunEvent]:
        if kind.endswith(".asked"):
            read = permission_of if kind.startswith("permission") else question_of
            ask: Ask | None = read(properties, directory=self._directory)
            if ask is not None:
                yield Asked(ask)
        elif (ask_id := text_of(properties.get("requestID"))) is not None:
            what = text_of(properties.get("reply")) or kind.rpartition(".")[2]
            yield Replied(ask_id=ask_id, what=clean_line(what, LINE_CAP), by=OPENCODE)

    def _own(self, kind: str, properties: JsonObject) -> Iterator[RunEvent | Idle | None]:
        match kind:
            case "message.part.delta":
                self._gather(properties)
                yield self._live.due()
            case "message.part.updated":
                yield self._finished(object_of(properties.get("part")))
            case "message.updated":
                told = text_of(object_of(properties.get("info")).get("providerID"))
                self._provider = told or self._provider
                yield None
            case "session.error":
                yield self._error(object_of(properties.get("error")))
            case "session.status":
                yield self._status(object_of(properties.get("status")))
            case "session.idle":
                yield Idle()
            case _:
                yield None

    def _error(self, error: JsonObject) -> RunEvent | None:
        """Nothing for the stack trace that opencode sends behind an error with words."""
        if self._has_failed and error.get("name") == "UnknownError":
            return None
        self._has_failed = True
        told = event_of({"type": "error", "error": error})
        return told or ErrorReported("opencode reported an error")

    def _status(self, status: JsonObject) -> RunEvent | None:
        if status.get("type") != "retry":
            return None
        why = clean_line(text_of(status.get("message")) or "opencode does not say why", LINE_CAP)
        next_at = _moment(amount_of(status.get("next")))
        return Retrying(with_need(why, provider=self._provider), next_at)

    def _gather(self, properties: JsonObject) -> None:
        part = text_of(properties.get("partID")) or ""
        if self._kinds.get(part) == "text" and properties.get("field") == "text":
            self._live.add(part, text_of(properties.get("delta")) or "")

    def _finished(self, part: JsonObject) -> RunEvent | None:
        """What a part tells that is finished, once; it may be updated again."""
        part_id, kind = text_of(part.get("id")) or "", text_of(part.get("type")) or ""
        if part_id in self._told or not _is_finished(kind, part):
            self._kinds[part_id] = kind
            return None
        self._told.add(part_id)
        self._kinds.pop(part_id, None)
        if kind == "text":
            self._live.drop()
        return event_of({"type": _LINES[kind], "part": part})


_ASKS = frozenset(
    {
        "permission.asked",
        "permission.replied",
        "question.asked",
        "question.replied",
        "question.rejected",
    }
)


def _moment(milliseconds: float) -> datetime | None:
    """A provider may ask for patience beyond all calendars."""
    try:
        return from_milliseconds(milliseconds) if milliseconds else None
    except (ValueError, OverflowError, OSError):
        return None


def _is_finished(kind: str, part: JsonObject) -> bool:
    """A user's text has no times."""
    match kind:
        case "text":
            return bool(object_of(part.get("time")).get("end"))
        case "tool":
            return text_of(object_of(part.get("state")).get("status")) in _ENDED
        case _:
            return kind in _LINES
