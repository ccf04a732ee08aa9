"""opencode without a program, a database or a server."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kugetsu_tui.domain.conversation import (
    Conversation,
    FileChange,
    FilePatch,
    LastTurn,
    Message,
    TextPart,
    Todo,
)
from kugetsu_tui.domain.errors import (
    DatabaseUnreadableError,
    KugetsuError,
)
from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.server import ServerAddress, ServerSeen
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.domain.transcript import Place, Turn


@dataclass
class FakeConversations:
    """opencode's database, from memory."""

    kept: dict[SessionId, Conversation] = field(default_factory=dict)
    said: dict[SessionId, list[Message]] = field(default_factory=dict)
    turns: dict[SessionId, LastTurn] = field(default_factory=dict)
    planned: dict[SessionId, list[Todo]] = field(default_factory=dict)
    changed: dict[SessionId, list[FileChange]] = field(default_factory=dict)
    counted: dict[SessionId, Figures] = field(default_factory=dict)
    sought: list[str] = field(default_factory=list)
    told: dict[SessionId, str] = field(default_factory=dict)
    """What sessions are for, as somebody told opencode."""
    is_readable: bool = True

    def issue_refs(self) -> Mapping[SessionId, str]:
        self._look()
        return self.told

    def sessions(
        self, ids: Collection[SessionId] | None = None
    ) -> Mapping[SessionId, Conversation]:
        self._look()
        newest_first = sorted(self.kept.values(), key=lambda one: one.updated_at, reverse=True)
        return {
            one.session_id: one
            for one in newest_first
            if (one.parent_id is None if ids is None else one.session_id in ids)
        }

    def children(self) -> Mapping[SessionId, Conversation]:
        self._look()
        return {name: one for name, one in self.kept.items() if one.parent_id is not None}

    def figures(self, ids: Collection[SessionId]) -> Mapping[SessionId, Figures]:
        self._look()
        return {name: self.counted[name] for name in ids if name in self.counted}

    def search(self, needle: str, *, is_wanted: Callable[[], bool]) -> Mapping[SessionId, str]:
        self._look()
        self.sought.append(needle)
        lines = (
            (session_id, part.text)
            for session_id, messages in self.said.items()
            for message in messages
            for part in message.parts
            if isinstance(part, TextPart) and needle.casefold() in part.text.casefold()
        )
        return dict(lines) if is_wanted() else {}

    def messages(self, session_id: SessionId, *, limit: int) -> Sequence[Message]:
        self._look()
        return self.said.get(session_id, [])[-limit:]

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None:
        self._look()
        turn = self.turns.get(session_id)
        return turn if turn and turn.at >= since else None

    def todos(self, session_id: SessionId) -> Sequence[Todo]:
        self._look()
        return self.planned.get(session_id, [])

    def changes(self, session_id: SessionId) -> Sequence[FileChange]:
        self._look()
        return self.changed.get(session_id, [])

    def version(self) -> object:
        return dict(self.kept), dict(self.turns)

    def _look(self) -> None:
        if not self.is_readable:
            raise DatabaseUnreadableError("opencode's database cannot be read: disk I/O error")


@dataclass
class FakeTranscripts:
    """What was said, from memory."""

    conversations: FakeConversations
    told: dict[SessionId, list[Turn]] = field(default_factory=dict)
    patched: dict[SessionId, list[FilePatch]] = field(default_factory=dict)

    def before(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        self.conversations._look()
        turns = [
            turn
            for turn in self.told.get(session_id, ())
            if place is None or _order(turn.place) < _order(place)
        ]
        return turns[-limit:]

    def since(self, session_id: SessionId, place: Place | None, *, limit: int) -> Sequence[Turn]:
        self.conversations._look()
        turns = [
            turn
            for turn in self.told.get(session_id, ())
            if place is None or _order(turn.place) >= _order(place)
        ]
        return turns[:limit]

    def patches(self, session_id: SessionId) -> Sequence[FilePatch]:
        self.conversations._look()
        return self.patched.get(session_id, [])

    def version(self) -> object:
        return {session_id: tuple(turns) for session_id, turns in self.told.items()}


def _order(place: Place) -> tuple[int, str]:
    return place.created, place.message_id


@dataclass
class FakeOpencode:
    """The program, without a process."""

    conversations: FakeConversations
    refusal: KugetsuError | None = None
    """Why it cannot be used at all."""
    deletion_refusal: KugetsuError | None = None
    screen_refusal: KugetsuError | None = None
    """Why its screen cannot be opened, or how it ended."""
    terminal_refusal: KugetsuError | None = None
    left_with: SessionId | None = None
    """The session its screen is left with."""
    while_open: Callable[[], None] = lambda: None
    screens: list[tuple[SessionId | None, Path]] = field(default_factory=list)
    typed: list[tuple[str, Path]] = field(default_factory=list)
    deleted: list[SessionId] = field(default_factory=list)
    attached: list[tuple[SessionId, str]] = field(default_factory=list)
    """Sessions that a server's screen was opened on, and where that server is."""

    def program(self) -> Path:
        if self.refusal:
            raise self.refusal
        return Path("/opt/opencode/bin/opencode")

    def version(self) -> str:
        self.program()
        return "1.18.33"

    def install(self, say: Callable[[str], None]) -> Path:
        say("354 MB to go")
        self.refusal = None
        return self.program()

    def delete(self, session_id: SessionId) -> None:
        if self.deletion_refusal:
            raise self.deletion_refusal
        del self.conversations.kept[session_id]
        self.deleted.append(session_id)

    def require_terminal(self, session_id: SessionId | None) -> None:
        del session_id
        if self.terminal_refusal:
            raise self.terminal_refusal

    def open_screen(self, session_id: SessionId | None, *, directory: Path) -> SessionId | None:
        self.screens.append((session_id, directory))
        self.while_open()
        if self.screen_refusal:
            raise self.screen_refusal
        return session_id or self.left_with

    def attach_screen(
        self, session_id: SessionId, *, address: ServerAddress, run_id: RunId, directory: Path
    ) -> None:
        self.attached.append((session_id, address.url))
        self.while_open()
        if self.screen_refusal:
            raise self.screen_refusal

    def drive_screen(self, message: str, *, directory: Path) -> SessionId | None:
        self.typed.append((message, directory))
        return self.left_with


@dataclass
class FakeServer:
    """One server at most; a test says how it does."""

    found: ServerSeen | None = None
    refusal: KugetsuError | None = None
    """Why it cannot be had or ended."""
    lacks: frozenset[str] | None = frozenset()
    started: int = 0
    awaited: str = ""
    """Why it takes long to have it."""

    def ensure(self, tell: Callable[[str], object] = lambda _: None) -> ServerAddress:
        if self.awaited:
            tell(self.awaited)
        if self.refusal:
            raise self.refusal
        if self.found is None:
            self.found = ServerSeen(url="http://127.0.0.1:43127", version="1.18.33", is_ours=True)
            self.started += 1
        return ServerAddress(self.found.url, password="secret")

    def attempts(self) -> Iterator[ServerAddress]:
        yield self.ensure()

    def running(self) -> ServerAddress | None:
        return ServerAddress(self.found.url, password="secret") if self.found else None

    def missing(self) -> frozenset[str] | None:
        return self.lacks

    def seen(self) -> ServerSeen | None:
        return self.found

    def ending_tools(self, commands: Sequence[str]) -> AbstractContextManager[None]:
        del commands
        return nullcontext()

    def stop(self, *, force: bool) -> bool:
        if self.refusal and not force:
            raise self.refusal
        was_there, self.found = self.found is not None, None
        return was_there
