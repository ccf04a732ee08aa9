"""A store that somebody holds on to: whoever sits at the screen goes on."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.torture.sandbox import Sandbox
from tests.torture.soak import screen_of

_CTRL_S = b"\x13"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Have the lock, and keep it."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_keys_are_heeded_while_a_start_waits_for_the_store(tmp_path: Path) -> None:
    sandbox = Sandbox.made(tmp_path / "home")
    sandbox.lay_out({})
    with screen_of(sandbox) as (terminal, _), held(sandbox.store / ".lock"):
        terminal.type(b"s")
        terminal.wait_for(b"start an issue")
        terminal.type(b"github.com/w/r#1\thello" + _CTRL_S)
        terminal.wait_for("starting…".encode())
        terminal.type(b"?")
        terminal.wait_for(b"any key")
        assert not list(sandbox.store.glob("sessions/*-1.json"))
    assert not sandbox.until_quiet()
