"""One repository's issues, picked by typing any letters of its name."""

from __future__ import annotations

from tests import scenes
from tests.scenes import CACHE, PARSER
from tests.tui.driving import driven


async def test_a_repository_is_found_by_typing_and_only_its_issues_are_left() -> None:
    async with driven(scenes.busy_morning(), size=(80, 24)) as hands:
        every = hands.labels
        await hands.press("R")
        await hands.until_shown("git.example.org/tools/indexer  2")
        await hands.type("indexer")
        await hands.press("enter")

        await hands.until(lambda: hands.labels == [CACHE, PARSER])
        await hands.until_shown("2 of 8")
        await hands.press("R", "pageup", "enter")
        await hands.until(lambda: hands.labels == every)


async def test_other_words_of_the_filter_stay() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.type("repo:kugetsu parser")
        await hands.press("enter")
        await hands.until(lambda: not hands.labels)
        await hands.press("R")
        await hands.until_shown("git.example.org/tools/indexer  2")
        await hands.type("indexer")
        await hands.press("enter")

        await hands.until(lambda: hands.labels == [PARSER])
        assert "repo:git.example.org/tools/indexer# parser" in hands.screen_text


async def test_letters_that_move_on_the_board_are_sought_here() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("R")
        await hands.until_shown("type to find")
        await hands.press(*"jkqgG")

        await hands.until_shown("nothing holds all these words")
        assert "jkqgG" in hands.screen_text
