"""What the scripted model does with one request."""

from __future__ import annotations

from enum import StrEnum

from kugetsu_tui.demo.tool_call import ToolCall
from kugetsu_tui.domain.frozen import frozen


class Ending(StrEnum):
    """How a reply leaves the connection."""

    COMPLETE = "complete"
    SILENT = "silent"
    """Open, and nothing more is ever sent."""
    DROPPED = "dropped"


@frozen(kw_only=True)
class Reply:
    """Waits, refuses or streams: thought, text, call, in this order."""

    wait: float = 0.0
    """Seconds before the headers; infinite is a model that hangs."""
    status: int = 200
    """Any other HTTP status is a refusal, and the rest is not sent."""
    thought: str = ""
    text: str = ""
    lasting: float = 0.0
    """Seconds over which the text is streamed."""
    call: ToolCall | None = None
    finish: str = "stop"
    ending: Ending = Ending.COMPLETE
