"""What is kept on disk about sessions: records, and the index that maps issues to them."""

from __future__ import annotations

import re
import zlib
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
_FOREIGN = re.compile(r"[^A-Za-z0-9._:-]")


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


def record_file(key: str, taken: Mapping[str, str]) -> str:
    """The file name for an issue's record, unlike any other that is in use.

    `/` and `#` become `-`, as earlier programs wrote it; where that name is taken by another
    issue (also in another case, for file systems that fold it), is too long or reserved, a short
    digest of the reference is added, and a count where even that is taken.

    Args:
        key: the issue reference.
        taken: file name in lower case → the issue that uses it.
    """
    plain = _FOREIGN.sub("-", key)
    digest = f"-{zlib.crc32(key.encode(errors='surrogatepass')):08x}"
    name, count = f"{plain}.json", 1
    while not _is_free(name, key, taken):
        ending = f"{digest}.json" if count == 1 else f"{digest}-{count}.json"
        name, count = plain[: LONGEST_NAME - len(ending)] + ending, count + 1
    return name


def _is_free(name: str, key: str, taken: Mapping[str, str]) -> bool:
    folded = name.casefold()
    is_ours = taken.get(folded, key) == key
    return is_ours and len(name) <= LONGEST_NAME and folded not in RESERVED_FILES
