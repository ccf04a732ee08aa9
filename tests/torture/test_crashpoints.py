from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.store import tracing
from tests.torture.crashpoints import ASKED_TO_END, Sweep

SAMPLE = {"undo": 5, "continue, its supervisor": 3}
"""Scene → points, chosen at random; `python -m tests.torture crashpoints` goes through all."""
SEED = 6


@pytest.fixture(scope="module", autouse=True)
def strace() -> None:
    tracing.require()


@pytest.mark.parametrize("scene", SAMPLE)
def test_wherever_a_verb_is_struck_it_leaves_the_old_or_the_new_and_says_which(
    scene: str, tmp_path: Path
) -> None:
    sweep = Sweep(scene, tmp_path / "sweep")
    points = random.Random(SEED).sample(sweep.points(), SAMPLE[scene])

    complaints = list(sweep.complaints(points))

    assert sweep.changes_something()
    assert not complaints, "\n".join(complaints)


def test_who_is_asked_to_end_amid_a_change_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    sweep = Sweep("adopt", tmp_path / "sweep")
    points = random.Random(SEED).sample(sweep.points(ASKED_TO_END), 6)

    complaints = list(sweep.complaints(points))

    assert not complaints, "\n".join(complaints)
