"""What is written beside rows, and is none of their own."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.frozen import field, frozen
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.tui.voice import sign
from kugetsu_tui.tui.widgets.look import Tone


@frozen
class Notes:
    """By row key, but for lines, which are by session."""

    unseen: Collection[str] = ()
    marks: Collection[str] = ()
    lines: Mapping[SessionId, str] = field(default_factory=dict)
    """What was found in transcripts."""

    def sign(self, row: Row) -> tuple[str, Tone]:
        """One column: marked, allowed everything, unseen, or nothing."""
        if row.key in self.marks:
            return sign("✓", "+"), Tone.OPEN
        if row.is_auto:
            return "A", Tone.BAD
        return (sign("•", "!"), Tone.MIND) if row.key in self.unseen else (" ", Tone.STRONG)

    def line(self, row: Row) -> str:
        """What was found in its transcript."""
        return self.lines.get(row.session_id, "") if row.session_id else ""
