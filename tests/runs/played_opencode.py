"""Plays opencode: a prompt that begins with `#play` is a program in the words below."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

prompt = sys.stdin.buffer.read()
Path("received").write_bytes(prompt)


names: list[str] = []
"""Of its session; every line bears it."""


def tell(kind: str, **fields: object) -> None:
    bearing = {"of": names[-1]} if names else {}
    line = json.dumps({"at": "2026-01-01T00:00:00+00:00", "event": kind, **fields, **bearing})
    os.write(1, line.encode() + b"\n")


def log(kind: str, **fields: object) -> None:
    line = json.dumps({"at": "2026-01-01T00:00:00+00:00", "event": kind, **fields})
    os.write(2, b"LOG " + line.encode() + b"\n")


def name(session_id: str) -> None:
    names.append(session_id)
    tell("session_named", session_id=session_id)


def say(text: str) -> None:
    tell("said", text=text)


def finish(why: str) -> None:
    tell("step_finished", finish=why, tokens=7, cost=0.5)


def answer(text: str = "Hello") -> None:
    name("ses_new")
    say(text)
    finish("stop")


def database(**fields: object) -> None:
    """What the played database answers from now on."""
    new = Path(f"database.{os.getpid()}")
    new.write_text(json.dumps(fields))
    new.replace("database")


def note(word: str) -> None:
    Path(word).write_text(str(os.getpid()))


def hang() -> None:
    note("hangs")
    while True:
        time.sleep(60)


def background(*, own_session: bool = False) -> None:
    """Start a process that only sleeps, and note its number."""
    child = subprocess.Popen(["sleep", "60"], start_new_session=own_session)
    Path("background").write_text(str(child.pid))


def deaf() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


if prompt.startswith(b"#play"):
    exec(prompt.decode())
else:
    answer()
