"""Which opencode it is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.opencode.call import call, does_not_run

_PATIENCE = 20.0
"""Seconds; it takes half a second, three on a loaded machine."""


def opencode_version(program: Path, *, environment: Mapping[str, str] | None = None) -> str:
    """What `opencode --version` says, as `1.18.33`: the proof that it runs at all.

    Raises:
        NoOpencodeError: it does not run.
    """
    spoken = call(program, ["--version"], patience=_PATIENCE, environment=environment)
    if spoken.exit_status != 0 or not spoken.output:
        raise does_not_run(program, spoken.complaint)
    return spoken.output
