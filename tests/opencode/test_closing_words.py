"""The session that opencode's screen names when it is left."""

from __future__ import annotations

import pytest

from kugetsu_tui.opencode.closing_words import session_named

pytestmark = pytest.mark.fast

LEFT = "\x1b[?1003l\x1b[?1049l\x1b[?2031l\x1b]0;\x07\x1b]12;default\x07\x1b[0 q\x1b[?25h"
BANNER = (
    "  \x1b[90m█\x1b[0m\x1b[48;5;235m \x1b[0m\r\n\r\n"
    "  \x1b[90mSession   \x1b[0m\x1b[1m{title}\x1b[0m\r\n"
    "  \x1b[90mContinue  \x1b[0m\x1b[1mopencode -s {id}\x1b[0m\r\n\r\n"
)
"""As 1.18 writes it."""


def test_the_session_is_named_after_the_screen_was_left() -> None:
    words = LEFT + BANNER.format(title="All right.", id="ses_e03f5bb13ffe7NgGhPuKP3kguB")
    assert session_named(words) == "ses_e03f5bb13ffe7NgGhPuKP3kguB"


def test_styles_within_the_line_do_not_matter() -> None:
    assert session_named(LEFT + "opencode \x1b[1m-s\x1b]8;;x\x07 \x1b(Bses_1\x1b[0m") == "ses_1"


def test_a_title_that_looks_like_the_line_is_not_taken_for_it() -> None:
    words = LEFT + BANNER.format(title="run opencode -s ses_other", id="ses_own")
    assert session_named(words) == "ses_own"


@pytest.mark.parametrize(
    "words",
    [
        "",
        LEFT,
        "opencode -s ses_in_a_conversation",
        f"opencode -s ses_in_a_conversation{LEFT}",
        "opencode -s ses_in_a_conversation\x1b[?2026h\x1b[1;1Hkilled -9",
        LEFT + "Error: Session not found: ses_1\r\n",
    ],
)
def test_words_on_the_screen_name_nothing(words: str) -> None:
    assert session_named(words) is None
