"""What may be chosen for one run."""

from __future__ import annotations

from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import frozen, replace
from kugetsu_tui.domain.moment import ENDLESS
from kugetsu_tui.domain.run import Engine, RunOrder
from kugetsu_tui.domain.settings import Settings

LONGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes: far above any model's context, far below what hurts a small machine."""


@frozen(kw_only=True)
class RunOptions:
    """Choices of one run; what is left open comes from the settings, then from opencode."""

    model: str | None = None
    """`provider/model`."""
    agent: str | None = None
    start_timeout: float | None = None
    """Seconds until opencode must have named the session."""
    idle_timeout: float | None = None
    """Seconds without a sign of life after which the run is ended; endless: it never is."""
    timeout: float | None = None
    """Seconds after which the run is ended; endless: it never is."""
    engine: Engine | None = None
    is_auto: bool = False
    """Every permission that it asks for is given."""


def placed(order: RunOrder, options: RunOptions, settings: Settings) -> RunOrder:
    """The order with what was chosen for it, or else holds for its repository, or for all."""
    repository = (order.issue_ref or "").partition("#")[0].casefold()
    return replace(
        order,
        model=options.model or settings.model,
        agent=options.agent or settings.agent or order.agent,
        start_timeout=options.start_timeout or settings.start_timeout,
        idle_timeout=_limit(options.idle_timeout or settings.idle_timeout),
        timeout=_limit(options.timeout or settings.timeout),
        engine=options.engine or settings.engine,
        is_auto=options.is_auto or repository in settings.auto,
    )


def _limit(seconds: float | None) -> float | None:
    return None if seconds == ENDLESS else seconds


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
