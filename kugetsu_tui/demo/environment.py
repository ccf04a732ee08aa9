"""The environment in which the real opencode talks to the scripted model and to nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from kugetsu_tui.demo.model import MODEL
from kugetsu_tui.domain.json_value import JsonObject

_PROVIDER = "demo"
_FOREIGN = ("OPENCODE", "XDG_", "KUGETSU_", "GIT_")
"""What these prefixes begin would lead out of the throw-away home, or into the user's settings."""


def inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """What of the user's environment a throw-away opencode may have."""
    return {name: value for name, value in environ.items() if not name.startswith(_FOREIGN)}


def opencode_environment(home: Path, model_url: str) -> dict[str, str]:
    """The variables, to be laid over `inherited`, that keep opencode at home.

    Seen with opencode 1.18.33 under strace, with `run`, `serve` and the screen, in new homes and
    used ones: it connects to the model alone.
    """
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        # Each start leaves a library of 5 MB there.
        "TMPDIR": str(home / "tmp"),
        "OPENCODE_CONFIG_CONTENT": json.dumps(_config(model_url)),
        # The screen asks GitHub and npm for a newer version.
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        # Every start asks for the catalogue of all models.
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        # The catalogue it has built in takes 0.7 of the 2.3 seconds of a run to read.
        "OPENCODE_MODELS_PATH": str(_catalogue(home)),
        "OPENCODE_DISABLE_LSP_DOWNLOAD": "1",
        # Every start installs a plugin library; offline, that fails at once and does no harm.
        "npm_config_offline": "true",
        # Both spellings are heeded, and the model cannot be reached through a proxy.
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def furnish(home: Path) -> None:
    """Makes the home and what must be in it before opencode starts."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    _catalogue(home).write_text("{}", encoding="utf-8")


def _catalogue(home: Path) -> Path:
    return home / "models.json"


def _config(model_url: str) -> JsonObject:
    model = f"{_PROVIDER}/{MODEL}"
    provider: JsonObject = {
        "name": "Demo",
        "npm": "@ai-sdk/openai-compatible",
        "options": {"baseURL": model_url, "apiKey": "none"},
        "models": {MODEL: {"name": "Built-in demo model"}},
    }
    return {
        "model": model,
        "small_model": model,
        "enabled_providers": [_PROVIDER],
        "provider": {_PROVIDER: provider},
        "share": "disabled",
    }
