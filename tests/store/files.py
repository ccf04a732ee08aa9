"""A store's files, laid out by hand as some program may have left them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.store.json_store import JsonStore

KEY = "github.com/shoko/kugetsu#14"
FILE = "github.com-shoko-kugetsu-14.json"
SESSION = SessionId("ses_fork14")
BASE = SessionId("ses_base")
NOW = datetime(2026, 3, 29, 10, 0, tzinfo=UTC)

SEED_RECORD: Mapping[str, Json] = {
    "type": "forked",
    "issue_ref": KEY,
    "opencode_session_id": SESSION,
    "created_at": "2026-03-29T10:00:00+02:00",
    "state": "idle",
}
SEED_BASE: Mapping[str, Json] = {
    "type": "base",
    "issue_ref": None,
    "opencode_session_id": BASE,
    "created_at": "2026-03-29T09:00:00+02:00",
    "state": "idle",
}
SEED_INDEX: Mapping[str, Json] = {"base": BASE, "issues": {KEY: FILE}}


def unheard(warning: str) -> None:
    """Whoever does not expect a warning is told of it."""
    raise AssertionError(warning)


def store_in(
    folder: Path,
    *,
    warn: Callable[[str], None] = unheard,
    holder: str = "kugetsu test",
    deadline: float = 10.0,
) -> JsonStore:
    return JsonStore(folder, clock=lambda: NOW, warn=warn, holder=holder, deadline=deadline)


def lay_out(
    folder: Path,
    index: Mapping[str, Json] | None = SEED_INDEX,
    records: Mapping[str, Mapping[str, Json]] | None = None,
) -> Path:
    """Write a store as the seed's script leaves it: a base and one issue, unless told otherwise."""
    (folder / "sessions").mkdir(parents=True)
    if index is not None:
        (folder / "index.json").write_text(json.dumps(index, indent=2))
    for file, record in (records or {"base.json": SEED_BASE, FILE: SEED_RECORD}).items():
        (folder / "sessions" / file).write_text(json.dumps(record, indent=2))
    return folder


def json_in(path: Path) -> dict[str, Json]:
    document: dict[str, Json] = json.loads(path.read_text())
    return document


def sums(folder: Path) -> dict[str, str]:
    """The content of every file of the store, but the lock's."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def whole(record: Record | DamagedRecord | None) -> Record:
    assert isinstance(record, Record), record
    return record


def damaged(record: Record | DamagedRecord | None) -> DamagedRecord:
    assert isinstance(record, DamagedRecord), record
    return record
