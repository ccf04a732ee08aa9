"""A process of its own at a store; run as `python -m tests.store.worker FOLDER WHAT …`."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kugetsu_tui.domain.errors import DamagedError, KugetsuError, exit_code_of
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.record import DamagedRecord, Record
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.store.draft import StoreDraft
from tests.store.files import KEY, SESSION, store_in

OTHER = "github.com/shoko/kugetsu#15"
BEGIN, END = "/marker/begin", "/marker/end"
"""Looked for around an edit, so that a tracer knows where it begins and ends."""


def create(draft: StoreDraft) -> None:
    draft.put(OTHER, Record(type="forked", session_id=SESSION))


def settle(draft: StoreDraft) -> None:
    record = draft.record(KEY)
    if isinstance(record, DamagedRecord):  # as verbs do
        raise DamagedError(f"{KEY}: {record.why}")
    draft.put(KEY, replace(record, directory="/settled"))


def destroy(draft: StoreDraft) -> None:
    draft.remove(KEY)


EDITS: Mapping[str, Callable[[StoreDraft], None]] = {
    edit.__name__: edit for edit in (create, settle, destroy)
}


def once(folder: Path, name: str) -> None:
    """Make one edit and tell how it went."""
    warnings: list[str] = []
    store = store_in(folder, warn=warnings.append)
    status, changed, message = 0, True, ""
    Path(BEGIN).exists()
    try:
        with store.edit() as draft:
            EDITS[name](draft)
    except KugetsuError as error:
        status, changed, message = exit_code_of(error), error.changed, error.message
    Path(END).exists()
    told = {"exit": status, "changed": changed, "message": message, "warnings": warnings}
    print(json.dumps(told))


def many(folder: Path, name: str, count: str) -> None:
    """Track one issue after another, and name each once it is stored."""
    store = store_in(folder)
    for number in range(1, int(count) + 1):
        key = f"github.com/{name}/r#{number}"
        with store.edit() as draft:
            draft.put(key, Record(type="forked", session_id=SessionId(f"ses_{name}{number}")))
        os.write(1, f"{key}\n".encode())


def hold(folder: Path) -> None:
    """Stop in the middle of an edit."""
    with store_in(folder, holder="kugetsu start").edit() as draft:
        create(draft)
        os.write(1, b"held\n")
        os.kill(os.getpid(), signal.SIGSTOP)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [folder, "once", edit]:
            once(Path(folder), edit)
        case [folder, "many", name, count]:
            many(Path(folder), name, count)
        case [folder, "hold"]:
            hold(Path(folder))
        case unknown:
            sys.exit(f"not understood: {unknown}")
