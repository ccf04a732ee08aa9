"""What is read along on a terminal is shown once, and elsewhere not in pieces."""

from __future__ import annotations

import io

import pytest

from kugetsu_tui.batch.console import Console
from kugetsu_tui.batch.follow import print_events
from kugetsu_tui.batch.progress import Progress
from kugetsu_tui.domain.run_event import (
    Journalled,
    RunEvent,
    Said,
    Saying,
    SessionNamed,
    StepFinished,
)
from kugetsu_tui.domain.session import SessionId
from tests.fakes import NOW

pytestmark = pytest.mark.fast


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


ANSWER: list[RunEvent] = [
    SessionNamed(SessionId("ses_1")),
    Saying("It is "),
    Saying("me\x1b[2J"),
    Said("It is me\x1b[2Jnded."),
    StepFinished(finish="stop", tokens=7, cost=0.0),
]


def entries(events: list[RunEvent]) -> list[Journalled]:
    return [Journalled(NOW, event) for event in events]


def test_a_person_reads_a_block_while_it_is_written_and_once() -> None:
    seen = Terminal()

    print_events(entries(ANSWER), Console(out=seen, err=Terminal()))

    assert seen.getvalue() == "· session ses_1\nIt is me␛[2Jnded.\n· step ended: stop, 7 tokens\n"


def test_a_pipe_gets_whole_blocks() -> None:
    told = io.StringIO()

    print_events(entries(ANSWER), Console(out=told, err=io.StringIO()))

    assert told.getvalue() == "· session ses_1\nIt is me␛[2Jnded.\n· step ended: stop, 7 tokens\n"


def test_a_block_that_turns_out_otherwise_is_told_whole() -> None:
    seen = Terminal()

    print_events(entries([Saying("no"), Said("yes")]), Console(out=seen, err=Terminal()))

    assert seen.getvalue() == "no\nyes\n"


@pytest.mark.parametrize(("stream", "is_shown"), [(Terminal, True), (io.StringIO, False)])
def test_an_answer_that_was_read_along_is_not_printed_again(
    stream: type[io.StringIO], *, is_shown: bool
) -> None:
    out, err = stream(), stream()
    progress = Progress(Console(out=out, err=err), "github.com/a/b#1")

    for entry in entries(ANSWER):
        progress(entry)

    assert progress.has_shown("It is me\x1b[2Jnded.") is is_shown
    assert ("It is me" in out.getvalue()) is is_shown
