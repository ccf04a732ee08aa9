"""How the board is looked at: order, range, layout, what is unseen, and what is remembered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kugetsu_tui.domain.conversation import Message, TextPart
from kugetsu_tui.domain.errors import CannotSaveError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.looks import Looks
from kugetsu_tui.domain.memory import Memory
from kugetsu_tui.domain.view import BoardColumn, Layout, Order, Span, View
from kugetsu_tui.tui.screens import gaze
from kugetsu_tui.tui.widgets.detail import Section
from kugetsu_tui.tui.widgets.one_liners import Masthead
from tests import scenes
from tests.fakes import NOW
from tests.scenes import CACHE, DOCS, LOGIN, LOST, PARSER, Scene
from tests.tui.driving import Driven, driven

SIZES = [(120, 36), (80, 24), (40, 12)]


@pytest.fixture
def morning() -> Scene:
    return scenes.busy_morning()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", [scenes.empty, scenes.only_a_base, scenes.busy_morning])
@pytest.mark.parametrize("key", ["o", "t", "T", "l", "space", "slash", "f5", "G", "k", "pagedown"])
async def test_every_key_of_the_rows_can_be_pressed_at_any_size(
    scene: type[Scene], key: str, size: tuple[int, int]
) -> None:
    async with driven(scene(), size=size) as hands:
        await hands.press(key)
        await hands.press("escape", key)

        assert hands.app.is_running
        assert hands.app.bug is None


async def test_o_goes_through_the_orders_and_the_masthead_says_which(morning: Scene) -> None:
    async with driven(morning) as hands:
        for order in [*list(Order)[1:], Order.ATTENTION]:
            await hands.press("o")
            assert f"by {order}" in hands.screen_text
            assert hands.labels[0] == "(base)"

        await hands.press("o", "o", "o", "o")
        assert hands.labels[1] == PARSER
        assert "220.5k" in hands.screen_text


async def test_the_selection_stays_with_its_issue_in_another_order(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await hands.press("o", "o")

        assert hands.selected == DOCS


async def test_big_t_limits_the_rows_to_recent_ones(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("T")
        assert "last 24h" in hands.screen_text
        assert PARSER not in hands.labels

        await hands.press("T", "T")
        assert PARSER in hands.labels
        await hands.press("T")
        assert LOST in hands.labels


async def test_nothing_within_the_range_says_which_key_leads_back(morning: Scene) -> None:
    morning.clock.pass_by(days=90)
    async with driven(morning) as hands:
        await hands.press("T")

        await hands.until(lambda: "Nothing has happened" in hands.emptiness)
        assert "press  T" in hands.emptiness


async def test_l_puts_rows_under_their_repositories(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("l")

        lines = [line.strip() for line in hands.text_of(hands.table).splitlines()]
        assert "git.example.org/tools/indexer  2" in lines
        assert "github.com/shoko/kugetsu  5" in lines
        assert hands.labels[:3] == ["(base)", CACHE, PARSER]
        assert any("#14 " in line and "kugetsu#14" not in line for line in lines)

        await hands.press("G", "l")
        assert hands.selected == LOST


async def test_headings_are_passed_over_and_followed_by_the_scroll() -> None:
    async with driven(scenes.thousands(300), size=(80, 24)) as hands:
        await hands.press("l", "G")
        last = hands.selected.rpartition("#")[2]
        assert f"#{last}" in hands.text_of(hands.table)

        await hands.press("g", *["pagedown"] * 3)
        number = hands.selected.rpartition("#")[2]
        assert f"#{number} " in hands.text_of(hands.table)


async def test_choices_are_remembered(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("o", "T", "l")
        wanted = View(order=Order.UPDATED, span=Span.DAY, layout=Layout.REPOSITORIES)
        await hands.until(lambda: morning.notebook.memory.view == wanted)

    async with driven(morning) as hands:
        assert "by updated" in hands.screen_text
        assert "last 24h" in hands.screen_text


async def test_choices_that_cannot_be_remembered_are_told_and_hold_for_now(morning: Scene) -> None:
    morning.notebook.refusal = CannotSaveError("board.json: cannot be remembered: disk full")
    async with driven(morning) as hands:
        await hands.press("o")

        await hands.until_told("disk full")
        assert "by updated" in hands.screen_text


def line_of(hands: Driven, label: str) -> str:
    short = label.partition("/")[2]
    return next(line for line in hands.text_of(hands.table).splitlines() if short in line)


async def test_what_ended_is_unseen_until_it_is_looked_at(morning: Scene) -> None:
    async with driven(morning) as hands:
        assert " • ○  idle" in line_of(hands, DOCS)
        assert "•" not in line_of(hands, LOGIN)
        assert "2 unseen" in hands.screen_text

        hands.table.select(DOCS)
        await hands.until(lambda: "•" not in line_of(hands, DOCS))
        assert "1 unseen" in hands.screen_text

        morning.issue("github.com/shoko/kugetsu#98", "News")
        await hands.until_shown("News")
        assert hands.labels.index(DOCS) < hands.labels.index(LOGIN), "it stays while selected"

    assert DOCS in morning.notebook.memory.looks.until
    async with driven(morning) as hands:
        assert "•" not in line_of(hands, DOCS)


async def test_a_filter_explains_what_it_does_not_understand(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("slash")
        await hands.type("state:lost index")

        await hands.until_shown("state:lost: one of")
        assert hands.labels == [CACHE, PARSER]


async def test_a_filter_is_completed_with_tab(
    morning: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaze, "_MOMENT", 3600.0)
    async with driven(morning) as hands:
        await hands.press("slash", "s", "t", "tab")
        assert hands.board.query_one("FilterInput").value == "state:"  # type: ignore[attr-defined]

        await hands.press("f", "tab")
        await hands.until(lambda: hands.labels == [CACHE])

        await hands.press("escape", "slash", *"is:u", "tab")
        await hands.until(lambda: hands.labels == [CACHE, DOCS])


def _say(scene: Scene, key: str, text: str) -> None:
    session_id = scene.record(key).session_id
    assert session_id is not None
    scene.conversations.said[session_id] = [
        Message(role="user", at=NOW, completed_at=NOW, finish="", error="", parts=(TextPart(text),))
    ]


async def test_all_that_is_shown_is_taken_for_looked_at_and_that_is_remembered(
    morning: Scene,
) -> None:
    async with driven(morning) as hands:
        assert "2 unseen" in hands.screen_text
        await hands.press("S")

        await hands.until(lambda: "unseen" not in hands.screen_text)
        await hands.until(lambda: DOCS in morning.notebook.memory.looks.until)
        await hands.press("S")
        await hands.until_told("all of it was looked at before")


async def test_of_marked_rows_only_they_are_taken_for_looked_at(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await hands.press("space", "S")

        await hands.until_shown("1 unseen")
        assert "•" in line_of(hands, CACHE)
        assert "marked" not in hands.screen_text


async def test_who_looks_at_the_unseen_is_left_at_the_one_they_look_at(
    morning: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gaze, "_MOMENT", 0.05)
    async with driven(morning) as hands:
        await hands.press("slash")
        await hands.type("is:unseen")
        await hands.press("enter")
        await hands.until(lambda: hands.labels == [CACHE, DOCS])
        await hands.until_shown("1 unseen")
        assert (hands.labels, hands.selected) == ([CACHE, DOCS], CACHE)

        await hands.press("j")
        await hands.until(lambda: hands.labels == [DOCS])
        await hands.until(lambda: "unseen" not in hands.text_of(hands.board.query_one(Masthead)))
        await hands.press("escape", "slash")
        await hands.type("is:unseen")
        await hands.until(lambda: not hands.labels)


async def test_two_slashes_look_inside_transcripts_and_show_the_line(morning: Scene) -> None:
    _say(morning, DOCS, "the zebrafish is documented")
    async with driven(morning) as hands:
        await hands.press("slash", "/", *"zebra")

        await hands.until(lambda: hands.labels == [DOCS])
        assert "the zebrafish" in line_of(hands, DOCS)
        await hands.until_shown("1 of 8")

        await hands.press("escape")
        await hands.until(lambda: len(hands.labels) == 8)
        assert "zebrafish" not in line_of(hands, DOCS)


async def test_what_was_found_inside_a_transcript_is_opened_at_the_words(morning: Scene) -> None:
    session_id = morning.record(DOCS).session_id
    assert session_id is not None
    morning.long_talk(session_id)
    _say(morning, DOCS, "Question number 40?")
    async with driven(morning) as hands:
        await hands.press("slash", "/")
        await hands.type("number 40?")
        await hands.until(lambda: hands.labels == [DOCS])
        await hands.press("enter", "enter")

        reader = hands.inspector.reader_of(Section.TRANSCRIPT)
        await hands.until(lambda: reader.item and reader.item.id == "u40")
        assert hands.inspector.section is Section.TRANSCRIPT
        await hands.until_shown(" 1/1 ")


async def test_only_the_last_words_are_sought(morning: Scene) -> None:
    _say(morning, DOCS, "the zebrafish is documented")
    async with driven(morning) as hands:
        await hands.press("slash", "/")
        await hands.type("nowhere")
        await hands.until(lambda: hands.labels == [])

        await hands.press("ctrl+u")
        await hands.type("/zebra")
        await hands.until(lambda: hands.labels == [DOCS])
        assert morning.conversations.sought == ["nowhere", "zebra"]


async def test_a_transcript_that_cannot_be_searched_is_told(morning: Scene) -> None:
    async with driven(morning) as hands:
        morning.conversations.is_readable = False
        await hands.press("slash", "/")
        await hands.type("zebra")

        await hands.until_told("disk I/O error")


async def test_rows_are_marked_and_escape_takes_the_marks_back(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("j", "space", "space")
        assert "2 marked" in hands.screen_text
        assert "✓" in line_of(hands, CACHE)

        await hands.press("k", "space")
        assert "1 marked" in hands.screen_text
        await hands.press("escape")
        assert "marked" not in hands.text_of(hands.board.query_one("Masthead"))


async def test_what_is_started_is_shown_whatever_hides_it(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("t")
        await hands.until(lambda: hands.labels == ["(base)"])
        hands.board.select(LOGIN)
        await hands.until(lambda: hands.selected == LOGIN)


async def test_a_row_that_changes_moves_where_it_belongs(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("o")
        assert hands.labels[-1] == LOST
        morning.issue(LOST, "Found again", updated=timedelta())
        morning.store.saves += 1

        await hands.until(lambda: hands.labels[1] == LOST)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("order cost", "by cost"),
        ("kind all", "all kinds"),
        ("range 7d", "last 7d"),
        ("layout repositories", "git.example.org/tools/indexer  2"),
    ],
)
async def test_the_palette_knows_every_way_to_look_at_the_board(
    morning: Scene, words: str, told: str
) -> None:
    async with driven(morning) as hands:
        await hands.press("ctrl+p")
        await hands.until(lambda: hands.app.screen is not hands.board)
        await hands.type(words)
        await hands.press("enter")

        await hands.until_shown(told)


async def test_the_board_opens_in_the_order_that_was_chosen_for_good(morning: Scene) -> None:
    morning.settings = replace(morning.settings, order=Order.TOKENS)
    morning.notebook.memory = Memory(View(order=Order.REF), Looks(NOW))
    async with driven(morning) as hands:
        assert "by tokens" in hands.screen_text
        assert hands.labels[:3] == ["(base)", PARSER, LOGIN]


async def test_only_the_columns_that_were_chosen_are_shown_in_their_order(morning: Scene) -> None:
    columns = (BoardColumn.AGE, BoardColumn.COST, BoardColumn.STATE)
    morning.settings = replace(morning.settings, columns=columns)
    async with driven(morning) as hands:
        heading = hands.text_of(hands.table).splitlines()[0]
        assert heading.split() == ["issue", "age", "cost", "state"]
