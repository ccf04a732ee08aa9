"""Fork the base for an issue and give the fork its first message."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Self

from kugetsu_tui.commands.directories import is_directory
from kugetsu_tui.commands.launched import Launched
from kugetsu_tui.commands.ports import (
    Checkout,
    Clock,
    Conversations,
    Draft,
    Opencode,
    Runs,
    Store,
)
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.commands.run_options import RunOptions, placed, require_message
from kugetsu_tui.commands.tracked_session import (
    require_none_waiting,
    require_quiet,
    require_record,
)
from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import (
    ConflictError,
    EnvironmentUnfitError,
    NoBaseError,
)
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.record import Record
from kugetsu_tui.domain.run import RunOrder, RunOutcome, RunVerb
from kugetsu_tui.domain.session import SessionId, SessionType
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.domain.text import clean_line


@frozen(kw_only=True)
class StartRequest:
    ref: str
    message: str
    options: RunOptions = field(default_factory=RunOptions)
    replace: bool = False
    """Start anew although the issue is tracked; the session it had stays in opencode."""


@frozen
class StartIssue:
    """The issue's place is on disk before opencode runs: a crash leaves a trace, not an orphan."""

    store: Store
    runs: Runs
    conversations: Conversations
    opencode: Opencode
    checkout: Checkout
    clock: Clock
    resolve: ResolveRef
    settings: Settings

    @classmethod
    def of(cls, world: World) -> Self:
        return cls(
            store=world.store,
            runs=world.runs,
            conversations=world.conversations,
            opencode=world.opencode,
            checkout=world.checkout,
            clock=world.clock,
            resolve=ResolveRef.of(world),
            settings=world.settings,
        )

    def __call__(self, request: StartRequest) -> Launched:
        """Launch the run and return.

        Raises:
            NoBaseError: there is nothing to fork.
            ConflictError: the issue has a session already.
            BusyError: a run of the issue is in progress, or waits for the session it has.
            NoOpencodeError: opencode is missing; nothing was changed, as with all of these.
        """
        key = self.resolve.new(request.ref)
        message = require_message(request.message)
        order = self._order(key, self.base(), request.options)
        with self.runs.reserve(order, message) as run:
            with self.store.edit() as draft:
                earlier = self._require_free(key, draft, replace=request.replace)
                draft.put(key, _placeholder(order, earlier))
            has_begun = run.launch()
        return Launched(
            verb=order.verb,
            issue_ref=key,
            run_id=order.run_id,
            directory=order.directory,
            is_queued=not has_begun,
            warnings=self.doubts(key, order.directory),
        )

    def base(self) -> Conversation:
        """The session that a start forks; the fork works in its directory.

        Raises:
            NoBaseError: there is none, or opencode no longer has it.
            NoOpencodeError: opencode is missing.
            EnvironmentUnfitError: its directory is gone.
        """
        if (base_id := self.store.index().base) is None:
            raise NoBaseError(
                "start: there is no base session to fork from", hint="kugetsu init", remedy="init"
            )
        self.opencode.program()
        base = self.conversations.sessions([base_id]).get(base_id)
        if base is None:
            raise NoBaseError(
                f"start: opencode no longer has the base session {base_id}",
                hint="kugetsu init --force",
                remedy="init",
            )
        if not is_directory(Path(base.directory)):
            raise EnvironmentUnfitError(
                f"start: the base's directory is gone: {clean_line(base.directory)}",
                hint="kugetsu init --force --dir DIR",
                remedy="init",
            )
        return base

    def _order(self, key: str, base: Conversation, options: RunOptions) -> RunOrder:
        order = RunOrder(
            run_id=self.runs.new_id(),
            verb=RunVerb.START,
            issue_ref=key,
            session_id=base.session_id,
            directory=base.directory,
            placed_at=self.clock(),
        )
        return placed(order, options, self.settings)

    def _require_free(self, key: str, draft: Draft, *, replace: bool) -> tuple[SessionId, ...]:
        """The sessions that the new one takes the place of."""
        if key not in draft.index.issues:
            return ()
        record = require_record(key, draft.record(key))
        require_quiet(key, record, self.runs)
        if record.session_id is None:
            return record.earlier
        if replace or self._never_began(record):
            require_none_waiting(key, self.runs.queue())
            return (*record.earlier, record.session_id)
        if record.session_id not in self.conversations.sessions([record.session_id]):
            raise ConflictError(
                f"{key}: tracked already, as {record.session_id}, which opencode no longer has",
                hint=f"kugetsu start {quote(key)} MESSAGE --replace",
            )
        raise ConflictError(
            f"{key}: tracked already, as {record.session_id}",
            hint=f"kugetsu continue {quote(key)} MESSAGE",
            remedy="continue",
        )

    def _never_began(self, record: Record) -> bool:
        """The record's only run was a start that came to nothing."""
        end = record.run_end
        run = self.runs.seen(record.run_id) if record.run_id else None
        return (
            run is not None
            and run.order.verb is RunVerb.START
            and end is not None
            and end.outcome is not RunOutcome.ANSWERED
        )

    def doubts(self, key: str, directory: str) -> tuple[str, ...]:
        """Why the issue may not be meant to be worked on there: its repository is another one."""
        repositories = self.checkout.repositories(Path(directory))
        repository = key.partition("#")[0]
        if repository.casefold() in (known.casefold() for known in repositories):
            return ()
        what = ", ".join(repositories) or "no git remote that names a repository"
        return (f"{directory} is not a checkout of {repository}: it has {clean_line(what)}",)


def _placeholder(order: RunOrder, earlier: tuple[SessionId, ...]) -> Record:
    return Record(
        type=SessionType.FORKED,
        issue_ref=order.issue_ref,
        created_at=spell_moment(order.placed_at),
        updated_at=order.placed_at,
        directory=order.directory,
        run_id=order.run_id,
        earlier=earlier,
    )
