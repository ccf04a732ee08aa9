"""The usher as a process; a file `busy` beside the runs holds everybody back."""

from __future__ import annotations

import sys
from pathlib import Path

from kugetsu_tui.domain.errors import (
    BusyError,
    DamagedError,
    DatabaseUnreadableError,
    NotFoundError,
)
from kugetsu_tui.domain.run import RunOrder
from kugetsu_tui.runs.admission import Admission
from kugetsu_tui.runs.queue import RunQueue
from kugetsu_tui.runs.usher import Usher


def main() -> None:
    *supervisor, folder, lock = sys.argv[1:]
    runs = Path(folder)

    def admit(order: RunOrder) -> RunOrder:
        if (runs.parent / f"busy-{order.run_id}").exists():
            raise BusyError("somebody is at its session")
        if (runs.parent / f"lost-{order.run_id}").exists():
            raise NotFoundError("nobody tracks it any more")
        if (runs.parent / f"damaged-{order.run_id}").exists():
            raise DamagedError("index.json: line 1: Expecting value")
        if (runs.parent / f"unreadable-{order.run_id}").exists():
            raise DatabaseUnreadableError("opencode's database: database is locked")
        return order

    slots = int((runs.parent / "slots").read_text())
    admission = Admission(runs, RunQueue(runs / "queue"), lambda: slots, ())
    Usher(admission, supervisor, admit).work_off(int(lock))


if __name__ == "__main__":
    main()
