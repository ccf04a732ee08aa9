"""Names that a shell or tmux would obey are names, for every program that is started."""

from __future__ import annotations

import subprocess

import pytest

from tests.journeys.kugetsu import Kugetsu, issue

pytestmark = pytest.mark.opencode

TRAPS = "'; touch obeyed; ' $(touch obeyed) `touch obeyed` #(touch obeyed) \"&& touch obeyed"
REF = issue(14)


def test_a_directory_a_message_and_a_file_are_obeyed_by_nobody(newcomer: Kugetsu) -> None:
    directory = newcomer.world.repo.parent / f"{TRAPS}\n-x"
    directory.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=directory, check=True)
    begun = newcomer("init", "--message", f"#model: say {TRAPS}", "--dir", str(directory))
    assert begun.status == 0, begun.err
    write = f'#model: call write {{"filePath": "{directory.name.splitlines()[-1]}"}}'

    started = newcomer("start", REF, f"{write}\n#model: say {TRAPS}\n{TRAPS}")

    assert (started.status, started.out) == (0, f"{TRAPS}\n"), started.err
    assert newcomer.row(REF)["directory"] == str(directory)
    program = f"touch {newcomer.world.home / 'told'}"
    assert newcomer("settings", "notify.command", program).status == 0
    for words in (
        ("list", "--all"),
        ("show", REF),
        ("log", REF),
        ("transcript", REF),
        ("diff", REF, "--git"),
        ("doctor",),
        ("continue", REF, f"#model: say {TRAPS}"),
        ("adopt", f"{issue(15)}", TRAPS),
        ("show", f"h/{TRAPS}/r#1"),
    ):
        ended = newcomer(*words)
        assert "Traceback" not in ended.err
        assert ended.status in {0, 1, 2, 3}, ended
    assert not list(newcomer.world.home.parent.rglob("obeyed"))
