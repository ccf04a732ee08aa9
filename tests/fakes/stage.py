"""All fakes together, as the world of the verbs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from kugetsu_tui.commands.world import World
from kugetsu_tui.domain.conversation import (
    Conversation,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.record import (
    Record,
)
from kugetsu_tui.domain.run import (
    RunSeen,
)
from kugetsu_tui.domain.session import SessionId, SessionType
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.domain.view import View
from tests.fakes.clock import FakeClock
from tests.fakes.machine import (
    FakeBrowser,
    FakeCheckout,
    FakeHerald,
    FakeMachine,
    FakeNotebook,
    FakeSettingsFile,
    FakeSshServer,
)
from tests.fakes.opencode import FakeConversations, FakeOpencode, FakeServer, FakeTranscripts
from tests.fakes.runs import FakeRuns
from tests.fakes.store import MemoryStore


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
