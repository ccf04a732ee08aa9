"""What a row says of its session."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.frozen import replace
from tests.domain.rows import row

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("title", "caption"),
    [
        ("Fix the login bug", "Fix the login bug"),
        ("github.com/shoko/a#1 Fix the login bug", "Fix the login bug"),
        ("github.com/shoko/a#1", ""),
        ("github.com/shoko/a#10 is related", "github.com/shoko/a#10 is related"),
        ("", ""),
    ],
)
def test_a_caption_does_not_begin_with_the_rows_own_reference(title: str, caption: str) -> None:
    assert row("a#1", title=title).caption == caption


def test_what_has_no_issue_is_called_by_its_title() -> None:
    assert replace(row("untracked notes"), title="notes of May").caption == "notes of May"
