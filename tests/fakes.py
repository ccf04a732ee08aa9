"""The world of the verbs in memory: small, honest, and examined beside the real thing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.account import Account, Effective
from kugetsu_tui.domain.ask import Ask, Decision
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
    ConflictError,
    DatabaseUnreadableError,
    KugetsuError,
    NoBaseError,
    NotFoundError,
)
from kugetsu_tui.domain.figures import Figures
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.record import (
    BASE_FILE,
    RESERVED_FILES,
    DamagedRecord,
    Index,
    Record,
    record_file,
)
from kugetsu_tui.domain.run import (
    Engine,
    Journalled,
    Liveness,
    RunEnd,
    RunOrder,
    RunOutcome,
    RunSeen,
    RunVerb,
)
from kugetsu_tui.domain.server import ServerAddress, ServerSeen
from kugetsu_tui.domain.session import RunId, SessionId, SessionType
from kugetsu_tui.domain.settings import Choice, Origin, Settings
from kugetsu_tui.domain.surroundings import Surroundings
from kugetsu_tui.domain.transcript import Place, Turn
from kugetsu_tui.domain.trash import Removed
from kugetsu_tui.domain.view import View

_TRASH_NAMES = count()
NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


@dataclass
class FakeClock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class MemoryStore:
    """The store without files: `files` are the records by file name."""

    clock: FakeClock = field(default_factory=FakeClock)
    stored: Index = field(default_factory=Index)
    files: dict[str, Record | DamagedRecord] = field(default_factory=dict)
    written_at: dict[str, datetime] = field(default_factory=dict)
    removed: list[Removed] = field(default_factory=list)
    damage: KugetsuError | None = None
    """What every look at the index is refused with."""
    refusal: KugetsuError | None = None
    """What saving is refused with."""
    last: Index | None = None
    """The last good index, where one is kept."""
    saves: int = 0
    session_of: Callable[[RunId], SessionId | None] = lambda _: None

    def index(self) -> Index:
        if self.damage:
            raise self.damage
        return self.stored

    def record(self, file: str) -> Record | DamagedRecord:
        return _with_session(self.files, file, self.session_of)

    def records(self, index: Index) -> Mapping[str, Record | DamagedRecord]:
        return {key: self.record(file) for key, file in index.issues.items()}

    def base(self) -> Record | DamagedRecord | None:
        return _base(self.index(), self.record(BASE_FILE))

    def orphans(self) -> Sequence[tuple[str, datetime]]:
        named = RESERVED_FILES | set(self.index().issues.values())
        return [(name, self.written_at[name]) for name in sorted(self.files) if name not in named]

    def trash(self) -> Sequence[Removed]:
        return self.removed[::-1]

    def strays(self) -> Sequence[Record]:
        index = Index() if self.damage else self.stored
        named = RESERVED_FILES | set(index.issues.values())
        found = [record for name, record in sorted(self.files.items()) if name not in named]
        return [record for record in found if isinstance(record, Record)]

    def has_last_index(self) -> bool:
        return self.last is not None

    def restore_index(self) -> str:
        if not self.damage:
            raise ConflictError("the index is whole: there is nothing to bring back")
        if self.last is None:
            raise NotFoundError("there is no good index to bring back")
        self.damage, self.stored = None, self.last
        return "index.json.damaged-1"

    @contextmanager
    def rebuild(self) -> Iterator[MemoryDraft]:
        if self.damage:
            self.damage, self.stored = None, Index()
        with self.edit() as draft:
            yield draft

    @contextmanager
    def edit(self) -> Iterator[MemoryDraft]:
        draft = MemoryDraft(
            self.index(), dict(self.files), list(self.removed), self.clock(), self.session_of
        )
        yield draft
        if self.refusal:
            raise self.refusal
        for file, record in draft.files.items():
            if self.files.get(file) != record:
                self.written_at[file] = self.clock()
        self.stored, self.files, self.removed = draft.index, draft.files, draft.removed
        self.saves += 1

    def version(self) -> object:
        return self.saves


@dataclass
class MemoryDraft:
    """Everything copied: nothing is changed before the block ends."""

    index: Index
    files: dict[str, Record | DamagedRecord]
    removed: list[Removed]
    now: datetime
    session_of: Callable[[RunId], SessionId | None]

    def record(self, key: str) -> Record | DamagedRecord:
        return _with_session(self.files, self._file_of(key), self.session_of)

    def base(self) -> Record | DamagedRecord | None:
        missing = DamagedRecord(BASE_FILE, "missing", is_missing=True)
        return _base(self.index, self.files.get(BASE_FILE, missing))

    def put(self, key: str, record: Record) -> None:
        taken = {file.casefold(): owner for owner, file in self.index.issues.items()}
        file = self.index.issues.get(key) or record_file(key, taken)
        self.index = replace(self.index, issues={**self.index.issues, key: file})
        self.files[file] = replace(record, issue_ref=record.issue_ref or key)

    def put_base(self, record: Record) -> None:
        self.index = replace(self.index, base=record.session_id)
        self.files[BASE_FILE] = record

    def remove(self, key: str) -> None:
        file = self._file_of(key)
        issues = {other: name for other, name in self.index.issues.items() if other != key}
        self.index = replace(self.index, issues=issues)
        self._discard(key, file)

    def remove_base(self) -> None:
        if self.index.base is None:
            raise NoBaseError("there is no base session")
        self.index = replace(self.index, base=None)
        self._discard(None, BASE_FILE)

    def remove_orphan(self, file: str) -> None:
        if file in RESERVED_FILES or file in self.index.issues.values():
            raise ConflictError(f"{file}: no orphaned record")
        if file not in self.files:
            raise NotFoundError(f"{file}: gone already")
        self._discard(None, file)

    def restore(self, removed: Removed) -> None:
        if removed not in self.removed:
            raise NotFoundError(f"{removed.name}: not in the trash")
        if removed.key in self.index.issues or (removed.is_base and self.index.base):
            raise ConflictError(f"{removed.key}: something is in its place by now")
        self.removed.remove(removed)
        if removed.record is not None:
            self.files[removed.file] = removed.record
        if removed.is_base:
            base = removed.record.session_id if removed.record else None
            self.index = replace(self.index, base=base)
        elif removed.key is not None:
            issues = {**self.index.issues, removed.key: removed.file}
            self.index = replace(self.index, issues=issues)

    def _file_of(self, key: str) -> str:
        if key not in self.index.issues:
            raise NotFoundError(f"{key}: not tracked")
        return self.index.issues[key]

    def _discard(self, key: str | None, file: str) -> None:
        record = self.files.pop(file, None)
        self.removed.append(
            Removed(
                name=f"{next(_TRASH_NAMES)}-{file}",
                key=key,
                file=file,
                removed_at=self.now,
                is_base=file == BASE_FILE,
                record=record if isinstance(record, Record) else None,
            )
        )


def _with_session(
    files: Mapping[str, Record | DamagedRecord],
    file: str,
    session_of: Callable[[RunId], SessionId | None],
) -> Record | DamagedRecord:
    record = files.get(file, DamagedRecord(file, "missing", is_missing=True))
    if isinstance(record, DamagedRecord) or record.session_id or record.run_id is None:
        return record
    return replace(record, session_id=session_of(record.run_id))


def _base(index: Index, record: Record | DamagedRecord) -> Record | DamagedRecord | None:
    if index.base is None:
        return None
    if isinstance(record, Record):
        return replace(record, session_id=index.base)
    return Record(type=SessionType.BASE, session_id=index.base) if record.is_missing else record


@dataclass
class FakeRuns:
    """Runs without processes; a test says what becomes of them."""

    clock: FakeClock = field(default_factory=FakeClock)
    known: dict[RunId, RunSeen] = field(default_factory=dict)
    messages: dict[RunId, str] = field(default_factory=dict)
    journals: dict[RunId, Sequence[Journalled | None]] = field(default_factory=dict)
    logs: dict[RunId, str] = field(default_factory=dict)
    named: int = 0
    """How many runs were given an id."""
    launched: list[RunOrder] = field(default_factory=list)
    stopped: list[RunId] = field(default_factory=list)
    answered: list[tuple[Ask, Decision, str]] = field(default_factory=list)
    screens: set[SessionId] = field(default_factory=set)
    """Sessions open in an opencode that is not ours."""
    waiting: list[RunId] = field(default_factory=list)
    is_full: bool = False
    """No slot is free."""
    is_tended: bool = False
    at_launch: Callable[[RunOrder], None] = lambda _: None
    unstoppable: KugetsuError | None = None
    illegible: list[RunId] = field(default_factory=list)
    """Runs that do not tell whose they are."""
    unbegun: list[str] = field(default_factory=list)
    """Folders of runs whose starter was killed while making them."""
    goes_on: bool = False
    """A server is still at work when its screen is closed."""

    @contextmanager
    def reserve(self, order: RunOrder, message: str | None) -> Iterator[FakeReservedRun]:
        run = FakeReservedRun(self, order)
        self.known[order.run_id] = RunSeen(
            order=order,
            liveness=Liveness.WATCHED,
            session_id=None,
            last_sign=order.placed_at,
        )
        self.messages[order.run_id] = message or ""
        try:
            yield run
        finally:
            if not run.is_kept:
                del self.known[order.run_id], self.messages[order.run_id]

    def new_id(self) -> RunId:
        self.named += 1
        return RunId(f"run-{self.named}")

    def seen(self, run_id: RunId) -> RunSeen | None:
        return self.known.get(run_id)

    def session_of(self, run_id: RunId) -> SessionId | None:
        run = self.known.get(run_id)
        return run.session_id if run else None

    def history(self, issue_ref: str | None) -> Sequence[RunSeen]:
        runs = [run for run in self.known.values() if run.order.issue_ref == issue_ref]
        return sorted(runs, key=lambda run: run.order.placed_at, reverse=True)

    def journal(self, run_id: RunId, *, follow: bool) -> Iterator[Journalled | None]:
        entries = self.journals.get(run_id, ())
        return iter(entries if follow else [entry for entry in entries if entry])

    def log(self, run_id: RunId) -> str:
        return self.logs.get(run_id, "")

    def message(self, run_id: RunId) -> str:
        return self.messages.get(run_id, "")

    def stop(self, run_id: RunId) -> RunEnd:
        if self.unstoppable:
            raise self.unstoppable
        end = RunEnd(outcome=RunOutcome.STOPPED, at=self.clock(), reason="stopped by the user")
        self.known[run_id] = replace(self.known[run_id], liveness=Liveness.GONE, end=end)
        self.stopped.append(run_id)
        if run_id in self.waiting:
            self.waiting.remove(run_id)
        return end

    def answer(self, run_id: RunId, ask: Ask, decision: Decision, *, by: str) -> None:
        run = self.known[run_id]
        if ask not in run.asks:
            raise ConflictError("answer: it is no longer asked; somebody else has answered it")
        self.known[run_id] = replace(run, asks=tuple(each for each in run.asks if each != ask))
        self.answered.append((ask, decision, by))

    def queue(self) -> Mapping[RunId, str | None]:
        return {run_id: self.known[run_id].order.issue_ref for run_id in self.waiting}

    def tend_queue(self) -> None:
        self.is_tended = True

    def leftovers(self) -> Sequence[str]:
        return tuple(self.unbegun)

    def discard(self, leftover: str) -> None:
        self.unbegun.remove(leftover)

    def forget(self, issue_ref: str) -> int:
        doomed = [run for run in self.history(issue_ref) if not run.is_at_work]
        for run in doomed:
            del self.known[run.order.run_id]
        return len(doomed)

    def unreadable(self) -> Sequence[RunId]:
        return self.illegible

    def version(self) -> object:
        return dict(self.known)

    def open_elsewhere(self) -> Collection[SessionId]:
        return self.screens


def run_seen(
    run_id: str = "run-0",
    *,
    verb: RunVerb = RunVerb.START,
    liveness: Liveness = Liveness.WATCHED,
    session_id: SessionId | None = None,
    end: RunEnd | None = None,
    last_sign: datetime = NOW,
    retrying: str = "",
    host: str = "",
    asks: tuple[Ask, ...] = (),
    engine: Engine = Engine.RUN,
) -> RunSeen:
    """A run as its folder may tell; placed a minute before the fake clock began."""
    order = RunOrder(
        run_id=RunId(run_id),
        verb=verb,
        issue_ref=None,
        session_id=session_id,
        directory="/",
        placed_at=NOW - timedelta(minutes=1),
        engine=engine,
    )
    return RunSeen(
        order=order,
        liveness=Liveness.GONE if end else liveness,
        session_id=session_id,
        last_sign=last_sign,
        retrying=retrying,
        host=host,
        asks=asks,
        waits_since=last_sign if asks else None,
        end=end,
    )


@dataclass
class FakeReservedRun:
    runs: FakeRuns
    order: RunOrder
    is_kept: bool = False

    @property
    def run_id(self) -> RunId:
        return self.order.run_id

    def launch(self) -> bool:
        if self.runs.is_full:
            self.enqueue()
            return False
        self.runs.at_launch(self.order)
        self.runs.launched.append(self.order)
        self.is_kept = True
        return True

    def enqueue(self) -> None:
        self.runs.waiting.append(self.run_id)
        seen = self.runs.known[self.run_id]
        self.runs.known[self.run_id] = replace(seen, liveness=Liveness.QUEUED)
        self.is_kept = True

    def follow_on(self) -> bool:
        if self.runs.goes_on:
            self.launch()
        return self.runs.goes_on

    def settle(self, end: RunEnd) -> None:
        seen = self.runs.known[self.run_id]
        self.runs.known[self.run_id] = replace(seen, liveness=Liveness.GONE, end=end)
        self.is_kept = True


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

    def ensure(self) -> ServerAddress:
        if self.refusal:
            raise self.refusal
        if self.found is None:
            self.found = ServerSeen(url="http://127.0.0.1:43127", version="1.18.33", is_ours=True)
            self.started += 1
        return ServerAddress(self.found.url, password="secret")

    def running(self) -> ServerAddress | None:
        return ServerAddress(self.found.url, password="secret") if self.found else None

    def missing(self) -> frozenset[str] | None:
        return self.lacks

    def seen(self) -> ServerSeen | None:
        return self.found

    def stop(self, *, force: bool) -> bool:
        if self.refusal and not force:
            raise self.refusal
        was_there, self.found = self.found is not None, None
        return was_there


@dataclass
class FakeCheckout:
    directory: Path = Path("/")
    remotes: Sequence[str] = ()
    uncommitted: str = ""
    """What git tells of any files."""

    def diff(self, directory: Path, files: Sequence[str]) -> str:
        return self.uncommitted if files else ""

    def current_directory(self) -> Path:
        return self.directory

    def repositories(self, directory: Path) -> Sequence[str]:
        return self.remotes


@dataclass
class FakeHerald:
    """Remembers what it was to tell."""

    called: list[tuple[tuple[str, ...], Mapping[str, str]]] = field(default_factory=list)
    notified: list[str] = field(default_factory=list)
    refusal: KugetsuError | None = None

    def call(self, argv: Sequence[str], facts: Mapping[str, str]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.called.append((tuple(argv), facts))

    def notification(self, title: str, words: str) -> str:
        self.notified.append(f"{title}: {words}")
        return ""


@dataclass
class FakeSettingsFile:
    path: Path = Path("/home/shoko/.config/kugetsu/config.toml")
    values: dict[str, str] = field(default_factory=dict)
    over: dict[str, Choice] = field(default_factory=dict)
    """What holds instead of the file's."""
    remarks: tuple[str, ...] = ()

    def chosen(self) -> Mapping[str, Choice]:
        written = {key: Choice(value, Origin.FILE) for key, value in self.values.items()}
        return {**written, **self.over}

    def warnings(self) -> tuple[str, ...]:
        return self.remarks

    def set(self, key: str, value: str) -> None:
        self.values = {**self.values, key: value} if value else _without(self.values, key)


@dataclass
class FakeMachine:
    found: Surroundings = field(default_factory=lambda: Surroundings(program="/usr/bin/kugetsu"))

    def surroundings(self) -> Surroundings:
        return self.found


@dataclass
class FakeSshServer:
    """A server and its accounts, from memory; a test says what it makes of our rules."""

    known: dict[str, Account] = field(default_factory=dict)
    keys: dict[str, Sequence[str]] = field(default_factory=dict)
    rules: str = ""
    sudoers: dict[str, str] = field(default_factory=dict)
    ports: Collection[int] = ()
    serving: bool = False
    served: int = 0
    manager: str = "systemd"
    out_of_reach: str = ""
    is_this_machine: bool = True
    refusal: KugetsuError | None = None
    host_keys: bool = True
    others_say: dict[str, Sequence[str]] = field(default_factory=dict)
    """What other files of the configuration say first."""

    def require_root(self) -> None:
        if self.refusal:
            raise self.refusal

    def accounts(self) -> Sequence[Account]:
        return [replace(one, has_keys=bool(self.keys.get(one.name))) for one in self.known.values()]

    def add_account(self, name: str) -> None:
        self.known[name] = account(name)

    def keys_of(self, account: Account) -> Sequence[str]:
        return self.keys.get(account.name, ())

    def put_keys(self, account: Account, lines: Sequence[str]) -> None:
        self.keys[account.name] = tuple(lines)

    def has_host_keys(self) -> bool:
        return self.host_keys

    def make_host_keys(self) -> None:
        self.host_keys = True

    def effective(self, user: str) -> Effective | None:
        words = (line.split() for line in self.rules.splitlines() if not line.startswith("#"))
        ours = {pair[0].lower(): pair[1:] for pair in words}
        ports = [*map(str, self.ports), *ours.get("port", ())] or ["22"]
        return {**_OPENSSH, **ours, **self.others_say, "port": ports}

    def drop_in(self) -> str:
        return self.rules

    def other_ports(self) -> Collection[int]:
        return self.ports

    @contextmanager
    def on_trial(self, text: str) -> Iterator[None]:
        before, self.rules = self.rules, text
        try:
            yield
        except KugetsuError:
            self.rules = before
            raise

    def sudo_rule(self, user: str) -> str:
        return self.sudoers.get(user, "")

    def put_sudo_rule(self, user: str, text: str) -> None:
        self.sudoers[user] = text

    def is_serving(self) -> bool:
        return self.serving

    def serve(self) -> None:
        self.serving = True
        self.served += 1


_OPENSSH: Mapping[str, Sequence[str]] = {
    "pubkeyauthentication": ["yes"],
    "passwordauthentication": ["yes"],
    "kbdinteractiveauthentication": ["no"],
    "permitrootlogin": ["without-password"],
    "usepam": ["yes"],
    "authorizedkeysfile": [".ssh/authorized_keys", ".ssh/authorized_keys2"],
}
"""What OpenSSH 9.2 does where nobody says anything."""


def account(name: str, *, uid: int = 1000, **more: object) -> Account:
    """Somebody who may log in, and has neither password nor keys."""
    plain = Account(
        name=name,
        uid=uid,
        home=f"/home/{name}",
        shell="/bin/bash",
        has_password=False,
        is_locked=False,
        has_keys=False,
    )
    return replace(plain, **more)


@dataclass
class FakeBrowser:
    is_there: bool = True
    opened: list[str] = field(default_factory=list)

    def open(self, url: str) -> bool:
        if self.is_there:
            self.opened.append(url)
        return self.is_there


@dataclass
class FakeNotebook:
    memory: Memory
    refusal: KugetsuError | None = None

    def read(self) -> Memory:
        return self.memory

    def write(self, memory: Memory) -> None:
        if self.refusal:
            raise self.refusal
        self.memory = memory


def _without(values: Mapping[str, str], key: str) -> dict[str, str]:
    return {other: value for other, value in values.items() if other != key}


@dataclass
class Stage:
    """A world of fakes, each within a test's reach."""

    directory: Path
    """Where every session works; it exists."""
    clock: FakeClock = field(default_factory=FakeClock)
    settings_file: FakeSettingsFile = field(default_factory=FakeSettingsFile)
    conversations: FakeConversations = field(default_factory=FakeConversations)
    herald: FakeHerald = field(default_factory=FakeHerald)
    server: FakeServer = field(default_factory=FakeServer)
    settings: Settings = field(default_factory=Settings)
    machine: FakeMachine = field(default_factory=FakeMachine)
    ssh_server: FakeSshServer = field(default_factory=FakeSshServer)
    transcripts: FakeTranscripts = field(init=False)
    store: MemoryStore = field(init=False)
    runs: FakeRuns = field(init=False)
    opencode: FakeOpencode = field(init=False)
    notebook: FakeNotebook = field(init=False)
    browser: FakeBrowser = field(default_factory=FakeBrowser)
    checkout: FakeCheckout = field(init=False)

    def __post_init__(self) -> None:
        self.transcripts = FakeTranscripts(self.conversations)
        self.runs = FakeRuns(self.clock)
        self.store = MemoryStore(self.clock, session_of=self.runs.session_of)
        self.notebook = FakeNotebook(Memory(View(), Looks(self.clock())))
        self.opencode = FakeOpencode(self.conversations)
        self.checkout = FakeCheckout(self.directory)

    @property
    def world(self) -> World:
        return World(
            settings=self.settings,
            settings_file=self.settings_file,
            store=self.store,
            runs=self.runs,
            conversations=self.conversations,
            transcripts=self.transcripts,
            opencode=self.opencode,
            server=lambda: self.server,
            checkout=self.checkout,
            herald=self.herald,
            machine=self.machine,
            notebook=self.notebook,
            browser=self.browser,
            ssh_server=lambda _root: self.ssh_server,
            clock=self.clock,
            monotonic=self._monotonic,
            warnings=self.settings_file.remarks,
        )

    def _monotonic(self) -> float:
        return self.clock().timestamp()

    def converse(self, session_id: SessionId, *, title: str = "a talk") -> Conversation:
        """Have opencode keep a session."""
        conversation = Conversation(
            session_id=session_id,
            title=title,
            directory=str(self.directory),
            created_at=self.clock() - timedelta(days=1),
            updated_at=self.clock(),
        )
        self.conversations.kept[session_id] = conversation
        return conversation

    def base(self, session_id: SessionId) -> None:
        """Have a base, and opencode keep it."""
        self.converse(session_id, title="the base")
        with self.store.edit() as draft:
            draft.put_base(Record(type=SessionType.BASE, session_id=session_id))

    def track(self, key: str, session_id: SessionId | None, **record: object) -> Record:
        """Track an issue, and have opencode keep its session."""
        if session_id is not None:
            self.converse(session_id)
        made = replace(
            Record(type=SessionType.FORKED, issue_ref=key, session_id=session_id),
            directory=str(self.directory),
            **record,
        )
        with self.store.edit() as draft:
            draft.put(key, made)
        return made

    def record(self, key: str) -> Record:
        """What is kept about the issue now."""
        record = self.store.record(self.store.index().issues[key])
        assert isinstance(record, Record)
        return record

    def kept(self) -> object:
        """All there is to change: equal before and after a verb that changed nothing."""
        return (
            self.store.stored,
            dict(self.store.files),
            list(self.store.removed),
            dict(self.runs.known),
            dict(self.conversations.kept),
        )

    def have_run(self, key: str, run: RunSeen) -> None:
        """Have a run that the issue's record names."""
        run = replace(run, order=replace(run.order, issue_ref=key))
        self.runs.known[run.order.run_id] = run
        with self.store.edit() as draft:
            record = draft.record(key)
            assert isinstance(record, Record)
            draft.put(key, replace(record, run_id=run.order.run_id, run_end=run.end))
