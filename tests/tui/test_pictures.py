"""The screen as it looks; `pytest --snapshot-update` takes the pictures anew, to be looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.tui.pictures import PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_as_it_did(name: str, snap_compare: Callable[..., bool]) -> None:
    picture = PICTURES[name]

    assert snap_compare(picture.app(), terminal_size=picture.size, run_before=picture.pose)
