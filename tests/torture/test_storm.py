from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.sandbox import ROOT, Sandbox
from tests.torture.storm import Storm, Weather, sessions_for
from tests.torture.wrong_protocols import WRONG

SEED = 6


def test_whoever_is_killed_nothing_is_lost_and_nothing_is_left(tmp_path: Path) -> None:
    weather = Weather(seconds=8, writers=4, kill_rate=5, seed=SEED)
    storm = Storm(Sandbox.made(tmp_path / "home", sessions=sessions_for(weather)), weather)

    complaints = storm.rage()

    assert not complaints, "\n".join(complaints)
    assert storm.kills["command line"]
    assert storm.ledger.answered.total()
    assert storm.looks


@pytest.mark.parametrize("protocol", WRONG)
def test_a_store_that_is_written_in_a_wrong_way_does_not_weather_it(
    protocol: str, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        f"from tests.torture.wrong_protocols import take_up\ntake_up({protocol!r})\n"
    )
    weather = Weather(seconds=60, writers=4, kill_rate=3, seed=SEED, with_runs=False)
    sandbox = Sandbox.made(
        tmp_path / "home", sessions=sessions_for(weather), PYTHONPATH=f"{site}:{ROOT}"
    )

    assert Storm(sandbox, weather).rage()
