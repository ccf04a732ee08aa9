"""Make the base session that every issue's session is forked from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Self

from kugetsu_tui.commands.adopt_session import require_session, require_untracked
from kugetsu_tui.commands.directories import directory_typed
from kugetsu_tui.commands.ports import Checkout, Conversations, Draft, Opencode, Store
from kugetsu_tui.commands.run_options import require_message
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import (
    ConflictError,
    EnvironmentUnfitError,
    NotFoundError,
    RunFailedError,
    UsageError,
)
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.session import SessionId, SessionType
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class InitRequest:
    force: bool = False
    """Take the place of the base there is; its forks keep working."""
    message: str | None = None
    """Typed for the user; without it, opencode's screen is handed this terminal."""
    adopt: str | None = None
    """A session that opencode already has."""
    directory: str | None = None
    """Where the base, and with it every issue's session, works; else the current one."""


@frozen(kw_only=True)
class Initialized(Success):
    verb: ClassVar[str] = "init"

    session_id: SessionId
    directory: str
    title: str
    warnings: tuple[str, ...] = ()

    def report(self) -> Report:
        return Report(
            headline=f"base session {self.session_id} works in {self.directory}",
            warnings=self.warnings,
        )

    def data(self) -> JsonObject:
        return {
            "session_id": self.session_id,
            "directory": self.directory,
            "title": self.title,
            "warnings": self.warnings,
        }


@frozen
class InitBase:
    store: Store
    conversations: Conversations
    opencode: Opencode
    checkout: Checkout

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            conversations=world.conversations,
            opencode=world.opencode,
            checkout=world.checkout,
        )

    def __call__(
        self, request: InitRequest, *, tell: Callable[[str], object] = lambda _: None
    ) -> Initialized:
        """Make or adopt the base; where this raises, the index is as it was.

        Args:
            request: what is asked for.
            tell: told in a line what is waited for, once nothing refuses it any more.

        Raises:
            ConflictError: there is a base, and `force` was not asked for; or the session to adopt
                is an issue's.
            UsageError: a session to adopt is given a message or a directory.
            NoTerminalError: no terminal, and neither a message nor a session to adopt.
            RunFailedError: opencode's screen was left without a prompt, or killed.
        """
        if request.adopt is not None and (request.message, request.directory) != (None, None):
            raise UsageError("init: an adopted session takes neither a message nor a directory")
        self._require_free(self.store.index().base, force=request.force)
        made = self._make(request, tell)
        warnings = (*self._unanswered(made, request), *self._warnings(Path(made.directory)))
        with self.store.edit() as draft:
            self._require_free(draft.index.base, force=request.force)
            require_untracked(made.session_id, draft.index, self.store)
            self._save(draft, made)
        return Initialized(
            session_id=made.session_id,
            directory=made.directory,
            title=made.title,
            warnings=warnings,
        )

    def _require_free(self, base_id: SessionId | None, *, force: bool) -> None:
        if base_id is not None and not force:
            raise ConflictError(
                f"init: there is a base session, {base_id}",
                hint="kugetsu init --force puts another in its place; forks keep working",
            )

    def _make(self, request: InitRequest, tell: Callable[[str], object]) -> Conversation:
        if request.adopt is not None:
            return require_session(request.adopt, self.conversations)
        directory = self.directory(request.directory)
        if request.message is None:
            session_id = self.opencode.open_screen(None, directory=directory)
        else:
            message = require_message(request.message)
            self.opencode.program()
            tell("opencode answers the first message…")
            session_id = self.opencode.drive_screen(message, directory=directory)
        if session_id is None:
            raise RunFailedError(
                "init: no session was created: opencode was left without a prompt",
                hint="kugetsu init again, type a first message, then leave with ctrl+c",
                remedy="init",
            )
        found = self.conversations.sessions([session_id]).get(session_id)
        if found is None:
            raise NotFoundError(f"init: opencode named {session_id}, but its database lacks it")
        return found

    def directory(self, asked: str | None = None) -> Path:
        """Where the base, and with it every issue's session, would work.

        Raises:
            EnvironmentUnfitError: there is no such directory.
        """
        named = asked if asked is not None else str(self.checkout.current_directory())
        if (directory := directory_typed(named)) is None:
            raise EnvironmentUnfitError(
                f"init: no such directory, or it may not be entered: {clean_line(named)}"
            )
        return directory

    def _save(self, draft: Draft, made: Conversation) -> None:
        before = draft.base()
        earlier = before.earlier if isinstance(before, Record) else ()
        if draft.index.base is not None and draft.index.base != made.session_id:
            earlier = (*earlier, draft.index.base)
        draft.put_base(
            Record(
                type=SessionType.BASE,
                session_id=made.session_id,
                created_at=spell_moment(made.created_at),
                updated_at=made.updated_at,
                directory=made.directory,
                earlier=earlier,
                extra=before.extra if isinstance(before, Record) else {},
            )
        )

    def _unanswered(self, made: Conversation, request: InitRequest) -> tuple[str, ...]:
        """A base without an answer can be forked, but knows nothing that an issue could use."""
        if request.message is None:
            return ()
        messages = self.conversations.messages(made.session_id, limit=1)
        errors = [message.error for message in messages if message.error]
        return tuple(f"the first message was not answered: {error}" for error in errors)

    def _warnings(self, directory: Path) -> tuple[str, ...]:
        if self.checkout.repositories(directory):
            return ()
        return (
            f"{clean_line(str(directory))} has no git remote: every issue will be worked on there",
        )
