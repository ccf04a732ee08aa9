"""What journeys begin with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests import opencode_home
from tests.journeys.kugetsu import ENGINE, Foreground, Kugetsu, issue
from tests.opencode_home import World


@pytest.fixture
def newcomer(world: World, request: pytest.FixtureRequest) -> Iterator[Kugetsu]:
    """A kugetsu that was never used, with the engine that a test asks for."""
    with Kugetsu(world, engine=getattr(request, "param", ENGINE)) as kugetsu:
        yield kugetsu


@pytest.fixture
def kugetsu(newcomer: Kugetsu) -> Kugetsu:
    """A kugetsu that has its base."""
    newcomer("init", "--adopt", newcomer.world.base)
    assert newcomer.index() == {"base": newcomer.world.base, "issues": {}}
    return newcomer


@pytest.fixture(scope="package")
def crowded(
    prepared_world: World, tmp_path_factory: pytest.TempPathFactory, model: ScriptedModel
) -> Iterator[Kugetsu]:
    """A kugetsu that has its base, for many tests; each takes an issue of its own."""
    folder = tmp_path_factory.mktemp("crowded").resolve()
    world = opencode_home.moved(prepared_world, folder, model.url)
    with Kugetsu(world) as kugetsu:
        kugetsu("init", "--adopt", world.base)
        yield kugetsu
    opencode_home.end_leftovers(world)


@pytest.fixture
def unserved(crowded: Kugetsu) -> Kugetsu:
    """The same, whose runs have an opencode each."""
    return replace(crowded, engine="run")


@dataclass(frozen=True, slots=True)
class Unlucky:
    """A start whose provider fails for good; opencode takes a minute and a half to give up."""

    kugetsu: Kugetsu
    ref: str
    start: Foreground


@pytest.fixture(scope="package")
def unlucky(crowded: Kugetsu) -> Unlucky:
    """Begun by the first test that asks for it; the others find it where time has taken it."""
    return Unlucky(crowded, issue(500), crowded.begin("start", issue(500), "#model: error 500"))
