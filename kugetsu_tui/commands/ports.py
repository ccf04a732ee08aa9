"""What the verbs need from the world, in the verbs' own words.

Everything here raises `KugetsuError` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from kugetsu_tui.domain.conversation import Conversation, FileChange, LastTurn, Message, Todo
from kugetsu_tui.domain.record import DamagedRecord, Index, Record
from kugetsu_tui.domain.run import Journalled, RunEnd, RunOrder, RunSeen
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.domain.trash import Removed


class Clock(Protocol):
    def __call__(self) -> datetime:
        """Now, with a zone."""
        ...


class Monotonic(Protocol):
    def __call__(self) -> float:
        """Seconds that only ever grow."""
        ...


class Draft(Protocol):
    """The store as it is now, ours to change until the block ends."""

    @property
    def index(self) -> Index: ...

    def record(self, key: str) -> Record | DamagedRecord:
        """The record of an issue in the index."""
        ...

    def base(self) -> Record | DamagedRecord | None: ...

    def put(self, key: str, record: Record) -> None:
        """Track the issue, or rewrite its record."""
        ...

    def put_base(self, record: Record) -> None: ...

    def remove(self, key: str) -> None:
        """Untrack the issue; its record goes to the trash."""
        ...

    def remove_base(self) -> None: ...

    def remove_orphan(self, file: str) -> None:
        """Move a record file that no index entry names to the trash."""
        ...

    def restore(self, removed: Removed) -> None:
        """Take something back from the trash."""
        ...


class Store(Protocol):
    """The map issue ↔ session. Readers take no lock."""

    def index(self) -> Index:
        """Raises `DamagedError` where the index cannot be understood."""
        ...

    def record(self, file: str) -> Record | DamagedRecord: ...

    def records(self, index: Index) -> Mapping[str, Record | DamagedRecord]:
        """All records the index names, in its order."""
        ...

    def base(self) -> Record | DamagedRecord | None: ...

    def orphans(self) -> Sequence[tuple[str, datetime]]:
        """Record files that no index entry names, with when they were last written."""
        ...

    def trash(self) -> Sequence[Removed]:
        """What can be taken back, the newest first."""
        ...

    def edit(self) -> AbstractContextManager[Draft]:
        """Read afresh under the lock, change, save. An exception in the block changes nothing."""
        ...

    def version(self) -> object:
        """A cheap value that differs whenever the store has changed."""
        ...


class Conversations(Protocol):
    """opencode's own database, read-only."""

    def sessions(
        self, ids: Collection[SessionId] | None = None
    ) -> Mapping[SessionId, Conversation]:
        """Those sessions, or all top-level ones, the newest activity first."""
        ...

    def messages(self, session_id: SessionId, *, limit: int) -> Sequence[Message]:
        """The last messages, in order."""
        ...

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None: ...

    def todos(self, session_id: SessionId) -> Sequence[Todo]: ...

    def changes(self, session_id: SessionId) -> Sequence[FileChange]: ...

    def version(self) -> object: ...


class ReservedRun(Protocol):
    """A run whose folder and lock are ours, before its supervisor has them."""

    @property
    def run_id(self) -> RunId: ...

    def launch(self) -> None:
        """Hand the lock to a supervisor process of its own."""
        ...

    def settle(self, end: RunEnd) -> None:
        """Write the end of a run that had no supervisor."""
        ...


class Runs(Protocol):
    """The runs of this store: their folders, supervisors and journals."""

    def reserve(self, order: RunOrder, message: str | None) -> AbstractContextManager[ReservedRun]:
        """Make the run's folder and take its lock. Leaving the block unlaunched removes both."""
        ...

    def new_id(self) -> RunId: ...

    def seen(self, run_id: RunId) -> RunSeen | None:
        """What is there of the run now; nothing where its folder is gone."""
        ...

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        """The run's events; following yields `None` while there is nothing new, until the end."""
        ...

    def log(self, run_id: RunId) -> str:
        """The end of what opencode wrote on stderr."""
        ...

    def message(self, run_id: RunId) -> str:
        """The prompt of the run; empty where it is not kept."""
        ...

    def stop(self, run_id: RunId) -> RunEnd:
        """End the run and everything it started; returns its end."""
        ...

    def version(self) -> object:
        """A cheap value that differs whenever a run began, said something or ended."""
        ...

    def open_elsewhere(self) -> Collection[SessionId]:
        """Sessions that opencode screens we did not start name in their arguments."""
        ...


class Opencode(Protocol):
    """The program itself."""

    def program(self) -> Path:
        """Where it is. Raises `NoOpencodeError`, which says how to get it."""
        ...

    def version(self) -> str: ...

    def install(self, say: Callable[[str], None]) -> Path:
        """Get it with npm into our own data folder; returns where it is."""
        ...

    def delete(self, session_id: SessionId) -> None:
        """Delete the conversation in opencode."""
        ...

    def open_screen(self, session_id: SessionId | None, *, directory: Path) -> SessionId | None:
        """Hand this terminal to opencode's own screen; the session it was left with, if any.

        Raises:
            NoTerminalError: there is no terminal to hand over.
        """
        ...

    def drive_screen(self, message: str, *, directory: Path) -> SessionId | None:
        """Type a first message into opencode's screen on a terminal of our own."""
        ...


class Checkout(Protocol):
    """Folders and their git remotes."""

    def current_directory(self) -> Path: ...

    def repositories(self, directory: Path) -> Sequence[str]:
        """`instance/user/repo` of each git remote, `origin` first; empty outside a checkout."""
        ...


class SettingsFile(Protocol):
    """The file of what the user chose."""

    @property
    def path(self) -> Path: ...

    def chosen(self) -> Mapping[str, str]:
        """Dotted key → value, as it would be typed; also keys this version does not know."""
        ...

    def warnings(self) -> tuple[str, ...]:
        """What in the file was not understood, and what holds instead."""
        ...

    def set(self, key: str, value: str) -> None:
        """Raises `UsageError` where the setting does not take the value; the file is kept."""
        ...
