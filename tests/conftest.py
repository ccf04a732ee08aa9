"""What tests are given: the scripted model, the real opencode, and a world for the two."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests import opencode_home
from tests.journeys import containers, sshd
from tests.machine import scratch_system
from tests.opencode_home import MissingError, World

_PROGRAMS: Mapping[str, Callable[[], Path]] = {
    "opencode": opencode_home.program,
    "tmux": opencode_home.tmux,
    "jq": opencode_home.jq,
    "sshd": sshd.program,
    "container": containers.program,
    "scratch": scratch_system.program,
}
"""What a marker asks for, and who provides it."""


@cache
def _lacking(need: str) -> str:
    """Why a program is not to be had; empty where it is."""
    try:
        _PROGRAMS[need]()
    except MissingError as error:
        return str(error)
    return ""


def pytest_configure() -> None:
    """Has signals mean what they do: in the background or under nohup children ignore them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips what cannot run here, or fails it where `KUGETSU_TEST_REQUIRE` names the need."""
    for need in _PROGRAMS:
        if item.get_closest_marker(need) and (why := _lacking(need)):
            if need in os.environ.get("KUGETSU_TEST_REQUIRE", "").split(","):
                pytest.fail(why, pytrace=False)
            pytest.skip(why)


@pytest.fixture(scope="session")
def model() -> Iterator[ScriptedModel]:
    """A running model; its `requests` are those of the whole session."""
    with ScriptedModel() as running:
        yield running


@pytest.fixture(scope="session")
def opencode_program() -> Path:
    return opencode_home.program()


@pytest.fixture(scope="session")
def prepared_world(
    tmp_path_factory: pytest.TempPathFactory, opencode_program: Path, model: ScriptedModel
) -> World:
    """opencode's first start, done once; copied by `world`, and not to be worked in."""
    folder = tmp_path_factory.mktemp("prepared").resolve()
    return opencode_home.prepare(folder, opencode_program, model.url)


@pytest.fixture
def world(prepared_world: World, tmp_path: Path, model: ScriptedModel) -> Iterator[World]:
    """A world of the test's own."""
    own = opencode_home.moved(prepared_world, tmp_path.resolve(), model.url)
    yield own
    opencode_home.end_leftovers(own)
