"""What every verb on a tracked session has to make sure of first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from shlex import quote

from kugetsu_tui.commands.directories import is_directory
from kugetsu_tui.commands.ports import Conversations, Draft, Runs, Store
from kugetsu_tui.commands.resolve_ref import not_tracked
from kugetsu_tui.domain.board import BASE_LABEL
from kugetsu_tui.domain.conversation import Conversation
from kugetsu_tui.domain.errors import (
    BusyError,
    ConflictError,
    DamagedError,
    EnvironmentUnfitError,
    NoBaseError,
    NotFoundError,
)
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import DamagedRecord, Index, Record
from kugetsu_tui.domain.run import Engine, Liveness, RunOrder, RunSeen, RunVerb
from kugetsu_tui.domain.session import RunId, SessionId, SessionType
from kugetsu_tui.domain.text import clean_line


def tracked_record(key: str, store: Store) -> Record | DamagedRecord:
    """The record of an issue in the index.

    Raises:
        NotFoundError: it is not there any more.
    """
    return tracked_records((key,), store)[key]


def tracked_records(keys: Collection[str], store: Store) -> Mapping[str, Record | DamagedRecord]:
    """The records of issues in the index, which is read once for all of them.

    Raises:
        NotFoundError: one is not there any more.
    """
    index = store.index()
    files = {index.issues.get(key) for key in keys}
    sharing = {other: name for other, name in index.issues.items() if name in files}
    records = store.records(replace(index, issues=sharing))
    for key in keys:
        if key not in records:
            raise not_tracked(key, index.issues)
    return {key: records[key] for key in keys}


def base_record(index: Index, record: Record | DamagedRecord | None) -> Record:
    """What is known of the base; its session is all that is needed, and the index has that.

    Raises:
        NoBaseError: there is none.
    """
    if index.base is None:
        raise NoBaseError("there is no base session", hint="kugetsu init", remedy="init")
    if isinstance(record, Record) and record.session_id == index.base:
        return record
    return Record(type=SessionType.BASE, session_id=index.base)


def record_of(key: str | None, store: Store) -> Record:
    """The record of an issue in the index, or of the base, where it can be understood.

    Raises:
        NotFoundError: it is not there.
        DamagedError: an issue's cannot be understood.
    """
    if key is not None:
        return require_record(key, tracked_record(key, store))
    index = store.index()
    return base_record(index, store.base(index))


def require_record(name: str, record: Record | DamagedRecord) -> Record:
    """The record, where it can be understood.

    Raises:
        DamagedError: it cannot; the file is left as it is.
    """
    if isinstance(record, DamagedRecord):
        raise DamagedError(
            f"{name}: its record {clean_line(record.file)} is damaged: {record.why}",
            hint=f"kugetsu destroy {quote(name)} moves it to the trash",
            remedy="destroy",
        )
    return record


def require_session(name: str, record: Record) -> SessionId:
    """The session that the record names.

    Raises:
        ConflictError: opencode never named one.
    """
    if record.session_id is None:
        raise ConflictError(
            f"{name}: opencode never named a session for it",
            hint=f"kugetsu start {quote(name)} MESSAGE",
            remedy="start",
        )
    return record.session_id


def require_kept(name: str, record: Record, conversations: Conversations) -> Conversation:
    """The session in opencode's database.

    Raises:
        ConflictError: opencode never named a session for the record.
        NotFoundError: opencode no longer has it.
    """
    session_id = require_session(name, record)
    found = conversations.sessions([session_id]).get(session_id)
    if found is None:
        is_base = name == BASE_LABEL
        raise NotFoundError(
            f"{name}: opencode no longer has its session {session_id}",
            hint="kugetsu init --force"
            if is_base
            else f"kugetsu start {quote(name)} MESSAGE --replace",
            remedy="init" if is_base else "start",
        )
    return found


def require_conversation(name: str, record: Record, conversations: Conversations) -> Conversation:
    """As `require_kept`, in a directory that exists.

    Raises:
        EnvironmentUnfitError: its directory is gone.
    """
    found = require_kept(name, record, conversations)
    if not is_directory(Path(found.directory)):
        raise EnvironmentUnfitError(
            f"{name}: the session's directory is gone: {clean_line(found.directory)}",
            hint="put the directory back; opencode works nowhere else on this session",
        )
    return found


def run_of(key: str | None, record: Record | DamagedRecord, runs: Runs) -> RunSeen | None:
    """The run that may still be at work for an issue, or for the base.

    A record that cannot be read names none: then the runs themselves tell whose they are.
    """
    if isinstance(record, Record):
        return run_at_work(record, runs)
    return next((run for run in runs.history(key) if run.is_at_work), None)


def run_at_work(record: Record, runs: Runs) -> RunSeen | None:
    """The run that may still be at work on the session."""
    if record.run_id is None or record.run_end is not None:
        return None
    run = runs.seen(record.run_id)
    return run if run is not None and run.is_at_work else None


def may_join(run: RunSeen, engine: Engine) -> bool:
    """Its screen shows the session as the server has it: there, a message queues behind another."""
    is_screen = run.order.verb is RunVerb.RESUME and run.order.engine is Engine.SERVER
    return is_screen and engine is not Engine.RUN


def unsettled_run(record: Record, runs: Runs) -> RunSeen | None:
    """The run that is over, where the record does not say how it ended."""
    if record.run_id is None or record.run_end is not None:
        return None
    run = runs.seen(record.run_id)
    return None if run is None or run.is_at_work else run


def require_quiet(name: str, record: Record, runs: Runs, engine: Engine = Engine.RUN) -> None:
    """Refuse while anybody is at the session: one session never has two opencodes.

    Args:
        name: of the session, for people.
        record: of the session.
        runs: those of the store.
        engine: that a message would be sent through.

    Raises:
        BusyError: names the run, or says that the session is open in opencode's own screen.
    """
    if (run := run_at_work(record, runs)) is not None and not may_join(run, engine):
        raise busy(name, run)
    if record.session_id in runs.open_elsewhere():
        raise BusyError(
            f"{name}: {record.session_id} is open in an opencode that kugetsu did not start",
            hint="leave it there first",
        )


def busy(name: str, run: RunSeen) -> BusyError:
    """The refusal that a run at work causes."""
    if run.order.verb is RunVerb.RESUME:
        return BusyError(f"{name}: open in opencode's own screen", hint="leave it there first")
    where = f" on {run.host}" if run.liveness is Liveness.ELSEWHERE else ""
    return BusyError(
        f"{name}: run {run.order.run_id} is in progress{where}",
        hint=f"kugetsu log {quote(name)} --follow, or kugetsu stop {quote(name)}",
        remedy="stop",
    )


def waiting_for(key: str, waiting: Mapping[RunId, str | None]) -> Sequence[RunId]:
    """The issue's own runs among those that wait for their turn."""
    return [run_id for run_id, issue in waiting.items() if issue == key]


def require_none_waiting(key: str, waiting: Mapping[RunId, str | None]) -> None:
    """Refuse while a message waits for the session that the issue has now.

    Args:
        key: of the issue.
        waiting: the runs that wait for their turn, and the issue of each.

    Raises:
        BusyError: names the first run that waits.
    """
    for run_id in waiting_for(key, waiting)[:1]:
        raise BusyError(
            f"{key}: run {run_id} waits for its turn",
            hint=f"kugetsu stop {quote(key)} --queued",
            remedy="stop",
        )


def publish(draft: Draft, key: str, order: RunOrder, runs: Runs) -> None:
    """Write into the record that this run is now at work on its session.

    Raises:
        BusyError: another one is.
    """
    record = require_record(key, draft.record(key))
    require_quiet(key, record, runs, order.engine)
    draft.put(key, replace(record, run_id=order.run_id, run_end=None, updated_at=order.placed_at))
