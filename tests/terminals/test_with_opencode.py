"""The real opencode on a lent terminal, and on one that nobody looks at."""

from __future__ import annotations

import re
import signal
import sqlite3
from pathlib import Path

import psutil
import pytest

from kugetsu_tui.opencode.closing_words import session_named
from kugetsu_tui.opencode.opening_words import opening_words
from kugetsu_tui.terminals.drive import drive
from tests.opencode_home import World
from tests.terminals.lending import lent_to, told
from tests.terminals.outer_terminal import books

pytestmark = pytest.mark.opencode


def prompts(database: Path) -> dict[str, list[str]]:
    """What was said in each session, without blanks around it."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT part.session_id, json_extract(part.data, '$.text') FROM part"
            " JOIN message ON message.id = part.message_id"
            " WHERE json_extract(message.data, '$.role') = 'user'"
            " AND json_extract(part.data, '$.type') = 'text'"
        )
    said: dict[str, list[str]] = {}
    for session_id, text in rows:
        said.setdefault(session_id, []).append(text.strip())
    return said


def answered(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM message WHERE json_extract(data, '$.finish') = 'stop'"
        ).fetchone()
    return int(count)


def test_a_session_begun_on_the_lent_terminal_is_named_when_it_is_left(world: World) -> None:
    environment = {**world.environment, "LENDER_DIRECTORY": str(world.repo)}
    with lent_to([str(world.program)], environment=environment, size=(36, 120)) as terminal:
        before = terminal.line_discipline()
        terminal.wait_for("Ask anything…".encode())
        terminal.type(b"\x1a")  # opencode suspends itself, and is continued
        terminal.wait_until(lambda: terminal.output.count(b"\x1b[?1049h") == 2, what="return")
        terminal.type(b"\x1b[200~#model: say here I am\x1b[201~")
        terminal.wait_for(b"here I am")
        terminal.type(b"\r")
        terminal.wait_until(lambda: answered(world.database) == 1, what="answer")
        terminal.type(b"\x03")
        end = told(terminal)
        assert terminal.wait_for_exit() == 0
        assert terminal.line_discipline() == before
        assert not books(terminal.output)
    named = session_named(end.closing_words)
    assert named is not None
    assert prompts(world.database) == {named: ["#model: say here I am"]}


@pytest.mark.parametrize(
    "message",
    [
        "/models",
        "/init\nis no command here",
        "look at @README",
        '!first\r\nsecond\n\nit\'s "quoted" $HOME `x` \\n 漢字 🎉',
        "word " * 4000 + "end",
    ],
    ids=["menu", "command", "mention", "marks", "long"],
)
def test_a_message_is_sent_as_it_was_written(message: str, world: World) -> None:
    end = drive(
        [str(world.program)],
        directory=world.repo,
        environment=world.environment,
        said=opening_words(message),
        is_done=lambda: answered(world.database) == 1,
        patience=60,
    )
    named = session_named(end.closing_words)
    assert named is not None
    assert end.exit_status == 0
    assert prompts(world.database) == {named: [message.replace("\r", "").strip()]}


def test_a_screen_that_is_left_without_a_prompt_names_no_session(world: World) -> None:
    end = drive(
        [str(world.program)],
        directory=world.repo,
        environment=world.environment,
        said="exit",
        is_done=bool,
        patience=60,
    )
    assert end.exit_status == 0
    assert re.search(r"\x1b\[\?1049l", end.closing_words)
    assert session_named(end.closing_words) is None


def test_a_killed_opencode_leaves_nothing_behind(world: World) -> None:
    environment = {**world.environment, "LENDER_DIRECTORY": str(world.repo)}
    with lent_to([str(world.program)], environment=environment, size=(36, 120)) as terminal:
        terminal.latency = 0.3
        terminal.wait_for(b"\x1b[?2004h")
        (child,) = psutil.Process(terminal.process.pid).children()
        child.kill()
        end = told(terminal)
        assert end.signal == signal.SIGKILL
        assert (end.modes_whole, end.left_in_the_line) == (True, "")
        assert not books(terminal.output)
    assert session_named(end.closing_words) is None
