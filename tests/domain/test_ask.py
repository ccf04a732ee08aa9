"""What a permission is called where a person decides."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.answer_ask import ask_text
from kugetsu_tui.domain.ask import ask_words
from kugetsu_tui.domain.frozen import replace
from tests.asks import permission

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bash", "may it bash"),
        ("external_directory", "may it go outside its directory"),
        ("a_new_one", "may it a_new_one"),
    ],
)
def test_a_permission_is_asked_in_words_and_one_nobody_knows_by_its_name(
    name: str, words: str
) -> None:
    asked = replace(permission("/etc/hostname"), permission=name)

    assert ask_words(asked) == f"{words}: /etc/hostname"
    assert ask_text(asked).startswith(f"{words}?")
