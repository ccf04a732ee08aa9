"""What the user chose, shown and changed."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.change_settings import ChangeSettings
from kugetsu_tui.domain.errors import NotFoundError
from kugetsu_tui.domain.settings import SETTINGS
from tests.fakes import Stage

pytestmark = pytest.mark.fast


def test_all_settings_are_shown_with_what_holds(bare: Stage) -> None:
    bare.settings_file.values = {"runs.silent-after": "10m", "keys.start": "S"}

    shown = ChangeSettings.of(bare.world)()

    assert set(shown.values) == {*SETTINGS, "keys.start"}
    assert shown.values["runs.silent-after"] == "10m"
    assert shown.values["runs.start-timeout"] == "180s"
    assert shown.chosen == {"runs.silent-after", "keys.start"}
    assert shown.report().headline == str(bare.settings_file.path)


def test_one_is_shown(bare: Stage) -> None:
    assert ChangeSettings.of(bare.world)("runs.timeout").values == {"runs.timeout": "none"}


def test_one_is_chosen_and_taken_back(bare: Stage) -> None:
    change = ChangeSettings.of(bare.world)

    assert change("runs.timeout", "1h").values == {"runs.timeout": "1h"}
    assert change("runs.timeout", "").values == {"runs.timeout": "none"}


def test_a_key_of_the_screen_may_be_chosen(bare: Stage) -> None:
    assert ChangeSettings.of(bare.world)("keys.start", "S").values == {"keys.start": "S"}


def test_a_setting_that_is_none_is_not_found_and_nothing_is_chosen(bare: Stage) -> None:
    with pytest.raises(NotFoundError):
        ChangeSettings.of(bare.world)("runs.modle", "x")

    assert bare.settings_file.values == {}


def test_what_in_the_file_was_not_understood_is_a_warning(bare: Stage) -> None:
    bare.settings_file.remarks = ("config.toml: no",)

    assert ChangeSettings.of(bare.world)().report().warnings == ("config.toml: no",)
