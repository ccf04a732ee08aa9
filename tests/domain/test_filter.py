"""Filters: what they find, what they refuse, and how they are completed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.board import Row, RowKind
from kugetsu_tui.domain.filter import Knowledge, completed, haystack, parse_filter
from kugetsu_tui.domain.session import SessionState
from tests.domain.rows import NOW, row

pytestmark = pytest.mark.fast

LOGIN = row("web#14", title="Fix the login bug", state=SessionState.RUNNING)
CACHE = row("indexer#7", title="Cache the grammar", state=SessionState.FAILED)
DOCS = row("docs#21", title="Login page, documented", ago=timedelta(days=3), model="openai/gpt-5")
STRAY = row("untracked", title="by hand", directory="/srv/My Notes", state=SessionState.UNKNOWN)
ROWS = (LOGIN, CACHE, DOCS, STRAY)
UNSEEN = {CACHE.key}


def found(text: str) -> list[Row]:
    haystacks = [haystack(each) for each in ROWS]
    places = range(len(ROWS))
    passed = parse_filter(text).passed(places, ROWS, haystacks, Knowledge(NOW, UNSEEN))
    return [ROWS[place] for place in passed]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", [LOGIN, CACHE, DOCS, STRAY]),
        ("  ", [LOGIN, CACHE, DOCS, STRAY]),
        ("LOGIN", [LOGIN, DOCS]),
        ("login fix", [LOGIN]),
        ('"the login"', [LOGIN]),
        ('"the login', [LOGIN]),
        ("login -documented", [LOGIN]),
        ('-"the grammar" -login', [STRAY]),
        ("#7", [CACHE]),
        ("ses_untracked", [STRAY]),
        ("gpt-5", [DOCS]),
        ("state:failed", [CACHE]),
        ("state:fail", [CACHE]),
        ("state:failed,running", [LOGIN, CACHE]),
        ("-state:idle,unknown", [LOGIN, CACHE]),
        ("STATE:Failed", [CACHE]),
        ("repo:shoko/web", [LOGIN]),
        ("repo:14", []),
        ("repo:shoko/web#", [LOGIN]),
        ("repo:shoko/we#", []),
        ("is:unseen", [CACHE]),
        ("-is:unseen", [LOGIN, DOCS, STRAY]),
        ("is:busy", [LOGIN]),
        ("is:untracked", [STRAY]),
        ("since:2d", [LOGIN, CACHE, STRAY]),
        ("-since:2d", [DOCS]),
        ("since:3d", [LOGIN, CACHE, DOCS, STRAY]),
        ("model:openai", [DOCS]),
        ('dir:"my notes"', [STRAY]),
        ("login state:running", [LOGIN]),
        ('"state:failed"', []),
    ],
)
def test_a_row_has_to_pass_every_term(text: str, rows: list[Row]) -> None:
    assert not parse_filter(text).complaints
    assert found(text) == rows


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("state:lost", "state:lost: one of pending,"),
        ("state:", "state: one of pending,"),
        ("since:soon", "since:soon: a time such as 90m, 12h or 2d"),
        ("is:nice", "is:nice: one of unseen, busy"),
        ("sate:failed", "sate: is none of state:, repo:"),
    ],
)
def test_what_is_not_understood_is_told_and_left_out(text: str, words: str) -> None:
    (complaint,) = parse_filter(text).complaints

    assert complaint.startswith(words)
    assert found(f"{text} login") == [LOGIN, DOCS]


def test_a_text_that_begins_with_a_slash_is_sought_inside_transcripts() -> None:
    assert parse_filter("/state:failed in it ").needle == "state:failed in it"
    assert parse_filter("src/login").needle == ""


@given(st.text())
def test_any_text_is_a_filter_or_a_complaint(text: str) -> None:
    parsed = parse_filter(text)

    assert parsed.needle or parsed.passed([], [], [], Knowledge(NOW)) == []


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("st", "state:"),
        ("login state:f", "login state:failed"),
        ("-is:u", "-is:unseen"),
        ("repo:web", "repo:github.com/shoko/web"),
        ("model:gpt", "model:openai/gpt-5"),
        ("since:", "since:24h"),
        ("dir:notes", 'dir:"/srv/My Notes"'),
    ],
)
def test_the_last_term_is_completed(text: str, first: str) -> None:
    assert completed(text, ROWS)[0] == first


@pytest.mark.parametrize("text", ["", "login ", "/state:f", "xyz", "state:failed", "nokey:a"])
def test_there_may_be_nothing_to_complete(text: str) -> None:
    assert not completed(text, ROWS)


def test_children_are_told_from_other_sessions() -> None:
    child = row("child", kind=RowKind.CHILD)
    passed = parse_filter("is:child").passed([0, 1], [STRAY, child], ["", ""], Knowledge(NOW))

    assert passed == [1]
