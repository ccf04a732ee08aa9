"""What may be chosen for one run."""

from __future__ import annotations

from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import frozen

LONGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes: far above any model's context, far below what hurts a small machine."""


@frozen(kw_only=True)
class RunOptions:
    """Choices of one run; what is left open comes from the settings, then from opencode."""

    model: str | None = None
    """`provider/model`."""
    agent: str | None = None
    start_timeout: float = 180.0
    """Seconds until opencode must have named the session."""
    idle_timeout: float | None = None
    """Seconds without a sign of life after which the run is ended."""
    timeout: float | None = None
    """Seconds after which the run is ended."""


def require_message(message: str) -> str:
    """The message, where there is something to send.

    Raises:
        UsageError: it is empty, too long, or holds what no prompt can.
    """
    if not message.strip():
        raise UsageError("message: empty, nothing was sent", hint="write it, or '-' to read stdin")
    if "\0" in message:
        raise UsageError("message: holds a NUL character, nothing was sent")
    if len(message.encode(errors="surrogatepass")) > LONGEST_MESSAGE:
        raise UsageError(f"message: longer than {LONGEST_MESSAGE} bytes, nothing was sent")
    return message
