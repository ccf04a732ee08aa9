"""What opencode has told about a run: written down as it comes, and kept for the verdict."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunOrder, RunVerb
from kugetsu_tui.domain.run_event import ErrorReported, Journalled, RunEvent, SessionNamed
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.verdict import Evidence
from kugetsu_tui.runs.journal import Journal


class Testimony:
    """The first session that is named counts; a contradiction is an error, never adopted."""

    def __init__(
        self,
        order: RunOrder,
        journal: Journal,
        clock: Callable[[], datetime],
        works_elsewhere: Callable[[SessionId], bool],
    ) -> None:
        """Nothing was said yet.

        Args:
            order: of the run.
            journal: where all is written down.
            clock: now, with a zone.
            works_elsewhere: whether a session is known to belong to another directory than the run.
        """
        self._order = order
        self._works_elsewhere = works_elsewhere
        self._journal = journal
        self._clock = clock
        self._strangers: set[SessionId] = set()
        self.evidence = Evidence()
        self.session_id: SessionId | None = None
        """The session opencode named, once it did."""

    @property
    def known_session(self) -> SessionId | None:
        """The session at work: named by opencode, or ordered."""
        return self.session_id or self._ordered

    def hear(self, event: RunEvent) -> bool:
        """Write it down; false where it names a session that is not this run's."""
        if not isinstance(event, SessionNamed):
            self._note(event)
        elif self._contradicts(event.session_id):
            self._hear_stranger(event.session_id)
            return False
        elif self.session_id is None:
            self.session_id = event.session_id
            self._note(event)
        return True

    def hear_words(self, words: str) -> None:
        """Words on stderr that are no log line; the last ones count."""
        if words:
            self.evidence = replace(self.evidence, last_words=words)

    def _hear_stranger(self, named: SessionId) -> None:
        if named not in self._strangers:
            self._strangers.add(named)
            self._note(ErrorReported(f"opencode names {named}, which is not this run's session"))

    @property
    def _ordered(self) -> SessionId | None:
        return None if self._order.verb is RunVerb.START else self._order.session_id

    def _contradicts(self, named: SessionId) -> bool:
        if self.known_session is not None:
            return named != self.known_session
        is_base = named == self._order.session_id  # itself, not a fork of it
        return is_base or self._works_elsewhere(named)

    def _note(self, event: RunEvent) -> None:
        self.evidence = self.evidence.with_event(event)
        try:
            self._journal.write(Journalled(self._clock(), event))
        except OSError as error:
            complain(f"the journal lost an event: {error.strerror}")


def complain(words: str) -> None:
    """Into the supervisor's own log: nobody else listens."""
    with suppress(OSError):  # the disk may be full
        sys.stderr.write(f"{words}\n")
        sys.stderr.flush()
