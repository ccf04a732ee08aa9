"""A chosen few of the ways out; all of them: `python -m tests.torture ways-out`."""

from __future__ import annotations

import pytest

from tests.torture.ways_out import cases, wrong

CHOSEN = [
    ("dialog", "SIGTERM"),
    ("transcript", "stop and go on"),
    ("settings", "bug"),
    ("help", "terminal closed"),
    ("opencode", "SIGHUP"),
    ("opencode", "terminal closed"),
    ("opencode", "child killed"),
]


@pytest.mark.parametrize(("place", "way"), CHOSEN)
def test_the_terminal_is_whole_and_nobody_is_left(place: str, way: str) -> None:
    assert (place, way) in cases()

    assert wrong(place, way) == []
