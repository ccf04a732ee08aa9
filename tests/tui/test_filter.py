"""The filter: rows that hold the words, while they are typed."""

from __future__ import annotations

import pytest
from textual.events import Key

from tests import scenes
from tests.scenes import CACHE, LOGIN, LOST, PARSER, RATE
from tests.tui.driving import driven


async def test_rows_are_found_while_the_words_are_typed_and_counted() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.type("index")

        await hands.until(lambda: hands.labels == [CACHE, PARSER])
        assert "2 of 8" in hands.screen_text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("LOGIN", [LOGIN]),
        ("#23", [RATE]),
        ("retrying", [RATE]),
        ("sonnet grammar", [CACHE]),
        ("indexer failed", [CACHE]),
        ("src/kugetsu parser", [PARSER]),
    ],
)
async def test_every_word_has_to_be_somewhere_in_the_row(words: str, found: list[str]) -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.type(words)

        await hands.until(lambda: hands.labels == found)


async def test_enter_keeps_the_words_and_gives_the_keys_back() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash")
        assert "esc clear" in hands.keys
        await hands.type("index")
        await hands.press("enter", "j")

        assert hands.table.has_focus
        assert hands.selected == PARSER


@pytest.mark.parametrize(("way_out", "words"), [("enter", "index"), ("escape", "")])
async def test_what_is_pressed_right_behind_the_words_is_for_the_rows(
    way_out: str, words: str
) -> None:
    async with driven(scenes.busy_morning()) as hands:
        for key in ("slash", *"indexx", "backspace", way_out, "G", "enter"):
            hands.app.post_message(Key(key, key if len(key) == 1 else None))
        await hands.until(lambda: hands.board.has_class("-open"))

        assert hands.board.stage.filter == words
        assert hands.selected == (PARSER if words else LOST)


async def test_escape_clears_it_from_the_words_and_from_the_rows() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash", "x", "y", "z", "escape")
        await hands.until(lambda: len(hands.labels) == 8)
        assert hands.table.has_focus

        await hands.press("slash", "r", "a", "t", "e", "enter", "escape")
        await hands.until(lambda: len(hands.labels) == 8)


async def test_the_arrows_move_through_what_was_found() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.type("index")
        await hands.press("down")

        assert hands.selected == PARSER
        await hands.type("er")
        assert hands.selected == PARSER


async def test_words_that_nothing_holds_say_how_to_get_back() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.type("[/nope]")

        await hands.until(lambda: "No row holds all these words" in hands.emptiness)
        assert "[/nope]" in hands.emptiness
        assert "press  esc" in hands.emptiness


async def test_letters_of_verbs_are_typed_and_do_nothing_else() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.press(*"sdxq?")

        assert hands.app.screen is hands.board
        assert hands.app.is_running


@pytest.mark.parametrize("width", [80, 120])
async def test_what_is_typed_stays_in_sight_beside_what_is_said_of_it(width: int) -> None:
    async with driven(scenes.busy_morning(), size=(width, 24)) as hands:
        await hands.press("slash")
        await hands.type("state:failed")
        await hands.press("x")

        await hands.until_shown("/ state:failedx  ")
        assert "state:failedx: one of" in hands.screen_text
