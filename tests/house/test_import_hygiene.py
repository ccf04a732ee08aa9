from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

_LOADED_BY = """
import os, sys
os._exit = sys.exit
sys.argv = ["kugetsu", *{argv!r}]
from kugetsu_tui.entry import kugetsu
try:
    kugetsu()
except SystemExit:
    pass
sys.stderr.write("LOADED " + " ".join(sys.modules))
"""
_HEAVY = {"asyncio", "textual", "rich", "pexpect", "psutil"}


def _loaded_by(argv: list[str], home: Path) -> set[str]:
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
    environment.pop("KUGETSU_DIR", None)
    done = subprocess.run(
        [sys.executable, "-c", _LOADED_BY.format(argv=argv)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize(
    "argv",
    [
        ["list", "--json"],
        ["show", "github.com/a/b#1"],
        ["transcript", "github.com/a/b#1"],
        ["diff", "github.com/a/b#1"],
        ["start", "github.com/a/b#1", "hello"],
        ["continue", "github.com/a/b#1", "hello"],
        ["stop", "--all"],
        ["prune"],
        ["destroy", "github.com/a/b#1", "-y"],
        ["doctor"],
        ["trash"],
        ["help"],
    ],
    ids=" ".join,
)
def test_a_headless_verb_loads_no_screen_and_no_event_loop(argv: list[str], tmp_path: Path) -> None:
    loaded = _loaded_by(argv, tmp_path)

    assert "kugetsu_tui.batch.main" in loaded
    assert not loaded & _HEAVY


@pytest.mark.parametrize("verb", ["start", "continue"])
def test_until_a_run_begins_nothing_is_loaded_that_follows_it(verb: str, tmp_path: Path) -> None:
    loaded = _loaded_by([verb, "github.com/a/b#1", "hello"], tmp_path)

    assert not loaded & {"dataclasses", "platformdirs", "kugetsu_tui.batch.follow"}


def test_list_loads_only_what_it_needs(tmp_path: Path) -> None:
    loaded = _loaded_by(["list", "--json"], tmp_path)

    assert "kugetsu_tui.commands.list_sessions" in loaded
    assert not loaded & {
        "importlib.metadata",
        "tomllib",
        "tomli_w",
        "dataclasses",
        "subprocess",
        "hashlib",
        "signal",
        "threading",
        "platformdirs",
        "shutil",
        "tempfile",
        "argcomplete",
        "kugetsu_tui.domain.record_file",
        "kugetsu_tui.commands.start_issue",
        "kugetsu_tui.commands.catalogue",
        "kugetsu_tui.commands.announce_news",
        "kugetsu_tui.machine.surroundings",
        "kugetsu_tui.store.json_store",
        "kugetsu_tui.store.draft",
        "kugetsu_tui.store.lock",
        "kugetsu_tui.store.saving",
        "kugetsu_tui.wiring.servers",
        "kugetsu_tui.opencode.transcripts",
        "kugetsu_tui.opencode.server.client",
        "kugetsu_tui.runs.server.opencode",
        "kugetsu_tui.runs.server.kept_server",
        "kugetsu_tui.runs.stopping",
        "kugetsu_tui.runs.supervisor",
    }
