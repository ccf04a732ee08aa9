"""What every verb's tests begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import BASE, REPOSITORY
from tests.fakes import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A world in which opencode works and the base is there."""
    stage = Stage(tmp_path)
    stage.checkout.remotes = (REPOSITORY,)
    stage.base(BASE)
    return stage


@pytest.fixture
def bare(tmp_path: Path) -> Stage:
    """A world in which nothing was done yet."""
    return Stage(tmp_path)
