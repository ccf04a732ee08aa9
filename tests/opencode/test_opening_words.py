"""Messages put so that opencode's screen sends them; the screen itself is asked elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.opencode.opening_words import opening_words

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("fix it", "fix it\n"),
        ("/init", " /init\n"),
        ("see @README", "see @README\n"),
        ("a\r\nb\rc", "a\nb\nc\n"),
    ],
)
def test_what_the_screen_would_obey_is_disarmed(message: str, said: str) -> None:
    assert opening_words(message) == said


@given(st.text())
def test_only_blanks_and_line_ends_are_touched(message: str) -> None:
    said = opening_words(message)
    assert not said.startswith("/")
    assert "\r" not in said
    assert said.split() == message.split()
