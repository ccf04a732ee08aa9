"""Passages, parts and matches: what of a transcript is shown, and where it is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kugetsu_tui.domain.passages import Form, Passage, pieces
from kugetsu_tui.domain.search import find
from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.domain.wanted_parts import Wanted

pytestmark = pytest.mark.fast


def prose(text: str) -> list[Passage]:
    return list(pieces(Passage(Form.MARKDOWN, text)))


def test_fenced_code_is_a_passage_of_its_own() -> None:
    text = "Look:\n\n```python\nif x:\n    y()\n```\n\nand `that` is all.\n"

    assert prose(text) == [
        Passage(Form.MARKDOWN, "Look:"),
        Passage(Form.CODE, "if x:\n    y()", "python"),
        Passage(Form.MARKDOWN, "and `that` is all."),
    ]


def test_a_fence_holds_shorter_fences_and_may_stay_open() -> None:
    assert prose("````\n```\ninner\n```\n````\n~~~sh\nls") == [
        Passage(Form.CODE, "```\ninner\n```"),
        Passage(Form.CODE, "ls", "sh"),
    ]


def test_long_prose_is_cut_between_paragraphs_and_never_within_a_list() -> None:
    paragraph = "word " * 100
    items = "\n\n".join(f"- {paragraph}\n\n  more of it" for _ in range(8))
    text = "\n\n".join([paragraph] * 10) + "\n\n" + items

    parts = [passage.text for passage in prose(text)]

    assert len(parts) > 2
    assert not any(part.startswith(("-", " ")) for part in parts)


@given(st.text(alphabet="ab #-*>\n", max_size=400))
def test_prose_loses_nothing_but_blank_lines(text: str) -> None:
    said = "".join(passage.text for passage in prose(text * 20))

    assert "".join(said.split()) == "".join((text * 20).split())


def test_code_keeps_every_line_in_pieces_of_a_size() -> None:
    text = "\n".join(f"line {number}" for number in range(1_000))

    parts = list(pieces(Passage(Form.CODE, text, "py")))

    assert "\n".join(piece.text for piece in parts) == text
    assert max(piece.text.count("\n") for piece in parts) < 200


def test_the_last_part_that_is_put_away_brings_all_back() -> None:
    wanted = Wanted().toggled(PartKind.USER)
    assert wanted.has(PartKind.USER)
    assert not wanted.has(PartKind.ANSWER)

    wanted = wanted.toggled(PartKind.USER)
    assert all(wanted.has(kind) for kind in PartKind)


def test_who_wants_tools_wants_those_too_that_can_be_looked_at_alone() -> None:
    wanted = Wanted().toggled(PartKind.TOOL)

    assert wanted.has(PartKind.SHELL)
    assert wanted.has(PartKind.TASK)
    assert not wanted.has(PartKind.ANSWER)
    assert not Wanted().toggled(PartKind.SHELL).has(PartKind.TOOL)


def test_bookkeeping_is_shown_where_all_is_asked_for_twice_or_it_alone() -> None:
    assert not Wanted().has(PartKind.OTHER, is_noise=True)
    assert Wanted().all().has(PartKind.OTHER, is_noise=True)
    assert not Wanted().all().all().has(PartKind.OTHER, is_noise=True)
    assert Wanted().toggled(PartKind.OTHER).has(PartKind.OTHER, is_noise=True)
    assert not Wanted().toggled(PartKind.USER).all().with_noise


TEXTS = ("no", "login, login", "", "no", "the login")


def test_finds_are_numbered_through_all_texts() -> None:
    finds = find("login", TEXTS)

    assert len(finds) == 3
    assert [(finds.text_of(at), finds.nth(at)) for at in range(3)] == [(1, 0), (1, 1), (4, 0)]


@pytest.mark.parametrize(
    ("place", "by", "found"),
    [(0, 1, 0), (1, 1, 0), (2, 1, 2), (5, 1, 0), (4, -1, 2), (3, -1, 1), (0, -1, 2)],
)
def test_the_next_find_is_looked_for_around_the_end(place: int, by: int, found: int) -> None:
    assert find("login", TEXTS).next(place, by) == found


def test_nothing_comes_next_where_nothing_was_found() -> None:
    assert find("nonsense", TEXTS).next(0, 1) is None
    assert find("", TEXTS).next(0, 1) is None
