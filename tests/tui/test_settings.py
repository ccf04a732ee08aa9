"""Settings changed on the screen: seen at once, kept in the file."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kugetsu_tui.domain.errors import DamagedError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.tui.dialogs.pick import PickDialog
from kugetsu_tui.tui.dialogs.press_key import KeyDialog
from kugetsu_tui.tui.dialogs.start_issue import StartDialog
from kugetsu_tui.tui.dialogs.write_value import ValueDialog
from tests import scenes
from tests.scenes import Scene
from tests.tui.driving import Driven, driven


@asynccontextmanager
async def opened(scene: Scene, *, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Driven]:
    async with driven(scene, size=size) as hands:
        await hands.press("comma")
        await hands.until(lambda: isinstance(hands.app.screen, PickDialog))
        await hands.settle()
        yield hands


async def pick(hands: Driven, words: str, dialog: type) -> None:
    """Find that setting by typing, and open it."""
    before = hands.app.screen
    await hands.type(words)
    await hands.press("enter")
    await hands.until(
        lambda: isinstance(hands.app.screen, dialog) and hands.app.screen is not before
    )
    await hands.settle()


async def back_on_the_list(hands: Driven) -> None:
    await hands.until(lambda: "settings" in hands.screen_text.partition("\n╰")[0])
    await hands.until(lambda: isinstance(hands.app.screen, PickDialog))
    await hands.settle()


async def test_a_theme_is_worn_while_it_is_pointed_at_and_given_back() -> None:
    async with opened(scenes.busy_morning()) as hands:
        await pick(hands, "screen.theme", PickDialog)
        await hands.press("down")
        assert hands.app.theme == "kugetsu-day"

        await hands.press("escape")

        await hands.until(lambda: hands.app.theme == "kugetsu-night")


async def test_a_theme_that_is_chosen_stays_and_is_kept() -> None:
    scene = scenes.busy_morning()
    async with opened(scene) as hands:
        await pick(hands, "screen.theme", PickDialog)
        await hands.type("kugetsu-day")
        await hands.press("enter")
        await hands.until(lambda: scene.settings_file.values == {"screen.theme": "kugetsu-day"})
        await back_on_the_list(hands)

        await hands.press("escape")

        assert hands.app.theme == "kugetsu-day"


async def test_another_theme_colours_all_that_is_drawn_already() -> None:
    day = scenes.busy_morning()
    day.settings = replace(day.settings, theme="kugetsu-day")
    async with driven(day) as hands:
        by_day = hands.app.screen._compositor.render_strips()
    async with driven(scenes.busy_morning()) as hands:
        assert hands.app.screen._compositor.render_strips() != by_day

        hands.app.theme = "kugetsu-day"

        await hands.until(lambda: hands.app.screen._compositor.render_strips() == by_day)


async def test_a_key_is_changed_by_pressing_it_and_works_at_once() -> None:
    scene = scenes.busy_morning()
    async with opened(scene) as hands:
        await pick(hands, "keys.start", KeyDialog)
        await hands.press("c")
        assert "c is the key of continue too" in hands.refusal

        await hands.press("n")
        await hands.until(lambda: scene.settings_file.values == {"keys.start": "n"})
        await back_on_the_list(hands)
        await hands.press("escape")
        await hands.until(lambda: hands.app.screen is hands.board)

        assert "n start" in hands.keys
        await hands.press("s")
        assert hands.app.screen is hands.board
        await hands.press("n")
        await hands.until(lambda: isinstance(hands.app.screen, StartDialog))


async def test_a_key_can_be_given_back() -> None:
    scene = scenes.busy_morning()
    scene.settings_file.values = {"keys.start": "n"}
    async with opened(scene) as hands:
        await pick(hands, "keys.start", KeyDialog)
        await hands.press("backspace")
        await hands.until(lambda: scene.settings_file.values == {})
        await back_on_the_list(hands)
        await hands.press("escape")

        await hands.until(lambda: "s start" in hands.keys)


async def test_one_of_a_few_words_is_picked() -> None:
    scene = scenes.busy_morning()
    async with opened(scene) as hands:
        await pick(hands, "notify.when", PickDialog)
        await hands.press("down", "enter")

        await hands.until(lambda: scene.settings_file.values == {"notify.when": "quiet"})
        await hands.until(lambda: hands.board.settings.notify == "quiet")


async def test_a_value_that_the_setting_does_not_take_is_refused_as_it_is_typed() -> None:
    scene = scenes.busy_morning()
    async with opened(scene) as hands:
        await pick(hands, "runs.timeout", ValueDialog)
        await hands.type("soon")
        assert "no time above zero" in hands.refusal
        await hands.press("enter")
        assert isinstance(hands.app.screen, ValueDialog)
        assert scene.settings_file.values == {}


async def test_a_file_that_cannot_be_changed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = scenes.busy_morning()

    def refuse(key: str, value: str) -> None:
        raise DamagedError(f"settings: config.toml: {key}: it was left as it is")

    monkeypatch.setattr(scene.settings_file, "set", refuse)
    async with opened(scene) as hands:
        await pick(hands, "notify.when", PickDialog)
        await hands.press("enter")

        await hands.until_told("it was left as it is")


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_the_list_and_its_keys_are_in_sight_at_any_size(size: tuple[int, int]) -> None:
    async with opened(scenes.busy_morning(), size=size) as hands:
        assert "screen.theme" in hands.screen_text
        assert "⏎ choose" in hands.screen_text


async def test_what_is_pointed_at_is_told_in_full_where_its_line_is_cut() -> None:
    async with opened(scenes.busy_morning(), size=(80, 24)) as hands:
        assert "colours of the screen: one of ours, or a Textual theme's name" in hands.screen_text

        await hands.press("down")
        assert "columns of the board in their order, as far as" in hands.screen_text


async def test_words_that_nothing_holds_are_told() -> None:
    async with opened(scenes.busy_morning()) as hands:
        await hands.type("nothing of the kind")
        assert "nothing holds all these words" in hands.refusal
        await hands.press("enter")
        assert isinstance(hands.app.screen, PickDialog)


async def test_columns_and_order_are_chosen_and_seen_at_once() -> None:
    scene = scenes.busy_morning()
    async with opened(scene) as hands:
        await pick(hands, "screen.columns", ValueDialog)
        await hands.type("state,banana")
        assert "'banana' is none of state, issue" in hands.refusal
        await hands.press(*["backspace"] * 6, *"cost", "enter")
        await back_on_the_list(hands)

        await pick(hands, "screen.order", PickDialog)
        await hands.type("tokens")
        await hands.press("enter")
        await back_on_the_list(hands)
        await hands.press("escape")
        await hands.until_shown("by tokens")
        assert hands.text_of(hands.table).splitlines()[0].split() == ["issue", "state", "cost"]


async def test_dates_stand_where_ages_stood_as_soon_as_they_are_chosen() -> None:
    scene = scenes.busy_morning()
    async with opened(scene) as hands:
        await pick(hands, "screen.dates", PickDialog)
        await hands.type("absolute")
        await hands.press("enter")
        await hands.until(lambda: scene.settings_file.values == {"screen.dates": "absolute"})
        await back_on_the_list(hands)
        await hands.press("escape")

        dated = re.compile(r"^ +‼  interrupted .* \d\d-\d\d ", re.MULTILINE)
        await hands.until(lambda: dated.search(hands.screen_text))
        assert re.search(r"^ +●  running .* 3m ", hands.screen_text, re.MULTILINE)
