"""opencode's two streams, understood with the session in mind once one of them has named it."""

from __future__ import annotations

from kugetsu_tui.domain.run import RunEvent, SessionNamed
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.opencode.event_lines import events_of_line
from kugetsu_tui.opencode.log_lines import events_of_log_line


class Stream:
    """The first name counts: what a model makes the log say later cannot name another."""

    def __init__(self) -> None:
        self._session_id: SessionId | None = None

    def read_output(self, line: bytes) -> tuple[RunEvent, ...]:
        """The events in a line of stdout."""
        return self._noted(events_of_line(line, self._session_id))

    def read_log(self, line: bytes) -> tuple[RunEvent, ...]:
        """The events in a line of stderr."""
        return self._noted(events_of_log_line(line, self._session_id))

    def _noted(self, events: tuple[RunEvent, ...]) -> tuple[RunEvent, ...]:
        for event in events:
            if isinstance(event, SessionNamed):
                self._session_id = event.session_id
        return events
