"""What is told in passing covers little of the board, and can be read again."""

from __future__ import annotations

import pytest
from textual.widgets._toast import Toast, ToastHolder

from tests import scenes
from tests.tui.driving import Driven, driven

TOLD = [f"thing number {number}" for number in range(1, 7)]


async def tell_all(hands: Driven) -> None:
    for words in TOLD:
        hands.board.stage.tell(words)
    await hands.until_told(TOLD[-1])
    await hands.settle()


@pytest.mark.parametrize(("size", "most"), [((120, 36), 3), ((80, 24), 2), ((40, 12), 1)])
async def test_however_much_is_told_at_once_only_the_newest_stands_over_the_board(
    size: tuple[int, int], most: int
) -> None:
    async with driven(scenes.busy_morning(), size=size) as hands:
        await tell_all(hands)

        await hands.until(lambda: len(hands.app.screen.query(Toast)) == most)
        assert hands.toasts.split("\n") == TOLD[-most:]


async def test_what_makes_room_for_the_next_leaves_nothing_of_it_behind() -> None:
    async with driven(scenes.busy_morning(), size=(40, 12)) as hands:
        for words in TOLD:
            hands.board.stage.tell(words)
            await hands.until_shown(words)

        await hands.until(lambda: len(hands.board.query(ToastHolder)) == 1)


async def test_all_that_was_told_can_be_read_again_the_newest_first() -> None:
    async with driven(scenes.busy_morning(), size=(80, 24)) as hands:
        await tell_all(hands)
        hands.app.clear_notifications()
        await hands.press("m")

        await hands.until_shown(TOLD[0])
        page = hands.screen_text
        places = [page.index(words) for words in reversed(TOLD)]
        assert places == sorted(places)
        await hands.press("escape")
        assert hands.app.screen is hands.board


async def test_where_nothing_was_told_that_is_said() -> None:
    async with driven(scenes.empty()) as hands:
        await hands.press("m")

        await hands.until_shown("Nothing has been told since the start.")


async def test_on_a_low_terminal_what_was_told_makes_room_for_a_question() -> None:
    async with driven(scenes.busy_morning(), size=(40, 12)) as hands:
        await tell_all(hands)
        await hands.press("j", "d")
        await hands.until_shown("goes: kugetsu")

        await hands.until(lambda: not hands.app.screen.query(Toast))
        assert "esc back" in hands.screen_text
        assert TOLD[-1] in hands.board.stage.told[0][0]
