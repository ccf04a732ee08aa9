"""A store with many issues beside an opencode database with many more sessions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.opencode.sample_database import NEW, SampleDatabase

SESSIONS = 10_000


def make_big_world(home: Path, *, issues: int, sessions: int = SESSIONS) -> dict[str, str]:
    """Fill the home; returns the variables that lead there."""
    database = home / "data" / "opencode" / "opencode.db"
    SampleDatabase(database, NEW)
    began = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp() * 1000)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO project (id, worktree, time_created, time_updated, sandboxes)"
            " VALUES ('project', ?, ?, ?, '[]')",
            (str(home), began, began),
        )
        connection.executemany(
            "INSERT INTO session (id, project_id, slug, directory, title, version, time_created,"
            " time_updated) VALUES (?, 'project', ?, ?, ?, '1', ?, ?)",
            (
                (
                    f"ses_{n:024x}",
                    f"s{n}",
                    str(home),
                    f"What session {n} is about",
                    began + n,
                    began + 2 * n,
                )
                for n in range(sessions)
            ),
        )
    _make_store(home / ".kugetsu", issues=issues)
    return {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "KUGETSU_DIR": str(home / ".kugetsu"),
    }


def _make_store(folder: Path, *, issues: int) -> None:
    records = folder / "sessions"
    records.mkdir(parents=True)
    index = {"base": f"ses_{0:024x}", "issues": {}}
    for n in range(1, issues + 1):
        ref = f"github.com/shoko/repository-{n % 20}#{n}"
        name = ref.replace("/", "-").replace("#", "-") + ".json"
        index["issues"][ref] = name  # type: ignore[index]
        created = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=n)
        record = {
            "type": "forked",
            "issue_ref": ref,
            "opencode_session_id": f"ses_{n:024x}",
            "created_at": created.isoformat(),
            "state": "idle",
            "updated_at": created.isoformat(),
            "directory": "/repo",
            "run_id": f"20260601T000000-{n:06x}",
            "run_end": {
                "outcome": "answered",
                "at": created.isoformat(),
                "reason": "",
                "exit_status": 0,
                "signal": None,
            },
        }
        (records / name).write_text(json.dumps(record, indent=2) + "\n")
    base = {"type": "base", "issue_ref": None, "opencode_session_id": index["base"]}
    (records / "base.json").write_text(json.dumps({**base, "created_at": "", "state": "idle"}))
    (folder / "index.json").write_text(json.dumps(index, indent=2) + "\n")


def add_transcript(database: Path, session_id: str, answers: Sequence[str]) -> None:
    """A session with questions, each answered after a thought and a tool call."""
    began = int(datetime(2026, 3, 14, tzinfo=UTC).timestamp() * 1000)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO session (id, project_id, slug, directory, title, version, time_created,"
            " time_updated) VALUES (?, 'project', 's', '/repo', 'long', '1', ?, ?)",
            (session_id, began, began),
        )
        for number, answer in enumerate(answers):
            at = began + number * 1000
            asked, answered = f"msg_{2 * number:08}", f"msg_{2 * number + 1:08}"
            done = {"created": at, "completed": at + 500}
            for message_id, data in (
                (asked, {"role": "user", "time": {"created": at}}),
                (answered, {"role": "assistant", "time": done, "finish": "stop"}),
            ):
                connection.execute(
                    "INSERT INTO message (id, session_id, time_created, time_updated, data)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (message_id, session_id, at, at, json.dumps(data)),
                )
            for place, (message_id, part) in enumerate(_parts(number, asked, answered, answer)):
                connection.execute(
                    "INSERT INTO part (id, message_id, session_id, time_created, time_updated,"
                    " data) VALUES (?, ?, ?, ?, ?, ?)",
                    (f"prt_{number:06}{place}", message_id, session_id, at, at, json.dumps(part)),
                )


def _parts(
    number: int, asked: str, answered: str, answer: str
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """As opencode 1.18 writes them."""
    yield asked, {"type": "text", "text": f"Question {number}?"}
    yield answered, {"type": "step-start", "snapshot": "ea53"}
    yield answered, {"type": "reasoning", "text": "Let me see.", "time": {"start": 1, "end": 2}}
    output = "\n".join(f"file_{line}.py" for line in range(20))
    state = {
        "status": "completed",
        "input": {"command": "ls", "description": "Lists"},
        "output": output,
        "title": "ls",
        "metadata": {"output": output, "exit": 0, "truncated": False},
        "time": {"start": 1, "end": 2},
    }
    yield answered, {"type": "tool", "tool": "bash", "callID": "call", "state": state}
    yield answered, {"type": "text", "text": answer, "time": {"start": 1, "end": 2}}
    yield answered, {"type": "step-finish", "reason": "stop", "cost": 0, "tokens": {}}
