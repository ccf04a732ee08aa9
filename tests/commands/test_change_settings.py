"""What the user chose, shown and changed."""

from __future__ import annotations

import tomllib

import pytest

from kugetsu_tui.commands.change_settings import ChangeSettings, SettingsShown
from kugetsu_tui.commands.settings_example import settings_example
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.domain.setting import Choice, Origin
from kugetsu_tui.domain.settings import SETTINGS, complaint
from tests.fakes import Stage

pytestmark = pytest.mark.fast


def values(shown: SettingsShown) -> dict[str, str]:
    return {key: choice.value for key, choice in shown.choices.items()}


def test_all_settings_are_shown_with_what_holds(bare: Stage) -> None:
    bare.settings_file.values = {"runs.silent-after": "10m", "keys.start": "S"}

    shown = ChangeSettings.of(bare.world)()

    assert set(shown.choices) == {*SETTINGS, "keys.start"}
    assert values(shown)["runs.silent-after"] == "10m"
    assert values(shown)["runs.start-timeout"] == "180s"
    assert shown.data()["chosen"] == ["keys.start", "runs.silent-after"]
    assert shown.report().headline == str(bare.settings_file.path)


def test_one_is_shown(bare: Stage) -> None:
    assert values(ChangeSettings.of(bare.world)("runs.timeout")) == {"runs.timeout": "none"}


def test_one_is_chosen_and_taken_back(bare: Stage) -> None:
    change = ChangeSettings.of(bare.world)

    assert values(change("runs.timeout", "1h")) == {"runs.timeout": "1h"}
    assert values(change("runs.timeout", "")) == {"runs.timeout": "none"}


def test_a_key_of_the_screen_may_be_chosen(bare: Stage) -> None:
    assert values(ChangeSettings.of(bare.world)("keys.start", "S")) == {"keys.start": "S"}


def test_a_key_of_the_screen_that_was_not_chosen_is_what_it_is_by_default(bare: Stage) -> None:
    assert values(ChangeSettings.of(bare.world)("keys.move.up")) == {"keys.move.up": "up,k"}


@pytest.mark.parametrize("key", ["runs.modle", "keys.strat", "keys.", "keys"])
def test_a_setting_that_is_none_is_not_found_and_nothing_is_chosen(bare: Stage, key: str) -> None:
    with pytest.raises(NotFoundError):
        ChangeSettings.of(bare.world)(key, "x")

    assert bare.settings_file.values == {}


def test_a_slip_of_the_pen_can_be_taken_back(bare: Stage) -> None:
    bare.settings_file.values = {"keys.strat": "n"}

    assert values(ChangeSettings.of(bare.world)("keys.strat", "")) == {"keys.strat": ""}
    assert bare.settings_file.values == {}


def test_what_in_the_file_was_not_understood_is_a_warning(bare: Stage) -> None:
    bare.settings_file.remarks = ("config.toml: no",)

    assert ChangeSettings.of(bare.world)().report().warnings == ("config.toml: no",)


def test_each_value_names_the_layer_it_comes_from(bare: Stage) -> None:
    bare.settings_file.values = {"runs.model": "local/small"}
    bare.settings_file.over = {
        "runs.agent": Choice("plan", Origin.ENVIRONMENT),
        "runs.timeout": Choice("1h", Origin.FLAG),
    }

    shown = ChangeSettings.of(bare.world)()

    table = shown.report().table
    assert table is not None
    places = {key: place for key, _, place in table.rows}
    assert places["runs.model"] == "file"
    assert places["runs.agent"] == "KUGETSU_RUNS_AGENT"
    assert places["runs.timeout"] == "--set"
    assert places["runs.silent-after"] == "default"
    assert shown.data()["origins"]["runs.agent"] == "environment"  # type: ignore[call-overload, index]


def test_a_choice_that_something_overrules_is_saved_and_that_is_said(bare: Stage) -> None:
    bare.settings_file.over = {"runs.agent": Choice("plan", Origin.ENVIRONMENT)}

    shown = ChangeSettings.of(bare.world)("runs.agent", "build")

    assert bare.settings_file.values == {"runs.agent": "build"}
    assert values(shown) == {"runs.agent": "plan"}
    assert shown.warnings == ("runs.agent: saved, but KUGETSU_RUNS_AGENT holds",)


def test_the_example_is_a_file_of_no_choices_that_names_every_setting() -> None:
    example = settings_example()

    assert all(not choices for choices in tomllib.loads(example).values())
    for key, setting in SETTINGS.items():
        section, _, name = key.partition(".")
        assert f"[{section}]" in example
        assert f"# {name} = " in example
        assert setting.summary in example


def test_every_line_of_the_example_is_taken_once_it_is_no_comment() -> None:
    lines = [line.removeprefix("# ") for line in settings_example().splitlines()]
    document = tomllib.loads("\n".join(line for line in lines if " = " in line or "[" in line[:1]))
    chosen = {
        f"{section}.{name}": value
        for section, choices in document.items()
        for name, value in choices.items()
    }

    assert {*SETTINGS, "keys.start"} == set(chosen)
    assert not any(complaint(key, value) for key, value in chosen.items())
