"""The runs that wait for their turn: a name each in one folder, in order, and no process."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kugetsu_tui.domain.session import RunId
from kugetsu_tui.runs.listing import names_in

_ENTRY = r"([0-9]{9})-([0-9]{8}T[0-9]{6}-[0-9a-f]{6})"
"""Compiled when somebody waits."""

_CLOCK_GRAIN = 20_000_000
"""Nanoseconds in which two changes may bear the same time stamp (Linux before 6.13: a tick)."""


class RunQueue:
    """Whoever holds a run's lock may put it in or take it out; anybody may look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, dict[RunId, int]] = (0, {})
        """The folder's time stamp, and who stands where as of then."""

    @property
    def usher_lock(self) -> Path:
        """Held by the one process that calls the next, for as long as there is one."""
        return self.path.with_name("queue.lock")

    def runs(self) -> Sequence[RunId]:
        """Who waits, the first first.

        Raises:
            EnvironmentUnfitError: that cannot be told.
        """
        return tuple(self._places())

    def place_of(self, run_id: RunId) -> int | None:
        """How many are before it; nothing where it does not wait. Raises what `runs` does."""
        return self._places().get(run_id)

    def join(self, run_id: RunId) -> None:
        """Stand at the end. Raises `OSError`, and what `runs` does."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        last = max((number for number, _ in self._entries()), default=0)
        descriptor = os.open(
            self.path / f"{last + 1:09}-{run_id}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
        )
        with suppress(OSError):  # the name alone counts, and it stands there
            os.close(descriptor)

    def leave(self, run_id: RunId) -> bool:
        """Stand there no more; whether it did. Raises `OSError`, and what `runs` does."""
        has_left = False
        for number, waiting in self._entries():
            if waiting == run_id:
                (self.path / f"{number:09}-{run_id}").unlink(missing_ok=True)
                has_left = True
        return has_left

    def _places(self) -> dict[RunId, int]:
        stamp = 0
        with suppress(OSError):  # listing it then tells what is wrong
            stamp = self.path.stat().st_mtime_ns
        if not stamp or stamp != self._seen[0] or time.time_ns() - stamp < _CLOCK_GRAIN:
            places = {run_id: place for place, (_, run_id) in enumerate(self._entries())}
            self._seen = (stamp, places)
        return self._seen[1]

    def _entries(self) -> Sequence[tuple[int, RunId]]:
        """In order: a number has as many digits as any other."""
        found = (re.fullmatch(_ENTRY, name) for name in names_in(self.path))
        return [(int(match[1]), RunId(match[2])) for match in found if match]
