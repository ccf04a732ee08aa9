"""What rows and texts look like, without a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.domain.board import Board, Row
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.session import SessionState
from kugetsu_tui.domain.text import clean_line
from kugetsu_tui.domain.view import View
from kugetsu_tui.tui.screens.listing import Listing
from kugetsu_tui.tui.widgets.cells import fitted, fitted_end, right, wrapped
from kugetsu_tui.tui.widgets.columns import GAP, cell, columns_for, thousands
from kugetsu_tui.tui.widgets.look import LOOKS
from kugetsu_tui.tui.widgets.roster import Roster
from tests import scenes
from tests.fakes import NOW
from tests.scenes import LOGIN

LINES = st.text(max_size=60).map(clean_line)


def morning() -> Board:
    return ReadBoard.of(scenes.busy_morning().world)()


@given(LINES, st.integers(1, 40))
def test_a_fitted_text_takes_exactly_its_columns(text: str, width: int) -> None:
    assert cell_len(fitted(text, width)) == width
    assert cell_len(fitted_end(text, width)) == width
    assert cell_len(right(text, width)) == width


@given(LINES, st.integers(4, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_blanks(text: str, width: int) -> None:
    lines = list(wrapped(text, width))

    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_code_stays_in_its_column_when_it_wraps() -> None:
    assert list(wrapped("    one two three", 12)) == ["    one two", "    three"]


@given(st.integers(10, 240), st.integers(1, 60))
def test_columns_take_exactly_the_room_there_is(width: int, label_width: int) -> None:
    columns = columns_for(width, label_width)
    taken = sum(column.width for column in columns) + GAP * (len(columns) - 1)

    assert taken == width or width < 24


@pytest.mark.parametrize(
    ("width", "names"),
    [
        (37, "glyph issue age"),
        (67, "glyph state issue title age"),
        (117, "glyph state issue title model tokens age"),
        (170, "glyph state issue title directory model messages files tokens cost age"),
    ],
)
def test_the_more_room_the_more_is_told(width: int, names: str) -> None:
    assert " ".join(column.name for column in columns_for(width, 27)) == names


def test_hosts_are_left_out_where_not_every_reference_fits() -> None:
    row = next(row for row in morning() if row.issue_ref == LOGIN)
    label = next(column for column in columns_for(67, 32) if column.name == "issue")

    assert cell(row, label, "3m")[0].strip() == "shoko/kugetsu#14"


def test_every_state_has_a_look_of_its_own() -> None:
    glyphs = [LOOKS[state].glyph for state in SessionState]

    assert len(set(glyphs)) == len(SessionState)
    assert all(cell_len(glyph) == 1 for glyph in glyphs)


@pytest.mark.parametrize(
    ("count", "words"), [(0, ""), (812, "812"), (48_200, "48.2k"), (3_000_000, "3M")]
)
def test_counts_are_told_in_few_columns(count: int, words: str) -> None:
    assert thousands(count) == words


def test_rows_that_did_not_change_stay_the_same_objects() -> None:
    before = Roster().after(morning())
    changed = tuple(
        replace(row, tokens=1) if row.issue_ref == LOGIN else replace(row) for row in before.board
    )

    after = before.after(Board(changed))

    kept = [a is b for a, b in zip(before.board, after.board, strict=True)]
    assert kept.count(False) == 1


def test_a_roster_counts_who_is_at_work() -> None:
    assert Roster().after(morning()).at_work == 3


def test_words_match_in_any_case_and_any_field() -> None:
    roster = Roster().after(morning())

    def found(words: str) -> list[str]:
        return [row.label for row in roster.matching(words)]

    assert found("SONNET login") == [LOGIN]
    assert found("") == [row.label for row in roster.board]
    assert found("no such word") == []


def test_a_directory_holds_what_is_below_it_and_not_its_namesakes() -> None:
    def at(key: str, directory: str) -> Row:
        return replace(morning().rows[1], issue_ref=key, directory=directory)

    roster = Roster().after(Board((at("a", "/src/x"), at("b", "/src/x/y"), at("c", "/src/xy"))))

    listing = Listing(Memory(View(), Looks(NOW)), lambda: NOW)

    assert [row.label for row in listing.shown(roster, directory="/src/x").rows] == ["a", "b"]
