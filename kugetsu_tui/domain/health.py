"""How what does not fit together is found: in index, records, opencode, runs and the machine."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from shlex import quote

from kugetsu_tui.domain.board import BASE_LABEL, Board, Row, RowKind
from kugetsu_tui.domain.finding import Finding, FindingKind
from kugetsu_tui.domain.record import DamagedRecord, Index, Record
from kugetsu_tui.domain.server import ServerSeen
from kugetsu_tui.domain.session import SessionId, SessionState
from kugetsu_tui.domain.state import UNWATCHED
from kugetsu_tui.domain.surroundings import Keeper, Login, Surroundings


def examine(
    board: Board,
    *,
    damaged: Mapping[str, DamagedRecord],
    orphans: Collection[str],
    unwatched: Collection[str],
    unsettled: Collection[str] = (),
) -> Iterator[Finding]:
    """Compare what the witnesses tell.

    Args:
        board: every row, untracked sessions too.
        damaged: what a row is called → its record, which cannot be understood.
        orphans: record files that no index entry names.
        unwatched: what the rows are called whose run goes on without a supervisor.
        unsettled: what the rows are called whose run is over, and whose record does not say so.
    """
    tracked = [row for row in board if row.kind is not RowKind.UNTRACKED]
    is_another = all(row.state is SessionState.MISSING for row in tracked)
    if not any(row.kind is RowKind.BASE for row in tracked):
        yield Finding(
            kind=FindingKind.NO_BASE,
            what=BASE_LABEL,
            words="there is no base session to fork from",
            repair="kugetsu init",
        )
    for row in tracked:
        yield from _of_row(
            row,
            damaged.get(row.label),
            is_unwatched=row.label in unwatched,
            unsettled=unsettled,
            is_another_database=is_another,
        )
    yield from _shared(tracked)
    for file in orphans:
        yield Finding(
            kind=FindingKind.RECORD_ORPHANED,
            what=file,
            words="a record that no index entry names",
            repair="kugetsu prune --force",
            mend="move it to the trash",
        )
    if count := sum(row.kind is RowKind.UNTRACKED for row in board):
        yield Finding(
            kind=FindingKind.SESSIONS_UNTRACKED,
            what="opencode",
            words=f"{count} session{'s' if count > 1 else ''} that nobody tracks",
            repair="kugetsu list --all, then kugetsu adopt REF SESSION",
        )


_SETTLE = "write its end into the record; nothing is sent again"


def _of_row(
    row: Row,
    damaged: DamagedRecord | None,
    *,
    is_unwatched: bool,
    unsettled: Collection[str],
    is_another_database: bool,
) -> Iterator[Finding]:
    """Where not one session is left, opencode looks into another database: all of them stay."""
    if damaged is not None:
        yield _of_record(row, damaged)
    if row.state is SessionState.MISSING:
        yield _of_missing(row, is_kept=is_another_database or row.kind is RowKind.BASE)
    if row.state is SessionState.INTERRUPTED:
        verb = "continue" if row.session_id else "start"
        yield Finding(
            kind=FindingKind.RUN_INTERRUPTED,
            what=row.label,
            words=row.why,
            repair=f"kugetsu {verb} {quote(row.label)} MESSAGE",
            mend=_SETTLE if row.label in unsettled else "",
        )
    elif row.label in unsettled:
        yield Finding(
            kind=FindingKind.RUN_UNSETTLED,
            what=row.label,
            words="its run has ended, and its record does not say so",
            repair="kugetsu doctor --fix",
            mend=_SETTLE,
        )
    if is_unwatched:
        verb = "answer" if row.state is SessionState.WAITING else "stop"
        yield Finding(
            kind=FindingKind.RUN_UNWATCHED,
            what=row.label,
            words=UNWATCHED,
            repair=f"kugetsu {verb} {quote(row.label)}",
        )


_UNTRACK = "untrack it; kugetsu undo takes it back"


def _of_record(row: Row, damaged: DamagedRecord) -> Finding:
    kind = FindingKind.RECORD_MISSING if damaged.is_missing else FindingKind.RECORD_DAMAGED
    is_base = row.kind is RowKind.BASE
    adopt = f"kugetsu init --force --adopt {row.session_id}"
    anew = f"write it anew for {row.session_id}; what is there goes to the trash"
    return Finding(
        kind=kind,
        what=row.label,
        words=f"sessions/{damaged.file}: {damaged.why}",
        repair=adopt if is_base else f"kugetsu destroy {quote(row.label)}",
        mend=anew if is_base else _UNTRACK,
    )


def _of_missing(row: Row, *, is_kept: bool) -> Finding:
    is_base = row.kind is RowKind.BASE
    return Finding(
        kind=FindingKind.BASE_MISSING if is_base else FindingKind.SESSION_MISSING,
        what=row.label,
        words=f"opencode no longer has {row.session_id}",
        repair="kugetsu init --force"
        if is_base
        else f"kugetsu start {quote(row.label)} MESSAGE --replace",
        mend="" if is_kept else _UNTRACK,
    )


def _shared(tracked: Collection[Row]) -> Iterator[Finding]:
    first: dict[SessionId, str] = {}
    for row in tracked:
        if row.session_id is None:
            continue
        if (other := first.setdefault(row.session_id, row.label)) != row.label:
            yield Finding(
                kind=FindingKind.SESSION_SHARED,
                what=row.label,
                words=f"{row.session_id} is tracked as {other} too",
                repair=f"kugetsu destroy {quote(row.label)}",
            )


def disagreeing(index: Index, kept: Mapping[str, Record]) -> Iterator[Finding]:
    """Records that do not say what the index says, which has the last word.

    Args:
        index: the map.
        kept: what a row is called → its record, as its file tells.
    """
    for label, record in kept.items():
        is_base = label == BASE_LABEL
        told, truth = (
            (record.session_id, index.base) if is_base else (record.issue_ref or label, label)
        )
        if told != truth:
            yield Finding(
                kind=FindingKind.RECORD_DISAGREES,
                what=label,
                words=f"its record says that it is {told}",
                repair="kugetsu doctor --fix",
                mend=f"have the record say {truth}, as the index does",
            )


def left_over(runs: Collection[str]) -> Iterator[Finding]:
    """Folders of runs that never began."""
    for name in runs:
        yield Finding(
            kind=FindingKind.RUN_LEFTOVER,
            what=name,
            words="a run whose starter was killed before it began",
            repair="kugetsu doctor --fix",
            mend="move its folder to the trash",
        )


def unkept(server: ServerSeen | None) -> Iterator[Finding]:
    """One that would stay for ever; where it is at work, the next run takes it over."""
    if server is None or server.is_kept:
        return
    if not server.version:
        words, force, mend = "it does not answer", " --force", ""
    elif not server.is_used:
        words, force = "nobody has use for it", ""
        mend = "end it; the next run that needs one starts another"
    else:
        return
    yield Finding(
        kind=FindingKind.SERVER_UNKEPT,
        what="server",
        words=f"process {server.pid}: {words}, and the keeper that would end it was killed",
        repair=f"kugetsu server stop{force}",
        mend=mend,
    )


def examine_surroundings(found: Surroundings) -> Iterator[Finding]:
    """What the machine around us may do to runs and prompts, and what keeps it from that."""
    if found.login is not None:
        yield from _of_login(found.login)
    for words in found.shadows:
        yield Finding(
            kind=FindingKind.PROGRAM_SHADOWED,
            what=found.program,
            words=words,
            repair=f"call this one as {quote(found.program)}, or put its folder first in PATH",
        )
    if found.exposed:
        folder = found.exposed.rpartition("/")[0]
        yield Finding(
            kind=FindingKind.DATABASE_EXPOSED,
            what="opencode's database",
            words=f"other users of this machine can read every prompt in {found.exposed}",
            repair=f"chmod 700 {quote(folder)}",
        )


def _of_login(login: Login) -> Iterator[Finding]:
    """Lingering saves what the user's own systemd started, and nothing of a session."""
    if login.keeper is Keeper.SESSION and login.is_cleared:
        words = "logind ends everything of a session with it (KillUserProcesses=yes)"
        repair = (
            "loginctl enable-linger, then systemd-run --user --scope kugetsu …;"
            " or KillUserProcesses=no in logind.conf"
        )
    elif login.keeper is Keeper.USER_MANAGER and not login.lingers:
        words = "the user's own systemd, under which this runs, ends with the last session"
        repair = "loginctl enable-linger"
    else:
        return
    yield Finding(
        kind=FindingKind.LOGOUT_ENDS_RUNS,
        what="logout",
        words=f"runs end at logout: {words}",
        repair=repair,
    )
