"""The environment of a throw-away opencode."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kugetsu_tui.demo.environment import furnish, inherited, opencode_environment

pytestmark = pytest.mark.fast


def test_everything_that_opencode_writes_is_in_its_home(tmp_path: Path) -> None:
    variables = opencode_environment(tmp_path, "http://127.0.0.1:1/v1")

    for name in ("HOME", "TMPDIR", *(f"XDG_{what}_HOME" for what in _FOLDERS)):
        assert Path(variables[name]).is_relative_to(tmp_path)


_FOLDERS = ("CONFIG", "DATA", "STATE", "CACHE")


def test_there_is_one_provider_and_it_is_the_model(tmp_path: Path) -> None:
    variables = opencode_environment(tmp_path, "http://127.0.0.1:1/v1")

    config = json.loads(variables["OPENCODE_CONFIG_CONTENT"])
    (provider,) = config["enabled_providers"]
    assert config["provider"][provider]["options"]["baseURL"] == "http://127.0.0.1:1/v1"
    assert config["model"].startswith(f"{provider}/")
    assert config["small_model"].startswith(f"{provider}/")


def test_a_furnished_home_has_what_the_variables_name(tmp_path: Path) -> None:
    home = tmp_path / "home"
    variables = opencode_environment(home, "")

    furnish(home)
    furnish(home)

    assert Path(variables["TMPDIR"]).is_dir()
    assert json.loads(Path(variables["OPENCODE_MODELS_PATH"]).read_text()) == {}


def test_what_leads_to_the_users_own_opencode_is_not_inherited() -> None:
    environ = {
        "PATH": "/bin",
        "TERM": "xterm",
        "OPENCODE_DB": "/home/me/opencode.db",
        "XDG_DATA_HOME": "/home/me/data",
        "KUGETSU_DIR": "/home/me/.kugetsu",
        "GIT_DIR": "/home/me/project/.git",
    }

    assert inherited(environ) == {"PATH": "/bin", "TERM": "xterm"}
