from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult
from textual.strip import Strip

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
