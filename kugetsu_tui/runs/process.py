"""A process, told apart from a later one with the same number."""

from __future__ import annotations

from kugetsu_tui.domain.frozen import frozen

RUN_VARIABLE = "KUGETSU_RUN_ID"
"""In the environment of everything a run starts: which run that is."""


@frozen
class Process:
    """A number alone proves nothing: it is used again."""

    pid: int
    started: int
    """When it started, in the system's own units; compared, never computed with."""
