"""When a run has to be ended for taking too long: pure arithmetic, told the time."""

from __future__ import annotations

from kugetsu_tui.domain.run import RunOrder


def overdue(order: RunOrder, *, age: float, quiet: float, is_named: bool) -> str:
    """Why the run's time is up, in words; empty while it is not.

    Silence counts once opencode has named the session: until then it is still starting, and the
    time for that is limited by itself.

    Args:
        order: holds the limits that were asked for.
        age: seconds since the run has begun.
        quiet: seconds since the last sign of life.
        is_named: opencode has named the session it works on.
    """
    if order.timeout is not None and age >= order.timeout:
        return f"ended after {order.timeout:g} s, the time it was given"
    if not is_named and age >= order.start_timeout:
        return f"opencode did not name a session within {order.start_timeout:g} s"
    if is_named and order.idle_timeout is not None and quiet >= order.idle_timeout:
        return f"no sign of life for {order.idle_timeout:g} s"
    return ""
