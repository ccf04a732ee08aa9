"""Stands for opencode: keeps its tables, and says what the real one says, in no time.

A prompt may hold `wait SECONDS`: so long it takes to answer. Run as `-I -S FILE run …`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

VERSION = "1.18.33"


def main() -> None:
    match sys.argv[1:]:
        case ["--version"]:
            print(VERSION)
        case ["session", "delete", session_id]:
            with _writing() as connection:
                connection.execute("DELETE FROM session WHERE id = ?", (session_id,))
        case ["run", *words]:
            _run(words_of(words))
        case unknown:
            sys.exit(f"not understood: {unknown}")


def words_of(argv: Sequence[str]) -> argparse.Namespace:
    """What `run` was called with."""
    parser = argparse.ArgumentParser()
    for name in ("--format", "--log-level", "--dir", "--session", "--model", "--agent"):
        parser.add_argument(name)
    parser.add_argument("--print-logs", action="store_true")
    parser.add_argument("--fork", action="store_true")
    return parser.parse_args(argv)


def _run(words: argparse.Namespace) -> None:
    prompt = sys.stdin.read()
    session_id = begin(words, prompt)
    if asked := re.search(r"wait ([\d.]+)", prompt):
        time.sleep(float(asked[1]))
    answer(session_id, f"heard: {prompt}")


def begin(words: argparse.Namespace, prompt: str) -> str:
    """Take the prompt in, in a session of its own where one is asked for; its id."""
    session_id = str(words.session or new_id("ses"))
    if words.fork or not words.session:
        session_id = new_id("ses")
        keep_session(session_id, words.dir)
        announce(session_id)
    _keep_message(session_id, prompt, {"role": "user", "time": {"created": _now()}})
    return session_id


def announce(session_id: str) -> None:
    """In the log, as the first word on a session."""
    line = f"level=INFO run=1 message=created id={session_id} slug=s parentID=undefined"
    print(f"timestamp=2026-11-21T03:12:54.832Z {line}", file=sys.stderr, flush=True)


def answer(session_id: str, text: str) -> None:
    tell(session_id, "text", text=text)
    keep_answer(session_id, text)
    finish(session_id)


def finish(session_id: str) -> None:
    tell(session_id, "step_finish", reason="stop", tokens={"input": 1, "output": 1}, cost=0)


def keep_answer(session_id: str, text: str) -> None:
    """In the database."""
    done = {"created": _now(), "completed": _now()}
    _keep_message(session_id, text, {"role": "assistant", "time": done, "finish": "stop"})


def tell(session_id: str, kind: str, **part: object) -> None:
    print(json.dumps({"type": kind, "sessionID": session_id, "part": part}), flush=True)


def keep_session(session_id: str, directory: str) -> None:
    now = _now()
    with _writing() as connection:
        connection.execute(
            "INSERT INTO session (id, project_id, slug, directory, title, version, time_created,"
            " time_updated) VALUES (?, 'project', 's', ?, 'the base (fork)', ?, ?, ?)",
            (session_id, directory, VERSION, now, now),
        )


def _keep_message(session_id: str, text: str, data: object) -> None:
    now, message_id = _now(), new_id("msg")
    part = json.dumps({"type": "text", "text": text})
    with _writing() as connection:
        connection.execute(
            "INSERT INTO message (id, session_id, time_created, time_updated, data)"
            " VALUES (?, ?, ?, ?, ?)",
            (message_id, session_id, now, now, json.dumps(data)),
        )
        connection.execute(
            "INSERT INTO part (id, message_id, session_id, time_created, time_updated, data)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (new_id("prt"), message_id, session_id, now, now, part),
        )


@contextmanager
def _writing() -> Iterator[sqlite3.Connection]:
    database = Path(os.environ["XDG_DATA_HOME"], "opencode", "opencode.db")
    connection = sqlite3.connect(database, timeout=60)
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def new_id(kind: str) -> str:
    return f"{kind}_{time.time_ns():016x}{os.urandom(5).hex()}"


def _now() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    main()
