"""What an issue's session is called."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.title import spell_title, told_by

pytestmark = pytest.mark.fast

REF = "github.com/shoko/kugetsu#14"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("fix the login bug", "fix the login bug"),
        ("\n  \n\tfix it\r\nand test it", "fix it"),
        ("\x1b]52;c;aGk=\x07 fix", "␛]52;c;aGk=␇ fix"),
        ("", ""),
    ],
)
def test_a_title_is_the_issue_and_the_first_line_that_says_something(
    message: str, told: str
) -> None:
    assert spell_title(REF, message) == f"{REF} {told}".rstrip()
    assert told_by(spell_title(REF, message), REF) == told


def test_a_long_message_is_cut() -> None:
    assert told_by(spell_title(REF, "word " * 100), REF).endswith("…")
    assert len(spell_title(REF, "word " * 100)) <= len(REF) + 61


def test_a_title_that_somebody_else_gave_is_told_whole() -> None:
    assert told_by("the gate", REF) == "the gate"
    assert told_by(f"{REF}2 fix it", REF) == f"{REF}2 fix it"
    assert told_by(f"{REF} of the base", None) == f"{REF} of the base"
