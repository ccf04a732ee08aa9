"""A question on a small terminal: all of it can be read, and every answer is in sight."""

from __future__ import annotations

from pathlib import Path

from textual.containers import VerticalScroll
from textual.widgets import Button

from tests import scenes
from tests.scenes import LOGIN
from tests.tui.driving import driven

SMALLEST = (40, 12)


async def test_everything_that_can_be_copied_is_in_sight_and_the_arrows_go_through_it() -> None:
    async with driven(scenes.busy_morning(), size=SMALLEST) as hands:
        hands.board.select(LOGIN)
        await hands.settle()
        await hands.press("Y")
        await hands.until_shown("c command")
        for name in ("r reference", "i id", "d directory", "u URL", "c command", "esc back"):
            assert name in hands.screen_text
        await hands.press("down", "down", "up")

        focused = hands.app.screen.focused
        assert isinstance(focused, Button)
        assert focused.id == "choice-i"
        await hands.press("enter")
        await hands.until_told("the id is copied")


async def test_what_does_not_fit_above_the_answers_is_scrolled_to() -> None:
    async with driven(scenes.busy_morning(), size=SMALLEST) as hands:
        hands.board.select(LOGIN)
        await hands.settle()
        await hands.press("d")
        await hands.until_shown("↑ ↓ scroll")
        assert "goes: kugetsu" in hands.screen_text
        assert "d destroy" in hands.screen_text
        assert "A run is at work" not in hands.screen_text
        await hands.press("pagedown")

        await hands.until_shown("A run is at work")
        assert "d destroy" in hands.screen_text


async def test_where_all_of_it_fits_nothing_is_said_of_scrolling() -> None:
    async with driven(scenes.busy_morning(), size=(80, 24)) as hands:
        hands.board.select(LOGIN)
        await hands.settle()
        await hands.press("d")
        await hands.until_shown("A run is at work")

        assert not hands.app.screen.query_one("#said", VerticalScroll).max_scroll_y
        assert "scroll" not in hands.screen_text


async def test_answers_that_do_not_fit_side_by_side_stand_under_one_another() -> None:
    scene = scenes.empty()
    scene.directory = scene.checkout.directory = Path("/")
    async with driven(scene, size=SMALLEST) as hands:
        await hands.press("i")
        await hands.until_shown("make the base session")

        await hands.until(lambda: "m a message" in hands.screen_text)
        lines = hands.screen_text.split("\n")
        places = [
            n for n, line in enumerate(lines) if "opencode's screen" in line or "m a m" in line
        ]
        assert places[1] == places[0] + 1
        assert "esc back" in hands.screen_text
