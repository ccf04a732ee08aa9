from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.strip import Strip

from kugetsu_tui.tui.link import LINK
from kugetsu_tui.tui.widgets.text_lines import Line, TextLines


class Watched(TextLines):
    """Remembers which of its lines were drawn."""

    def __init__(self) -> None:
        super().__init__(is_tail=True)
        self.painted: set[int] = set()

    def render_line(self, y: int) -> Strip:
        self.painted.add(y)
        return super().render_line(y)


class Page(App[None]):
    def compose(self) -> ComposeResult:
        yield Watched()


def lines(*texts: str) -> Sequence[Line]:
    return [Line(text) for text in texts]


def seen(text: TextLines) -> list[str]:
    return [text.render_line(y).text.strip() for y in range(text.size.height)]


async def test_a_word_more_draws_the_line_that_it_is_in_and_no_other() -> None:
    async with Page().run_test(size=(40, 10)) as pilot:
        text = pilot.app.query_one(Watched)
        text.append(lines("one", "two"), unfinished=lines("three", "four"))
        await pilot.pause()
        text.painted.clear()

        text.append([], unfinished=lines("three", "four and"))
        await pilot.pause()

        assert text.painted == {3}
        assert seen(text)[:5] == ["one", "two", "three", "four and", ""]


async def test_what_is_taken_back_leaves_nothing_behind() -> None:
    async with Page().run_test(size=(40, 10)) as pilot:
        text = pilot.app.query_one(Watched)
        text.append(lines("one"), unfinished=lines("two", "three", "four"))
        await pilot.pause()
        text.painted.clear()

        text.append(lines("two"))
        await pilot.pause()

        assert {2, 3} <= text.painted
        assert seen(text)[:4] == ["one", "two", "", ""]


async def test_other_lines_are_drawn_over_all_that_was_there() -> None:
    async with Page().run_test(size=(40, 10)) as pilot:
        text = pilot.app.query_one(Watched)
        text.append(lines("one", "two", "three"))
        await pilot.pause()
        text.painted.clear()

        text.replace(lines("four"))
        await pilot.pause()

        assert {0, 1, 2} <= text.painted


async def test_at_its_end_a_line_more_moves_all_the_others() -> None:
    async with Page().run_test(size=(40, 4)) as pilot:
        text = pilot.app.query_one(Watched)
        text.append(lines("one", "two", "three", "four"))
        await pilot.pause()
        text.painted.clear()

        text.append(lines("five"))
        await pilot.pause()

        assert text.painted == {0, 1, 2, 3}
        assert seen(text) == ["two", "three", "four", "five"]


async def test_on_a_slow_link_a_line_at_the_bottom_moves_the_others_once_for_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LINK, "is_spared", True)
    async with Page().run_test(size=(40, 8)) as pilot:
        text = pilot.app.query_one(Watched)
        text.append(lines(*"abcdefgh"))
        await pilot.pause()

        text.append(lines("i"))
        await pilot.pause()
        assert seen(text) == ["h", "i", "", "", "", "", "", ""]
        for letter in "jklmno":
            text.painted.clear()
            text.append(lines(letter))
            await pilot.pause()
            assert len(text.painted) == 1
        assert seen(text) == [*"hijklmno"]


async def test_on_a_slow_link_too_what_is_long_is_first_seen_to_its_last_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(LINK, "is_spared", True)
    async with Page().run_test(size=(40, 4)) as pilot:
        text = pilot.app.query_one(Watched)
        text.append(lines(*"abcdefgh"))
        await pilot.pause()
        assert seen(text) == [*"efgh"]

        text.append(lines("i"))
        await pilot.pause()
        text.action_move(-2)
        text.append(lines("j", "k"))
        await pilot.pause()
        assert seen(text) == [*"ghij"]
        text.replace(lines("z"))
        await pilot.pause()
        assert seen(text) == ["z", "", "", ""]
