"""A database of opencode's, as a test fills it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.opencode.database import Database
from tests.opencode.sample_database import SampleDatabase


@pytest.fixture
def sample(tmp_path: Path) -> SampleDatabase:
    return SampleDatabase(tmp_path / "opencode.db")


@pytest.fixture
def database(sample: SampleDatabase) -> Database:
    return Database(sample.path)
