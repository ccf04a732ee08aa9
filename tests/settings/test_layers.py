"""Which layer of the settings holds, and what is said of choices that cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from kugetsu_tui.domain.bindings import CHOOSABLE
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.setting import Choice, Origin
from kugetsu_tui.domain.settings import SETTINGS, Frames, Settings, variable_of
from kugetsu_tui.settings.layers import Layers, flags_of
from kugetsu_tui.settings.toml_file import TomlFile

pytestmark = pytest.mark.fast


@pytest.fixture
def file(tmp_path: Path) -> TomlFile:
    (tmp_path / "config.toml").write_text(
        "[runs]\nmodel = 'a/file'\nagent = 'file'\ntimeout = 60\n"
    )
    return TomlFile(tmp_path / "config.toml")


def test_each_layer_overrules_those_before_it(file: TomlFile) -> None:
    environment = {"KUGETSU_RUNS_AGENT": "variable", "KUGETSU_RUNS_TIMEOUT": "2m"}
    layers = Layers(file, environment, {"runs.timeout": "3m"})

    settings, warnings = layers.load()

    assert warnings == ()
    assert settings == Settings(model="a/file", agent="variable", timeout=180.0)
    assert layers.chosen() == {
        "runs.model": Choice("a/file", Origin.FILE),
        "runs.agent": Choice("variable", Origin.ENVIRONMENT),
        "runs.timeout": Choice("3m", Origin.FLAG),
    }


def test_every_setting_has_a_variable_of_its_own() -> None:
    every = [*SETTINGS, *CHOOSABLE]

    assert len({variable_of(key) for key in every}) == len(every)
    assert variable_of("runs.silent-after") == "KUGETSU_RUNS_SILENT_AFTER"


def test_an_empty_variable_is_none(file: TomlFile) -> None:
    assert Layers(file, {"KUGETSU_RUNS_MODEL": ""}).load()[0].model == "a/file"


def test_a_variable_that_its_setting_does_not_take_is_ignored_and_named(file: TomlFile) -> None:
    settings, warnings = Layers(file, {"KUGETSU_SCREEN_FRAMES": "many"}).load()

    assert settings.frames is Frames.FULL
    assert warnings == ("KUGETSU_SCREEN_FRAMES: 'many' is none of full, few, auto; it is ignored",)


def test_a_key_of_the_screen_may_be_chosen_by_a_variable(file: TomlFile) -> None:
    environment = {"KUGETSU_KEYS_READ_USER_BACK": "B", "KUGETSU_KEYS_STRAT": "n"}

    settings, warnings = Layers(file, environment).load()

    assert settings.keys == {"read.user-back": "B"}
    assert warnings == ("KUGETSU_KEYS_STRAT: no such setting; it is ignored",)


def test_a_slip_of_the_pen_in_a_variable_is_named_and_ours_of_other_kinds_are_not(
    file: TomlFile,
) -> None:
    environment = {"KUGETSU_RUNS_MODLE": "x", "KUGETSU_DIR": "/x", "KUGETSU_OPENCODE": "/y"}

    assert Layers(file, environment).warnings() == (
        "KUGETSU_RUNS_MODLE: no such setting; it is ignored",
    )


@pytest.mark.parametrize(
    "words", [{"runs.modle": "x"}, {"runs.timeout": "soon"}, {"screen.frames": "many"}]
)
def test_a_flag_that_is_not_understood_is_refused(words: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="--set"):
        flags_of(words)


def test_a_change_is_written_to_the_file_whatever_overrules_it(file: TomlFile) -> None:
    layers = Layers(file, {}, {"runs.model": "a/flag"})

    layers.set("runs.model", "b/file")

    assert layers.chosen()["runs.model"] == Choice("a/flag", Origin.FLAG)
    assert file.read()[0]["runs.model"] == "b/file"
