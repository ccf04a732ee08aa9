"""The demo tells its story in a line that takes no line of anything, and goes away."""

from __future__ import annotations

import pytest

from kugetsu_tui.demo.show import STORY
from kugetsu_tui.tui.screens.story import Step
from kugetsu_tui.tui.widgets.one_liners import Masthead, Notice
from tests import scenes
from tests.tui.driving import Driven, driven

STEPS = [Step(*step) for step in STORY]


def masthead(hands: Driven) -> str:
    return hands.text_of(hands.board.query_one(Masthead))


def layout(hands: Driven) -> list[object]:
    return [widget.region for widget in hands.board.query("*")]


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_each_step_goes_when_it_was_tried_and_nothing_moves(size: tuple[int, int]) -> None:
    async with driven(scenes.damaged(), size=size, story=STEPS) as hands:
        before = layout(hands)
        assert "a demo: the model is played" in masthead(hands)

        await hands.press("down")
        assert "↑ look at what runs" in masthead(hands)
        await hands.press("down")
        assert "⏎ opens the whole answer" in masthead(hands)
        await hands.press("enter")
        assert "esc goes back" in masthead(hands)
        await hands.press("escape")
        assert "s starts 17" in masthead(hands)
        assert layout(hands) == before


async def test_who_goes_another_way_is_not_told_the_same_for_ever() -> None:
    async with driven(scenes.busy_morning(), story=STEPS[1:3]) as hands:
        assert "look at what runs" in masthead(hands)

        await hands.press(*["t"] * 8)
        assert "opens the whole answer" in masthead(hands)
        await hands.press(*["t"] * 8)
        assert "opens" not in masthead(hands)


async def test_what_is_typed_into_a_dialog_tells_nothing() -> None:
    async with driven(scenes.busy_morning(), story=[Step("then this"), *STEPS[:1]]) as hands:
        await hands.press("s")
        await hands.type("17")
        await hands.press("1", "2", "3", "escape")

        assert "a demo" in masthead(hands)


async def test_what_stands_in_the_masthead_and_notices_come_first() -> None:
    scene = scenes.damaged()
    async with driven(scene, size=(44, 24), story=STEPS) as hands:
        assert "the store cannot be read" in masthead(hands)
        assert "a demo" not in masthead(hands)
    async with driven(scene, story=STEPS) as hands:
        with_story = hands.board.query_one(Notice).words
    async with driven(scene) as hands:
        assert hands.board.query_one(Notice).words == with_story
        assert "a demo" not in masthead(hands)


def test_every_step_fits_beside_the_standing_of_80_columns() -> None:
    for words, keys in STORY:
        assert len(" ".join(["x"] * len(keys) + [words])) <= 30


async def test_the_end_of_the_story_is_the_end_of_its_runs() -> None:
    async with driven(scenes.busy_morning(), story=STEPS) as hands:
        await hands.press("ctrl+c")
        await hands.until_told("q ends the demo, nothing is kept")
        await hands.press("q")

        await hands.until(lambda: not hands.app.is_running or hands.app._exit)
        assert not hands.app._exit_renderables
