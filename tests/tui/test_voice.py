"""Read out instead of looked at: words, and nothing that only eyes understand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.tui.dialogs.question import Question
from kugetsu_tui.tui.voice import VOICE
from tests import scenes
from tests.scenes import Scene
from tests.tui.driving import driven

_DRAWN = re.compile("[\u2190-\u22ff\u2300-\u23ff\u2500-\u27bf]")
"""Arrows, signs, box drawing, blocks, shapes, dingbats."""


@pytest.fixture(autouse=True)
def to_eyes_again() -> Iterator[None]:
    yield
    VOICE.is_spoken = False


def spoken() -> Scene:
    scene = scenes.busy_morning()
    scene.settings = replace(Settings(), is_reader=True)
    return scene


@pytest.mark.parametrize(
    "keys", [(), ("question_mark",), ("s",), ("end", "d"), ("comma",), ("ctrl+p",)]
)
async def test_nothing_is_drawn_that_only_eyes_understand(keys: tuple[str, ...]) -> None:
    async with driven(spoken()) as hands:
        await hands.press(*keys)
        if keys:
            await hands.until(lambda: hands.app.screen is not hands.board)
        await hands.settle()

        assert not _DRAWN.findall(hands.screen_text), hands.screen_text


async def test_the_selected_row_the_states_and_the_keys_are_words() -> None:
    async with driven(spoken()) as hands:
        hands.table.select(scenes.LOGIN)
        await hands.settle()

        assert re.search(r"^> +running +.*Fix the login bug", hands.screen_text, re.MULTILINE)
        assert "Enter open" in hands.keys
        assert "Ctrl+p palette" in hands.keys


async def test_what_is_asked_and_what_is_switched_on_is_said() -> None:
    async with driven(spoken()) as hands:
        hands.table.select(scenes.DOCS)
        await hands.press("d")
        await hands.until(lambda: isinstance(hands.app.screen, Question))
        await hands.settle()

        assert f"destroy {scenes.DOCS}?" in hands.screen_text
        before = hands.screen_text
        await hands.press("p")

        assert re.search("off +p purge", before)
        assert re.search("on +p purge", hands.screen_text)


async def test_the_section_in_sight_and_what_a_list_points_at_are_said() -> None:
    async with driven(spoken()) as hands:
        hands.table.select(scenes.LOGIN)
        await hands.press("right")
        assert "[transcript]" in hands.screen_text

        await hands.press("ctrl+p")
        await hands.until(lambda: hands.app.screen is not hands.board)
        await hands.press("down")
        await hands.until_shown(" continue c Send the next message")
