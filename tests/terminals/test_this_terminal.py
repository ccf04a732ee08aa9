"""Whether there is a terminal at all."""

from __future__ import annotations

import shlex
import sys

import pytest

from tests.terminals.outer_terminal import outer_terminal

pytestmark = pytest.mark.fast

ASK = (
    "import os, sys\n"
    "from kugetsu_tui.terminals.this_terminal import is_there\n"
    "sys.exit(10 if is_there(os.environ) else 20)"
)


@pytest.mark.parametrize(
    ("shell", "is_there"),
    [
        ("{}", True),
        ("TERM=dumb {}", False),
        ("TERM= {}", False),
        ("env -u TERM {}", False),
        ("{} < /dev/null", False),
        ("{} > /dev/null", False),
        ("{} 2> /dev/null", False),
        ("{} 2>&-", False),
    ],
)
def test_a_terminal_is_there_when_all_three_streams_are_one(shell: str, is_there: bool) -> None:
    command = shell.format(shlex.join([sys.executable, "-c", ASK]))
    with outer_terminal(["sh", "-c", command]) as terminal:
        assert terminal.wait_for_exit() == (10 if is_there else 20)
