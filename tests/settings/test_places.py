from __future__ import annotations

import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import platformdirs
import pytest

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.settings import places

pytestmark = pytest.mark.fast

ODD_HOMES: list[Mapping[str, str]] = [
    {"HOME": ""},
    {"HOME": "relative"},
    {"HOME": "~"},
    {"HOME": "./here"},
]
Place = Callable[[Mapping[str, str]], Path]


def test_the_store_is_in_the_home_folder() -> None:
    assert places.store_folder({"HOME": "/home/ann"}) == Path("/home/ann/.kugetsu")


def test_the_store_is_where_the_variable_says_whatever_the_home() -> None:
    assert places.store_folder({"KUGETSU_DIR": "/srv/k", "HOME": ""}) == Path("/srv/k")


def test_an_empty_variable_says_nothing() -> None:
    assert places.store_folder({"KUGETSU_DIR": "", "HOME": "/home/ann"}) == Path(
        "/home/ann/.kugetsu"
    )


def test_a_relative_store_is_one_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert places.store_folder({"KUGETSU_DIR": "store"}) == tmp_path / "store"


def test_a_relative_store_is_refused_where_the_current_folder_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(EnvironmentUnfitError, match="KUGETSU_DIR: 'store'"):
        places.store_folder({"KUGETSU_DIR": "store"})


@pytest.mark.parametrize(("named", "folder"), [("~/k", "/home/ann/k"), ("~", "/home/ann")])
def test_a_tilde_that_no_shell_expanded_is_the_home(named: str, folder: str) -> None:
    assert places.store_folder({"KUGETSU_DIR": named, "HOME": "/home/ann"}) == Path(folder)


@pytest.mark.parametrize(
    "environment",
    [
        *ODD_HOMES,
        {"KUGETSU_DIR": "~bob/k", "HOME": "/home/ann"},
        *({"KUGETSU_DIR": "~/k", **odd} for odd in ODD_HOMES),
    ],
)
def test_no_folder_is_ever_guessed(environment: Mapping[str, str]) -> None:
    with pytest.raises(EnvironmentUnfitError) as refusal:
        places.store_folder(environment)

    assert refusal.value.exit_code == 5
    assert "KUGETSU_DIR" in refusal.value.hint


@pytest.mark.parametrize("environment", ODD_HOMES)
@pytest.mark.parametrize("place", [places.config_file, places.data_folder, places.log_folder])
def test_without_a_home_no_other_place_is_guessed_either(
    place: Place, environment: Mapping[str, str]
) -> None:
    with pytest.raises(EnvironmentUnfitError):
        place(environment)


def test_where_no_variable_names_the_home_the_user_database_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    on_record = pwd.getpwuid(os.getuid()).pw_dir
    assert places.store_folder({}) == Path(on_record) / ".kugetsu"

    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    with pytest.raises(EnvironmentUnfitError, match="does not know this user"):
        places.store_folder({})


def test_other_places_are_the_platforms_own(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"HOME": "/home/ann"}
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", environment["HOME"])

    assert places.config_file(environment) == Path(
        platformdirs.user_config_dir("kugetsu"), "config.toml"
    )
    assert places.data_folder(environment) == Path(platformdirs.user_data_dir("kugetsu"))
    assert places.log_folder(environment) == Path(platformdirs.user_log_dir("kugetsu"))
    assert places.log_folder(environment).is_relative_to("/home/ann")


@pytest.mark.parametrize("named", ["/etc/ann", "/etc/../ann/", "", "relative", "~/set"])
def test_what_platformdirs_is_not_asked_for_is_where_it_would_have_it(
    named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    monkeypatch.setenv("XDG_CONFIG_HOME", named)
    monkeypatch.setenv("XDG_DATA_HOME", named)

    assert places.config_file(os.environ) == Path(
        platformdirs.user_config_dir("kugetsu"), "config.toml"
    )
    assert places.data_folder(os.environ) == Path(platformdirs.user_data_dir("kugetsu"))


def test_a_variable_of_its_own_makes_a_home_needless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/ann")
    monkeypatch.delenv("HOME")

    assert places.config_file({"XDG_CONFIG_HOME": "/etc/ann"}) == Path(
        "/etc/ann/kugetsu/config.toml"
    )


def test_the_stores_place_is_found_without_loading_platformdirs() -> None:
    asked = (
        "import sys; from kugetsu_tui.settings.places import store_folder;"
        "store_folder({'HOME': '/h'}); sys.exit('platformdirs' in sys.modules)"
    )

    subprocess.run([sys.executable, "-c", asked], check=True)
