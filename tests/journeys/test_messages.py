"""A message arrives byte for byte, and nobody else can read it on its way."""

from __future__ import annotations

import os

import pytest

from kugetsu_tui.demo.model import ScriptedModel
from tests.journeys.kugetsu import (
    PROGRAM,
    Kugetsu,
    arguments_of,
    environment_of,
    eventually,
    issue,
)

pytestmark = pytest.mark.opencode

REF = issue(14)
ODD = (
    "--help -x 'single' \"double\" `ticks` $HOME \\n \\ %s !! ~ *\n"
    '\ttab, CR LF:\r\n\n  漢字 👩‍💻 \u2028 {"json": [1]}\n#model: say heard\n  the end  \n\n'
)
LONG = "#model: say heard it all\n" + "0123456789 äöü 🎉\r\n" * 9000
CANARY = "canary-7f3a"


def test_an_odd_message_arrives_as_it_was_typed_and_a_long_one_as_it_was_piped(
    kugetsu: Kugetsu, model: ScriptedModel
) -> None:
    started = kugetsu("start", REF, "--", ODD)
    assert (started.status, started.out) == (0, "heard\n"), started.err
    assert len(LONG.encode()) > 200_000
    continued = kugetsu("continue", REF, "-", stdin=LONG.encode())
    assert (continued.status, continued.out) == (0, "heard it all\n"), continued.err

    session = kugetsu.record(REF)["opencode_session_id"]
    assert kugetsu.prompts()[session] == [ODD, LONG]
    asked = [request.text for request in model.requests if request.session_id == session]
    assert asked == [ODD, LONG]


def test_a_loop_over_lines_keeps_its_stdin(kugetsu: Kugetsu) -> None:
    loop = 'while read -r number; do kugetsu start "$0#$number" "line $number" --detach; done'
    ended = kugetsu(
        *("-c", loop, issue(0).partition("#")[0]),
        by=("sh",),
        stdin=b"1\n2\n",
        variables={"PATH": f"{PROGRAM.parent}{os.pathsep}{kugetsu.world.environment['PATH']}"},
    )

    assert ended.status == 0, ended.err
    for number in (1, 2):
        kugetsu.in_state(issue(number), "idle")
        session = kugetsu.record(issue(number))["opencode_session_id"]
        assert kugetsu.prompts()[session] == [f"line {number}"]


def test_nobody_has_the_message_in_its_arguments_or_its_environment(kugetsu: Kugetsu) -> None:
    message = f"#model: hang\n{CANARY}".encode()
    assert kugetsu("start", REF, "-", "--detach", stdin=message).status == 0
    run = kugetsu.run(REF)
    eventually(lambda: [CANARY in text for texts in kugetsu.prompts().values() for text in texts])

    seen = [*kugetsu.everybody(), *kugetsu.servers()]
    assert {run.supervisor, run.opencode} <= set(seen)
    for process in seen:
        assert CANARY not in " ".join(arguments_of(process))
        assert CANARY not in str(environment_of(process))
    assert kugetsu("stop", REF).status == 0
