from __future__ import annotations

import re
from pathlib import Path

import pytest

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.settings import SETTINGS

pytestmark = pytest.mark.fast

_ROOT = Path(__file__).parents[2]
_README = (_ROOT / "README.md").read_text(encoding="utf-8")


def test_every_verb_is_explained_in_its_own_words() -> None:
    for verb in VERBS.values():
        assert f"`{verb.name}`" in _README
        assert verb.summary in _README


def test_every_setting_is_named() -> None:
    for key in SETTINGS:
        assert f"`{key}`" in _README


def test_every_picture_exists() -> None:
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", _README)

    assert pictures
    for picture in pictures:
        assert (_ROOT / picture).is_file(), picture


def test_ci_finds_the_test_command() -> None:
    found = re.search(r"<!-- tests -->\n```\w*\n(.+?)\n```", _README, re.DOTALL)

    assert found is not None
    assert "pytest" in found[1]


def test_every_module_that_is_named_exists() -> None:
    modules = re.findall(r"`((?:\w+/)*\w+\.py)`", _README)

    assert len(modules) >= 10
    for module in modules:
        assert (_ROOT / "kugetsu_tui" / module).is_file(), module


def test_the_recipes_are_those_that_the_skills_test_runs() -> None:
    skill = (_ROOT / "kugetsu_tui/batch/skills/kugetsu/SKILL.md").read_text(encoding="utf-8")
    recipes = [line for line in _README.splitlines() if " | jq " in line]

    assert recipes
    for recipe in recipes:
        assert recipe in skill


def test_the_film_is_short_enough_to_be_loaded_by_everybody() -> None:
    assert (_ROOT / "screenshots" / "film.gif").stat().st_size <= 3_000_000
