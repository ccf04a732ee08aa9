"""How long those who are to end are given; who only lists runs loads nothing that ends them."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen

GRACE = 5.0
"""Seconds between asking (SIGTERM) and forcing (SIGKILL)."""
HANG = 45.0
"""Seconds without an answer, after which a server is given up: a long fork keeps it busy for 16."""


@frozen(kw_only=True)
class StopPace:
    """How long each way of ending a run is given; in seconds."""

    supervisor: float = GRACE + 20.0
    """To end opencode, judge, and store the end."""
    kill: float = 5.0
    """Until a supervisor that was killed is gone."""
    grace: float = GRACE
    """Between SIGTERM and SIGKILL, where it is done in the supervisor's place."""
