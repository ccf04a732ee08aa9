"""A run that has just got its supervisor."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.json_value import JsonObject
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.report.report import Report, Success


@frozen(kw_only=True)
class Launched(Success):
    """The run goes on by itself; whoever wants may follow it."""

    verb: str
    issue_ref: str
    run_id: RunId
    directory: str
    session_id: SessionId | None = None
    """Of a session that had its name before the run."""
    is_queued: bool = False
    """It waits for its turn."""
    warnings: tuple[str, ...] = ()

    def report(self) -> Report:
        does = "waits for its turn" if self.is_queued else f"at work in {self.directory}"
        return Report(headline=f"{self.issue_ref}: {does}", warnings=self.warnings)

    def data(self) -> JsonObject:
        return {
            "issue_ref": self.issue_ref,
            "run_id": self.run_id,
            "directory": self.directory,
            "session_id": self.session_id,
            "warnings": self.warnings,
        }
