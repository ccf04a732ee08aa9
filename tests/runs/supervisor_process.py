"""The supervisor as a process, with a played opencode and a played database."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kugetsu_tui.domain.ask import Ask, Decision
from kugetsu_tui.domain.conversation import LastTurn
from kugetsu_tui.domain.errors import BusyError, ConflictError, DatabaseUnreadableError
from kugetsu_tui.domain.run import RunEnd, RunEvent
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


def read_output(line: bytes) -> Iterable[RunEvent]:
    entry = line_of(line)
    return [entry.event] if entry else []


def read_log(line: bytes) -> Iterable[RunEvent]:
    return read_output(line.removeprefix(b"LOG "))


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
        pace=PACE,
    )


if __name__ == "__main__":
    main()
