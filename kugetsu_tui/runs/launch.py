"""A supervisor started in a session of its own, which no hang-up reaches."""

from __future__ import annotations

import os
import subprocess  # noqa: TID251 - supervisors are started here
import threading
from collections.abc import Sequence

from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.process import RUN_VARIABLE


def launch_supervisor(supervisor: Sequence[str], folder: RunFolder, lock: int) -> None:
    """It is born with the lock's descriptor, so there is no moment in which nobody holds it.

    The mark of a run that this process may itself be part of does not go with it.

    Raises:
        OSError: it cannot be started.
    """
    environment = {name: value for name, value in os.environ.items() if name != RUN_VARIABLE}
    with folder.open_supervisor_log() as log:
        process = subprocess.Popen(
            [*supervisor, str(folder.path), str(lock)],
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(lock,),
        )
    # Whoever starts a process has to take note of its death, or it stays a zombie.
    threading.Thread(target=process.wait, daemon=True).start()
