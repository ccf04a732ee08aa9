"""Commands from stdin: one a line, one envelope a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kugetsu_tui.domain.errors import EndedBySignalError
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import Ended, Journalled, Said
from kugetsu_tui.domain.session import RunId
from tests.batch.calling import call, feed
from tests.commands import BASE, FORK, ISSUE, OTHER, REPOSITORY, SECOND
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def stage() -> Stage:
    """A base, an issue with a past, and one at work."""
    stage = Stage(Path("/"))
    stage.checkout.remotes = (REPOSITORY,)
    stage.base(BASE)
    stage.track(ISSUE, FORK)
    end = RunEnd(outcome=RunOutcome.ANSWERED, at=NOW)
    stage.have_run(ISSUE, run_seen("run-0", session_id=FORK, end=end))
    stage.track(OTHER, SECOND)
    stage.have_run(OTHER, run_seen("run-9", session_id=SECOND))
    for name in ("run-0", "run-1"):
        stage.runs.journals[RunId(name)] = [
            Journalled(NOW, Said("Mended.")),
            None,
            Journalled(NOW, Ended(end)),
        ]
    return stage


def _answers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, lines: str | bytes, *flags: str
) -> tuple[int, list[dict[str, Any]]]:
    feed(monkeypatch, lines)
    code, out, _ = call(stage, *flags)
    return code, [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("line", ['["show"', '["show", 14 15]', "[show]"])
def test_a_line_that_is_nearly_json_is_told_in_our_words(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    code, (answer,) = _answers(stage, monkeypatch, line)

    assert code == 2
    assert answer["error"]["message"].startswith("line not understood: no JSON array, from column")


def test_each_line_is_answered_by_one_envelope_in_order(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = f"list\n\n   \n# nothing\n  # nor this\nshow {ISSUE}\nhelp\nlist -h\nshow\nman"

    code, answers = _answers(stage, monkeypatch, lines)

    assert [(each["verb"], each["exit"]) for each in answers] == [
        *(("list", 0), ("show", 0), ("help", 0), ("help", 0), ("show", 2), ("man", 0)),
    ]
    assert "usage: kugetsu list" in answers[3]["data"]["text"]
    assert code == 2


@pytest.mark.parametrize(
    "line",
    [
        "show 'torn",
        'show "torn',
        "show torn\\",
        '["show", "torn"',
        '["show", 1]',
        '["start", "a/b#1", "hi", "--agent", "a\\u0000b"]',
        "show a\0b",
        "[]",
        "[" * 10**5,
    ],
    ids=lambda line: line[:20],
)
def test_a_line_that_cannot_be_read_is_refused_and_the_next_one_is_done(
    line: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, answers = _answers(stage, monkeypatch, f"{line}\nlist\n")

    assert [(each["verb"], each["exit"]) for each in answers] == [("", 2), ("list", 0)]
    assert answers[0]["error"]["code"] == "usage"
    assert "JSON array" in answers[0]["error"]["hint"]
    assert code == 2


def test_an_unknown_verb_is_named(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code, answers = _answers(stage, monkeypatch, "dance\nlist\n")

    assert answers[0]["verb"] == "dance"
    assert "no such verb" in answers[0]["error"]["message"]
    assert (code, answers[1]["ok"]) == (2, True)


def test_the_last_line_counts_without_its_line_feed_and_others_with_two(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, answers = _answers(stage, monkeypatch, f"list\r\nshow {ISSUE}")

    assert [each["verb"] for each in answers] == ["list", "show"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("'now add a test'", "now add a test"),
        ("now\\ add", "now add"),
        ("-- '-x'", "-x"),
        ("'it costs $5 # each'", "it costs $5 # each"),
    ],
)
def test_a_message_is_quoted_as_in_a_shell(
    written: str, message: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, answers = _answers(stage, monkeypatch, f"continue {ISSUE} {written}\n")

    assert answers[0]["ok"], answers
    assert stage.runs.messages[RunId("run-1")] == message


def test_a_json_line_takes_any_message(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    message = "two lines\n\"quoted\" '$HOME' \\ # – ÿ"

    _, answers = _answers(stage, monkeypatch, json.dumps(["continue", ISSUE, "--", message]) + "\n")

    assert answers[0]["data"]["answer"] == "Mended."
    assert stage.runs.messages[RunId("run-1")] == message


def test_a_line_may_be_huge(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    message = "x y " * 500_000
    line = json.dumps(["continue", ISSUE, message])

    _, answers = _answers(stage, monkeypatch, f"{line}\nlist\n")

    assert stage.runs.messages[RunId("run-1")] == message
    assert [each["ok"] for each in answers] == [True, True]


def test_bytes_that_are_no_text_reach_the_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, answers = _answers(stage, monkeypatch, b"continue %s 'caf\xe9'\nlist\n" % ISSUE.encode())

    assert [each["ok"] for each in answers] == [True, True]
    assert stage.runs.messages[RunId("run-1")] == "caf\udce9"


def test_the_commands_are_never_swallowed_as_a_message(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, answers = _answers(stage, monkeypatch, f"continue {ISSUE} -\nlist\n")

    assert "stdin holds the commands" in answers[0]["error"]["message"]
    assert [(each["verb"], each["exit"]) for each in answers] == [("continue", 2), ("list", 0)]
    assert stage.runs.messages == {}
    assert code == 2


def test_what_would_never_end_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    code, answers = _answers(stage, monkeypatch, "watch\nlist\n")

    assert [(each["verb"], each["exit"]) for each in answers] == [("watch", 2), ("list", 0)]
    assert code == 2


def test_a_followed_log_is_one_envelope_when_the_run_has_ended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, answers = _answers(stage, monkeypatch, f"log {ISSUE} --follow\nlist\n")

    assert [each["verb"] for each in answers] == ["log", "list"]
    assert [each["type"] for each in answers[0]["data"]["events"]] == ["said", "ended"]


def test_nobody_is_asked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stage.kept()

    code, answers = _answers(stage, monkeypatch, f"destroy {ISSUE}\ny\n")

    assert [(each["verb"], each["exit"]) for each in answers] == [("destroy", 2), ("y", 2)]
    assert code == 2
    assert stage.kept() == before


def test_the_exit_code_is_the_highest(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = f"show nobody/x/y#1\ncontinue {OTHER} hello\nlist\n"

    code, answers = _answers(stage, monkeypatch, lines)

    assert [each["exit"] for each in answers] == [3, 75, 0]
    assert code == 75


def test_flags_before_the_lines_hold_for_each(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, f"continue {ISSUE} hello\n")

    _, _, loud = call(stage)
    feed(monkeypatch, f"continue {ISSUE} hello\n")
    _, _, quiet = call(stage, "-q")

    assert "at work in" in loud
    assert "at work in" not in quiet


def test_ctrl_c_ends_the_command_and_the_lines_behind_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_order: object) -> None:
        raise EndedBySignalError("stopped", signal=2)

    stage.runs.at_launch = stopped

    code, answers = _answers(stage, monkeypatch, f"continue {ISSUE} hello\nlist\n")

    assert [(each["verb"], each["exit"]) for each in answers] == [("continue", 130)]
    assert code == 130


def test_nothing_to_do_is_no_failure(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _answers(stage, monkeypatch, "") == (0, [])
