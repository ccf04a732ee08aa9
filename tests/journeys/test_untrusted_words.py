"""What models and titles say is shown, and never obeyed by a terminal."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.journeys.kugetsu import PROGRAM, Kugetsu, issue
from tests.terminals.outer_terminal import outer_terminal

pytestmark = pytest.mark.opencode

REF = issue(14)
TITLE = "evil \x1b]0;owned\x07 \x1b[2J \x9b31m \u202egpj.exe [bold]"
OBEYED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")


def test_escapes_of_the_model_reach_no_terminal_and_no_report(kugetsu: Kugetsu) -> None:
    terminal = on_terminal(kugetsu, "start", REF, "#model: escapes")
    assert "before" in terminal
    assert "[@click=app.bell]press[/]" in terminal
    assert not OBEYED.search(terminal)

    entitle(kugetsu.world.database, kugetsu.record(REF)["opencode_session_id"], TITLE)
    for words in (("list",), ("show", REF), ("log", REF), ("list", "--all")):
        piped = kugetsu(*words)
        assert (piped.status, piped.err) == (0, "")
        assert not OBEYED.search(piped.out), words
        assert not OBEYED.search(on_terminal(kugetsu, *words)), words
    assert "[bold]" in kugetsu("list").out
    assert kugetsu.row(REF)["title"] == TITLE, "in JSON it is spelled, not shown"
    assert kugetsu("list", "--json").out.isascii()


def on_terminal(kugetsu: Kugetsu, *words: str) -> str:
    environment = kugetsu.environment
    with outer_terminal([str(PROGRAM), *words], environment=environment) as terminal:
        assert terminal.wait_for_exit() == 0
        return terminal.output.decode().replace("\r\n", "\n")


def entitle(database: Path, session_id: str, title: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE session SET title = ? WHERE id = ?", (title, session_id))
        connection.commit()
