"""The supervisor as a process, with a played opencode and a played database."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.conversation import Conversation, LastTurn
from kugetsu_tui.domain.errors import BusyError, ConflictError, DatabaseUnreadableError
from kugetsu_tui.domain.run import RunEnd
from kugetsu_tui.domain.run_event import RunEvent, SessionNamed
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.runs.alarm import Alarm
from kugetsu_tui.runs.child import start_opencode
from kugetsu_tui.runs.child_turn import ChildTurn, Farewell
from kugetsu_tui.runs.event_line import line_of
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.hearing import Understanding
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.supervisor import Pace, supervise

PACE = Pace(tick=0.05, ask_every=0.1, linger=0.6, settle_again=0.1)
FAREWELL = Farewell(grace=0.4, drain=0.5)


@dataclass(frozen=True)
class Command:
    argv: Sequence[str]
    environment: Mapping[str, str]
    directory: Path


class PlayedDatabase:
    """Answers what the file `database` in the session's directory says."""

    def __init__(self, directory: Path) -> None:
        self._file = directory / "database"

    def sessions(self, ids: Collection[SessionId]) -> Mapping[SessionId, Conversation]:
        told = self._read()
        if "directory" not in told:
            return {}
        long_ago = datetime.fromtimestamp(0, UTC)
        return {
            session_id: Conversation(
                session_id=session_id,
                title="",
                directory=told["directory"],
                created_at=long_ago,
                updated_at=long_ago,
            )
            for session_id in ids
        }

    def last_activity(self, session_id: SessionId) -> datetime | None:
        told = self._read().get("activity")
        return datetime.fromisoformat(told) if told else None

    def has_running_tool(self, session_id: SessionId, *, since: datetime) -> bool:
        return bool(self._read().get("tool"))

    def last_turn(self, session_id: SessionId, *, since: datetime) -> LastTurn | None:
        if (finish := self._read().get("finish")) is None:
            return None
        return LastTurn(at=since, completed_at=since, finish=finish, error="")

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        told = json.loads(self._file.read_text())
        if told.get("unreadable"):
            raise DatabaseUnreadableError("the database cannot be read")
        return dict(told)


def read_output(line: bytes, session_id: SessionId | None) -> Iterable[RunEvent]:
    """As opencode's lines, those of a play bear their session: until it is known, they name it."""
    entry = line_of(line)
    if entry is None:
        return []
    named = json.loads(line).get("of")
    is_to_be_named = session_id is None and named and not isinstance(entry.event, SessionNamed)
    return [SessionNamed(SessionId(named)), entry.event] if is_to_be_named else [entry.event]


def read_log(line: bytes, session_id: SessionId | None) -> Iterable[RunEvent]:
    return read_output(line.removeprefix(b"LOG "), session_id)


def read_words(line: bytes) -> str:
    return "" if line.startswith(b"LOG ") else line.decode(errors="replace")


class PlayedTurn(ChildTurn):
    """A child that takes answers, as the files in its directory say."""

    def answer(self, ask: Ask, decision: Decision) -> None:
        if Path("answered-elsewhere").exists():
            raise ConflictError("it was answered elsewhere")
        if Path("deaf").exists():
            raise BusyError("opencode does not listen")
        with Path("told").open("a") as file:
            file.write(f"{ask.id} {decision.words}\n")


def main() -> None:
    folder, lock = RunFolder(Path(sys.argv[1])), int(sys.argv[2])
    directory = Path(folder.read().order.directory)
    RunQueue(folder.path.parent / "queue").leave(RunId(folder.path.name))

    def settle(session_id: SessionId | None, end: RunEnd | None) -> None:
        if (directory / "store-is-busy").exists():
            raise BusyError("the store is locked")
        with (directory / "settled").open("a") as file:
            file.write(f"{session_id} {end.outcome if end else '-'}\n")

    command = Command(
        argv=[sys.executable, "-P", str(Path(__file__).with_name("played_opencode.py"))],
        environment=os.environ,
        directory=directory,
    )
    alarm = Alarm()
    os.chdir(directory if directory.is_dir() else "/")
    turn = PlayedTurn(
        start_opencode(folder, command, alarm),
        Understanding(read_output=read_output, read_log=read_log, read_words=read_words),
        run_id=folder.path.name,
        farewell=FAREWELL,
    )
    supervise(
        folder,
        lock,
        turn,
        alarm=alarm,
        signs=PlayedDatabase(directory),
        settle=settle,
        began=time.monotonic(),
        pace=PACE,
    )


if __name__ == "__main__":
    main()
