"""What others read of a run while its supervisor lives: `run.json`, and the record."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeAlias

from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunEnd
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.runs.facts import RunFacts
from kugetsu_tui.runs.folder import RunFolder
from kugetsu_tui.runs.process import Process
from kugetsu_tui.runs.process_table import look_at
from kugetsu_tui.runs.testimony import complain

Settle: TypeAlias = Callable[[SessionId | None, RunEnd | None], None]
"""Bring the record up to date: the session named so far, and the end once there is one.

A `KugetsuError` means not now; the journal stands, and a session is brought again."""


class Bookkeeping:
    """A disk that is full, or a store that is busy, stops no run: what was written stays behind."""

    def __init__(
        self, folder: RunFolder, facts: RunFacts, settle: Settle, *, again_after: float
    ) -> None:
        self._folder = folder
        self._facts = facts
        self._settle = settle
        self._again_after = again_after
        self._due_at = 0.0
        self._is_settled = False

    def keep_processes(self, opencode: Process | None) -> None:
        """Who works on the run from now on."""
        self._write(replace(self._facts, supervisor=look_at(os.getpid()), opencode=opencode))

    def keep_session(self, session_id: SessionId) -> None:
        """Store its name, once; where the store refused, again after a while."""
        self.note_session(session_id)
        if not self._is_settled and time.monotonic() >= self._due_at:
            self._bring(session_id, None)

    def note_session(self, session_id: SessionId | None) -> None:
        """In `run.json` alone."""
        if self._facts.session_id != session_id:
            self._write(replace(self._facts, session_id=session_id))

    def keep_end(self, session_id: SessionId | None, end: RunEnd) -> None:
        self._bring(session_id, end)

    def _bring(self, session_id: SessionId | None, end: RunEnd | None) -> None:
        try:
            self._settle(session_id, end)
            self._is_settled = True
        except KugetsuError as error:
            complain(f"the record is behind: {error.message}")
            self._due_at = time.monotonic() + self._again_after

    def _write(self, facts: RunFacts) -> None:
        self._facts = facts
        try:
            self._folder.write(facts)
        except OSError as error:
            complain(f"{self._folder.facts.name} is behind: {error.strerror}")
