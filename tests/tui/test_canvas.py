"""The terminal shows the same whether it is sent everything or only what has changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from itertools import pairwise

import pyte
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.drivers._writer_thread import MAX_QUEUED_WRITES, WriterThread
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.canvas import CANVAS, Canvas, Sparing
from kugetsu_tui.tui.patient_driver import PatientDriver
from kugetsu_tui.tui.widgets.look import DAY, NIGHT, OWN
from kugetsu_tui.tui.widgets.one_liners import Masthead
from tests import scenes
from tests.tui.driving import driven

pytestmark = pytest.mark.fast

COLUMNS, LINES = 24, 3
_CONSOLE = Console(force_terminal=True, color_system="truecolor", width=COLUMNS)
RED = Style(color="red")
_NO_WRAPPING = "\x1b[?7l"
"""As Textual has it."""
_JOINED = re.compile(".(?:\ufe0f|\u200d.)+|[\U0001f1e6-\U0001f1ff]{2}")
"""One emoji of two columns, of which pyte (0.8) makes something else."""


class Mirror:
    """Two terminals: one is sent everything, the other what a canvas leaves of it."""

    def __init__(self, columns: int, lines: int) -> None:
        self._screens = pyte.Screen(columns, lines), pyte.Screen(columns, lines)
        self._whole, self._sparing = (pyte.Stream(screen) for screen in self._screens)
        self._whole.feed(_NO_WRAPPING)
        self._sparing.feed(_NO_WRAPPING)
        self.canvas = Canvas()
        self.whole = self.sparing = 0
        """Characters that were sent to each."""

    def show(self, update: LayoutUpdate | ChopsUpdate, console: Console) -> None:
        whole = update.render_segments(console).replace("\n", "")
        sparing = Sparing(update, self.canvas).render_segments(console)
        self._whole.feed(_JOINED.sub("😀", whole))
        self._sparing.feed(_JOINED.sub("😀", sparing))
        self.whole += len(whole)
        self.sparing += len(sparing)

    def show_anew(self, update: LayoutUpdate, console: Console) -> None:
        """Send all of the screen, but not to the one that was spared."""
        self._whole.feed(_JOINED.sub("😀", update.render_segments(console).replace("\n", "")))

    def assert_same(self) -> None:
        theirs, ours = self._screens
        for y in range(theirs.lines):
            pairs = ((theirs.buffer[y][x], ours.buffer[y][x]) for x in range(theirs.columns))
            differing = [pair for pair in pairs if pair[0] != pair[1]]
            assert all(seen(one) == seen(other) for one, other in differing), ours.display[y]


def seen(cell: pyte.screens.Char) -> pyte.screens.Char:
    """Of a blank without attributes nobody sees the ink."""
    has_ink = cell.data != " " or cell.underscore or cell.strikethrough or cell.reverse
    return cell if has_ink else cell._replace(fg="default")


inks = st.sampled_from([None, *map(Color.parse, ("default", "red", "#102030", "#fedcba"))])
styles = st.builds(
    lambda ink, ground, bold, line, swapped, link: Style.from_color(ink, ground)
    + Style(bold=bold, underline=line, reverse=swapped, link=link),
    inks, inks, *[st.sampled_from([None, None, True])] * 3,
    st.sampled_from([None, None, "https://example.org/1"]),
)  # fmt: skip
words = st.text(st.sampled_from("ab   ●é…好😀"), max_size=12)
segments = st.builds(Segment, words, styles | st.none(), st.none())
lines = st.lists(segments, max_size=6).map(
    lambda segments: Strip(segments).adjust_cell_length(COLUMNS, Style())
)
frames = st.lists(lines, min_size=LINES, max_size=LINES)
cuts = st.lists(st.integers(1, COLUMNS - 1), max_size=3, unique=True).map(sorted)
spans = st.lists(
    st.tuples(st.integers(0, LINES - 1), *[st.integers(0, COLUMNS - 1)] * 2), min_size=1, max_size=4
).map(lambda spans: [(y, min(x, other), max(x, other) + 1) for y, x, other in spans])


def chops(frame: Sequence[Strip], at: Sequence[int]) -> list[dict[int, Strip]]:
    """As the compositor gives them: each line in pieces, at the edges of what stands there."""
    edges = [*pairwise([0, *at, COLUMNS])]
    return [{start: line.crop(start, end) for start, end in edges} for line in frame]


Changes = list[tuple[list[Strip], list[tuple[int, int, int]]]]
changes = st.lists(st.tuples(frames, spans), max_size=2)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(cuts, frames, changes), max_size=3))
def test_any_frames_look_the_same_as_if_all_of_them_was_sent(
    layouts: list[tuple[list[int], list[Strip], Changes]],
) -> None:
    mirror = Mirror(COLUMNS, LINES)
    for at, first, others in layouts:
        strips = [line.values() for line in chops(first, at)]
        mirror.show(LayoutUpdate([*strips], Region(0, 0, COLUMNS, LINES)), _CONSOLE)
        mirror.assert_same()
        for frame, changed in others:
            ends = [[*at, COLUMNS]] * LINES
            mirror.show(ChopsUpdate(chops(frame, at), changed, ends), _CONSOLE)
            mirror.assert_same()


def sent(canvas: Canvas, *pieces: tuple[int, str, Style | None]) -> str:
    """What makes a line show these pieces."""
    strips = [(x, 0, Strip([Segment(text, style)])) for x, text, style in pieces]
    return canvas.draw(iter(strips), ColorSystem.TRUECOLOR)


def test_what_is_there_already_is_not_sent() -> None:
    canvas = Canvas()

    assert sent(canvas, (0, "12 seconds ago", RED)) == "\x1b[1;1H\x1b[31m12 seconds ago\x1b[0m"
    assert sent(canvas, (0, "13 seconds ago", RED)) == "\x1b[1;2H\x1b[31m3\x1b[0m"
    assert sent(canvas, (0, "13 seconds ago", RED)) == ""


def test_what_is_forgotten_is_sent_again() -> None:
    canvas = Canvas()
    first = sent(canvas, (0, "words", RED))
    canvas.forget()

    assert sent(canvas, (0, "words", RED)) == first


def test_what_a_terminal_does_not_take_is_sent_again() -> None:
    driver = PatientDriver.__new__(PatientDriver)  # a whole one would take our own terminal
    driver._writer_thread = WriterThread(StringIO())  # never started: it takes nothing
    driver._is_stalled = True
    for _ in range(MAX_QUEUED_WRITES):
        driver.write("held up for ever")
    first = sent(CANVAS, (0, "words", RED))
    driver.write(first)

    assert sent(CANVAS, (0, "words", RED)) == first


def test_attributes_are_told_only_where_they_change() -> None:
    bold = RED + Style(bold=True)
    told = sent(Canvas(), (0, "one", RED), (3, "two", bold), (6, "three", RED), (11, "four", None))

    assert told == (
        "\x1b[1;1H\x1b[31mone\x1b[1;4H\x1b[1mtwo\x1b[1;7H\x1b[0;31mthree\x1b[1;12H\x1b[0mfour"
    )


def test_a_link_is_on_its_own_cells_and_no_others() -> None:
    link = Style(link="https://example.org/1")
    told = sent(Canvas(), (0, "here", link), (4, "there", None))

    link_on = "\x1b]8;;https://example.org/1\x1b\\"
    assert told == f"\x1b[1;1H{link_on}here\x1b[1;5H\x1b]8;;\x1b\\there"


@pytest.mark.parametrize("odd", ["好", "😀", "e\u0301", "\u05d0"])
def test_what_stands_behind_text_of_unsure_width_is_not_trusted(odd: str) -> None:
    canvas = Canvas()
    sent(canvas, (0, f"{odd} one", None), (10, "beside", None))

    assert "beside" not in sent(canvas, (0, f"{odd} one", None), (10, "beside", None))
    told = sent(canvas, (0, f"{odd} two", None), (10, "beside", None))
    assert f"{odd} two" in told
    assert "beside" in told


KEYS = "j j j enter right right down escape / l o g escape G k ? escape s tab x escape d escape g"


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
@pytest.mark.parametrize("scene", ["busy-morning", "evil"])
async def test_a_session_with_all_its_dialogs_looks_the_same(
    scene: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = mirrored(size, monkeypatch)
    async with driven(scenes.SCENES[scene](), size=size) as hands:
        await hands.press(*KEYS.split())
        await hands.settle()

        mirror.assert_same()
        mirror.show_anew(hands.app.screen._compositor.render_full_update(), hands.app.console)
        mirror.assert_same()
    assert mirror.sparing < mirror.whole / 3


@pytest.mark.parametrize("theme", [NIGHT.name, DAY.name, OWN.name])
@pytest.mark.parametrize("no_color", ["", "1"])
async def test_it_does_so_in_any_colours(
    theme: str, no_color: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    mirror = mirrored((80, 24), monkeypatch)
    scene = scenes.busy_morning()
    scene.settings = replace(scene.settings, theme=theme)
    async with driven(scene, size=(80, 24)) as hands:
        await hands.press("j", "j", "enter", "escape", "?", "escape", "k")

        mirror.assert_same()


async def test_only_what_an_update_touches_is_asked_for_its_lines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = set[Widget]()
    render_lines = Widget.render_lines
    async with driven(scenes.busy_morning(), size=(120, 36)) as hands:
        await hands.settle()

        def noted(widget: Widget, crop: Region) -> list[Strip]:
            asked.add(widget)
            return render_lines(widget, crop)

        monkeypatch.setattr(Widget, "render_lines", noted)
        hands.table.refresh(Region(0, 2, 40, 1))
        await hands.until(lambda: hands.table in asked)

        assert hands.inspector not in asked
        assert hands.board.query_one(Masthead) not in asked


async def test_after_a_size_that_came_and_went_all_is_drawn_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = list[bool]()
    async with driven(scenes.busy_morning(), size=(80, 24)) as hands:
        await hands.settle()
        monkeypatch.setattr(
            KugetsuApp, "_display", lambda *told: drawn.append(isinstance(told[2], LayoutUpdate))
        )
        hands.app.post_message(events.Resize(hands.app.size, hands.app.size))

        await hands.until(lambda: True in drawn)


def mirrored(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> Mirror:
    """Terminals for an app that has none: each frame has to be the same on both."""
    mirror = Mirror(*size)

    def display(app: App[object], _screen: Screen[object], update: RenderableType | None) -> None:
        if isinstance(update, LayoutUpdate | ChopsUpdate):
            mirror.show(update, app.console)
            mirror.assert_same()

    monkeypatch.setattr(KugetsuApp, "_display", display)
    return mirror
