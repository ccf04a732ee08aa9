"""What all questions have in common: they stand over a board that stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key

from kugetsu_tui.tui.dialogs.pick import PickDialog
from kugetsu_tui.tui.dialogs.question import Question
from kugetsu_tui.tui.dialogs.write_message import MessageDialog
from kugetsu_tui.tui.widgets.one_liners import KeyLine
from tests import scenes
from tests.scenes import DOCS
from tests.tui.driving import Driven, driven


async def asked(hands: Driven, key: str, dialog: type) -> None:
    await hands.press(key)
    await hands.until(lambda: isinstance(hands.app.screen, dialog))
    await hands.settle()


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
@pytest.mark.parametrize("key", ["ctrl+p", "m", "d"])
async def test_what_is_beneath_stays_in_its_place(key: str, size: tuple[int, int]) -> None:
    async with driven(scenes.busy_morning(), size=size) as hands:
        await hands.press("ctrl+c")
        before = [line[:1] for line in hands.screen_text.split("\n")]
        await hands.press(key)
        await hands.until(lambda: hands.app.screen is not hands.board)
        await hands.settle()

        assert [line[:1] for line in hands.screen_text.split("\n")] == before


@pytest.mark.parametrize("size", [(120, 36), (100, 28), (80, 24), (40, 12), (40, 10)])
async def test_a_long_list_leaves_no_room_unused_and_all_of_it_is_in_sight(
    size: tuple[int, int],
) -> None:
    async with driven(scenes.busy_morning(), size=size) as hands:
        await asked(hands, "ctrl+p", PickDialog)
        frame = hands.app.screen.query_one("#frame")
        about, hints = (hands.app.screen.query_one(name).region for name in ("#about", "#hints"))

        assert not frame.max_scroll_y
        assert frame.region.bottom <= size[1]
        assert hints.y - about.bottom <= 1


async def test_where_nothing_is_found_no_room_is_kept_for_it() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await asked(hands, "ctrl+p", PickDialog)
        await hands.press(*"zzzq")
        await hands.until_shown("nothing holds all these words")

        await hands.until(lambda: hands.app.screen.query_one("#frame").region.height <= 9)
        for _ in range(4):
            await hands.press("backspace")
        await hands.until_shown("Fork the base session")


async def test_keys_that_come_all_at_once_count_for_the_question_they_were_meant_for() -> None:
    scene = scenes.empty()
    scene.directory = scene.checkout.directory = Path("/")
    async with driven(scene) as hands:
        await asked(hands, "i", Question)
        for key in "Rm":
            hands.app.post_message(Key(key, key))
        await hands.until(lambda: isinstance(hands.app.screen, MessageDialog))
        await hands.press("escape")

        await hands.until(lambda: hands.app.screen is hands.board)
        await hands.settle()
        assert hands.app.screen is hands.board, "R is the board's key, and was not meant for it"


async def test_ctrl_c_leaves_a_question() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await asked(hands, "d", Question)
        await hands.press("ctrl+c")

        await hands.until(lambda: hands.app.screen is hands.board)


async def test_every_hint_can_be_clicked() -> None:
    async with driven(scenes.busy_morning()) as hands:
        hands.board.select(DOCS)
        await hands.settle()
        await asked(hands, "d", Question)
        assert "✓" not in hands.text_of(hands.app.screen.query_one("#frame"))
        hints = hands.app.screen.query_one("#hints", KeyLine)
        place = hands.text_of(hints).index("p switch")
        await hands.pilot.click(hints, offset=(place, 0))
        await hands.until(lambda: "✓" in hands.text_of(hands.app.screen.query_one("#frame")))

        place = hands.text_of(hints).index("esc")
        await hands.pilot.click(hints, offset=(place, 0))
        await hands.until(lambda: hands.app.screen is hands.board)
