"""What there is to see of a store that a verb was struck in."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.run import RunOutcome
from kugetsu_tui.runs.queue import RunQueue
from tests.store.files import store_in
from tests.torture.crash_scenes import KEPT_SESSION, PROMPT
from tests.torture.sandbox import BASE, UNTRACKED, Sandbox


@dataclass(frozen=True, kw_only=True)
class View:
    """What of a store is either old or new."""

    base: str | None
    issues: Mapping[str, str]
    """Issue → its session, and whether that has answered."""
    orphans: tuple[str, ...] = ()
    waiting: int = 0
    """Runs in the queue."""
    prompts: int = 0
    setting: str = ""
    conversations: frozenset[str] = frozenset()
    """Of the sessions that were there before: those that opencode still has."""

    @classmethod
    def of(cls, sandbox: Sandbox, *, counts_prompts: bool) -> View:
        store = store_in(sandbox.store)
        config = sandbox.home / "config" / "kugetsu" / "config.toml"
        try:
            index = store.index()
        except KugetsuError as error:
            return cls(base=error.code, issues={})
        records = store.records(index)
        return cls(
            base=index.base,
            issues={key: _session(record) for key, record in records.items()},
            orphans=tuple(file for file, _ in store.orphans() if "orphan" in file),
            waiting=len(RunQueue(sandbox.store / "runs" / "queue").runs()),
            prompts=len(list(sandbox.store.glob("runs/*/message"))) if counts_prompts else 0,
            setting=config.read_text() if config.exists() else "",
            conversations=_conversations(sandbox),
        )


def sessions_told(sandbox: Sandbox) -> Sequence[str]:
    """The session of each time that opencode was told the prompt."""
    with closing(sqlite3.connect(sandbox.database)) as connection:
        query = "SELECT session_id FROM part WHERE json_extract(data, '$.text') = ?"
        return [session for (session,) in connection.execute(query, (PROMPT,))]


def _conversations(sandbox: Sandbox) -> frozenset[str]:
    with closing(sqlite3.connect(sandbox.database)) as connection:
        names = {name for (name,) in connection.execute("SELECT id FROM session")}
    return frozenset(names & {BASE, UNTRACKED, KEPT_SESSION})


def _session(record: Record | DamagedRecord) -> str:
    """A fork's is another one each time."""
    if not isinstance(record, Record):
        return "damaged"
    session = record.session_id or "no session"
    known = {"no session", BASE, UNTRACKED, KEPT_SESSION}
    outcome = record.run_end.outcome if record.run_end else None
    told = f", {outcome}" if outcome in {RunOutcome.ANSWERED, RunOutcome.STOPPED} else ""
    return f"{session if session in known else 'a fork'}{told}"
