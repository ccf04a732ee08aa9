"""What a real session said and did, read back: on paper, as a diff, on the screen as it grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.kugetsu import PROGRAM, Kugetsu, issue
from tests.journeys.tmux import Terminal, terminal

pytestmark = [pytest.mark.opencode, pytest.mark.tmux]

REF = issue(14)
EDIT = json.dumps({"filePath": "README.md", "oldString": "# Gate", "newString": "# The Gate"})
WORK = f"""\
#model: bash echo one && echo two
#model: call edit {EDIT}
#model: task #model: bash echo below
#model: say ## All **done**
Please mend the README."""


@pytest.fixture
def screen(newcomer: Kugetsu, tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, cwd=newcomer.world.repo, environment=newcomer.environment) as opened:
        yield opened


def test_what_a_session_did_can_be_read_on_paper_and_on_the_screen_as_it_grows(
    newcomer: Kugetsu, screen: Terminal
) -> None:
    kugetsu = newcomer
    kugetsu("init", "--adopt", kugetsu.world.base)
    assert kugetsu("start", REF, WORK).status == 0

    paper = kugetsu("transcript", REF).out
    assert "[bash echo one && echo two] completed – 2 lines" in paper
    assert "[edit README.md] completed – +1 -1" in paper
    assert "  [bash echo below] completed" in paper, "a sub-agent stands further in"
    assert "+# The Gate" in kugetsu("diff", REF).out
    assert "+# The Gate" in kugetsu("diff", REF, "--git").out

    screen.enter(f"{PROGRAM}-tui {REF}")
    screen.until_it_shows("esc back")
    screen.type("Right")
    shown = screen.until_it_shows("All done")
    assert "▸ bash echo one && echo two  2 lines" in shown
    assert kugetsu("continue", REF, "#model: say It grows").status == 0
    screen.until_it_shows("It grows")
    screen.type("q")
