"""A process of ours, started in a session of its own, which no hang-up reaches."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - supervisors and keepers are started here
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from kugetsu_tui.runs.process import RUN_VARIABLE


def launch(argv: Sequence[str], *, hand_on: Sequence[int], log: IO[bytes]) -> Callable[[], int]:
    """It is born with the locks' descriptors, so there is no moment in which nobody holds them.

    The mark of a run that this process may itself be part of does not go with it.

    Returns:
        What waits for its end: then its exit status, or the negative number of a signal.

    Raises:
        OSError: it cannot be started.
    """
    environment = {name: value for name, value in os.environ.items() if name != RUN_VARIABLE}
    process = subprocess.Popen(
        argv,
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        pass_fds=hand_on,
    )
    # Whoever starts a process has to take note of its death, or it stays a zombie.
    with suppress(RuntimeError):  # no room for a thread: the process is there all the same
        threading.Thread(target=process.wait, daemon=True).start()
    return process.wait
