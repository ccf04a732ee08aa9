"""Foreign text made safe for a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.text import LINE_CAP, clean, clean_line

pytestmark = pytest.mark.fast

ALLOWED = {"\t", "\n"}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain", "plain"),
        ("naïve 日本 🐛", "naïve 日本 🐛"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a␍b"),
        ("\x1b[31mred\x1b[0m", "␛[31mred␛[0m"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("\x9b31m", "�31m"),
        ("a\0b\x7f", "a␀b␡"),
        ("abc\u202edcba", "abc�dcba"),
        ("zero\u200bwidth\ufeff", "zero�width�"),
        ("soft\u00adhyphen", "soft�hyphen"),
        ("line\u2028break", "line�break"),
        ("👩\u200d💻 ☎\ufe0f", "👩\u200d💻 ☎\ufe0f"),
        ("\U000e0041tag", "�tag"),
        ("a\ufe00b", "a�b"),
        ("a\U000e0100b", "a�b"),
        ("lone\ud800", "lone�"),
        ("[bold]no markup[/bold]", "[bold]no markup[/bold]"),
    ],
)
def test_what_a_terminal_would_obey_becomes_visible(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(st.text(st.characters()))
def test_no_control_character_is_left(text: str) -> None:
    left = {
        character
        for character in clean(text)
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in ALLOWED
    }

    assert left == set()


@given(st.text(st.characters()))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters()), st.integers(min_value=1, max_value=20))
def test_a_line_is_one_line_of_bounded_length(text: str, cap: int) -> None:
    line = clean_line(text, cap)

    assert len(line) <= cap
    assert len(line.splitlines()) <= 1
    assert "\t" not in line
    line.encode()


def test_a_long_line_says_that_it_was_cut() -> None:
    line = clean_line("x" * (LINE_CAP + 1))

    assert len(line) == LINE_CAP
    assert line.endswith("x…")
    assert clean_line("x" * LINE_CAP) == "x" * LINE_CAP
