"""What is kept on disk about sessions: records, and the index that maps issues to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.json_value import Json
from kugetsu_tui.domain.run import RunEnd
from kugetsu_tui.domain.session import RunId, SessionId

BASE_FILE = "base.json"
PM_AGENT_FILE = "pm-agent.json"
RESERVED_FILES = frozenset({BASE_FILE, PM_AGENT_FILE})
"""Record files that no issue may use; the second belongs to other programs on this format."""
LONGEST_NAME = 200
"""Bytes in a record's file name."""


@frozen(kw_only=True)
class Record:
    """One session as its file tells; keys of other programs are kept in `extra`."""

    type: str
    issue_ref: str | None = None
    session_id: SessionId | None = None
    created_at: str = ""
    """As it is spelled in the file: earlier programs had several spellings."""
    updated_at: datetime | None = None
    """When this program last had something to do with it."""
    directory: str = ""
    run_id: RunId | None = None
    """The latest run."""
    run_end: RunEnd | None = None
    """How the latest run ended, once it did."""
    earlier: tuple[SessionId, ...] = ()
    """Sessions that were replaced by a later start."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    """What other programs keep there; rewriting a record keeps it in any case."""


@frozen
class DamagedRecord:
    """A record whose file is missing or cannot be understood; the file is left as it is."""

    file: str
    why: str
    is_missing: bool = False


@frozen
class Index:
    """The authority for the map: which record belongs to which issue."""

    base: SessionId | None = None
    issues: Mapping[str, str] = field(default_factory=dict)
    """Issue reference, as it was stored → file name in `sessions/`."""
    extra: Mapping[str, Json] = field(default_factory=dict)
