"""Something that does not fit together, and what mends it."""

from __future__ import annotations

from enum import StrEnum

from kugetsu_tui.domain.frozen import frozen


class FindingKind(StrEnum):
    """What is the matter. A name never changes its meaning."""

    INDEX_DAMAGED = "index_damaged"
    RECORD_ORPHANED = "record_orphaned"
    """A record file that no index entry names."""
    RECORD_MISSING = "record_missing"
    """An index entry whose record file is gone."""
    RECORD_DAMAGED = "record_damaged"
    RECORD_DISAGREES = "record_disagrees"
    """It tells of another issue, or of another base, than the index."""
    SESSION_MISSING = "session_missing"
    """opencode no longer has it."""
    SESSION_SHARED = "session_shared"
    """Two entries name the same one."""
    SESSIONS_UNTRACKED = "sessions_untracked"
    NO_BASE = "no_base"
    BASE_MISSING = "base_missing"
    """opencode no longer has it."""
    RUN_INTERRUPTED = "run_interrupted"
    RUN_UNWATCHED = "run_unwatched"
    """opencode works on, and nobody writes down what it does."""
    RUN_UNSETTLED = "run_unsettled"
    """It has ended, and its record does not say so."""
    RUN_LEFTOVER = "run_leftover"
    """The folder of a run whose starter was killed while making it."""
    SERVER_UNKEPT = "server_unkept"
    """Whoever would end the server was killed, and nobody works on it."""
    OPENCODE_UNFIT = "opencode_unfit"
    DATABASE_UNREADABLE = "database_unreadable"
    SETTING_NOT_UNDERSTOOD = "setting_not_understood"
    LOGOUT_ENDS_RUNS = "logout_ends_runs"
    PROGRAM_SHADOWED = "program_shadowed"
    """Another program of our name is on PATH."""
    DATABASE_EXPOSED = "database_exposed"
    """Other users can read opencode's."""


_NOTES = frozenset(
    {FindingKind.SESSIONS_UNTRACKED, FindingKind.NO_BASE, FindingKind.PROGRAM_SHADOWED}
)


@frozen(kw_only=True)
class Finding:
    """One thing to know, and what to do about it."""

    kind: FindingKind
    what: str
    """The issue, session, file or program it is about."""
    words: str
    repair: str
    """A command line, or advice where no command helps."""
    mend: str = ""
    """What can be done about it here, and taken back; empty where a person has to decide."""

    @property
    def is_problem(self) -> bool:
        """Something is wrong; else it is merely good to know."""
        return self.kind not in _NOTES
