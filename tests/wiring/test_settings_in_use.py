"""What is built of the settings, as they are and as they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.wiring import layers_of, runs_of

pytestmark = pytest.mark.fast


def test_how_many_runs_may_be_at_work_is_read_again_by_whoever_waits_long(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    layers = layers_of(environment, {})
    layers.set("runs.max-concurrent", "1")
    admission = runs_of(layers, environment, {}).admission
    assert admission.slots() == 1

    layers.set("runs.max-concurrent", "4")

    assert admission.slots() == 4
