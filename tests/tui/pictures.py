"""Moments worth a picture: the tests compare them, `screenshots/retake.py` takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.widgets.look import DAY, NIGHT
from tests import scenes
from tests.scenes import LOGIN, Scene
from tests.tui.driving import Driven

WIDE, SMALL = (120, 36), (80, 24)
READ = "…"
"""Among keys: wait until what is to be read is there."""


@dataclass(frozen=True)
class Picture:
    """A scene, what is pressed in it, and how to know that it is complete."""

    scene: Callable[[], Scene]
    ready: str
    """Words that are on the terminal then."""
    at: str = ""
    """The row that is selected; the first one, else."""
    keys: str = ""
    typed: tuple[str, ...] = ()
    """What is typed, field by field."""
    size: tuple[int, int] = WIDE
    theme: str = NIGHT.name

    def app(self) -> KugetsuApp:
        scene = self.scene()
        scene.settings = replace(scene.settings, theme=self.theme)
        app = KugetsuApp(Commands.of(scene.world), clock=scene.clock)
        app.animation_level = "none"
        return app

    async def pose(self, pilot: Pilot[None]) -> None:
        """Bring the app to the moment."""
        assert isinstance(pilot.app, KugetsuApp)
        hands = Driven(pilot.app, pilot)
        await hands.until(lambda: hands.board._is_read)
        await hands.settle()
        if self.at:
            hands.board.select(self.at)
            await hands.settle()
        for key in self.keys.split():
            if key == READ:
                await hands.until(
                    lambda: hands.inspector.reader_of(hands.inspector.section)._shelf.items
                )
            else:
                await hands.press(key)
        await hands.until(lambda: not self.typed or hands.app.screen is not hands.board)
        for text in self.typed:
            await hands.type(text)
            await hands.press("tab")
        if self.typed:
            await hands.press("shift+tab")
        await hands.until_shown(self.ready)
        for field in [*hands.app.screen.query(Input), *hands.app.screen.query(TextArea)]:
            field.cursor_blink = False
        await pilot.wait_for_scheduled_animations()
        await hands.settle()


def _in_a_real_directory() -> Scene:
    """The busy morning, where something can be started."""
    scene = scenes.busy_morning()
    scene.directory = scene.checkout.directory = Path("/")
    for session_id, conversation in list(scene.conversations.kept.items()):
        scene.conversations.kept[session_id] = replace(conversation, directory="/")
    return scene


_LAST = "test_redirect_keeps_the_session"
PICTURES: Mapping[str, Picture] = {
    "board": Picture(scenes.asked_for_leave, _LAST, at=LOGIN),
    "board-by-day": Picture(scenes.busy_morning, _LAST, at=LOGIN, theme=DAY.name),
    "board-80x24": Picture(scenes.busy_morning, _LAST, at=LOGIN, size=SMALL),
    "first-run": Picture(scenes.empty, "make the base session"),
    "start": Picture(
        _in_a_real_directory,
        "→ github.com/shoko/kugetsu#31",
        keys="s",
        typed=("31", "The watcher misses renames.\nFind out why, and write a test first."),
    ),
    "transcript": Picture(
        scenes.busy_morning,
        "src/login/file_0.py",
        at=LOGIN,
        keys="right enter … g down down down enter",
    ),
    "transcript-80x24": Picture(
        scenes.busy_morning,
        "Mended",
        at=LOGIN,
        keys="right enter …",
        size=SMALL,
    ),
    "search": Picture(
        scenes.busy_morning,
        "2/6",
        at=LOGIN,
        keys="right enter … g slash c o o k i e enter n",
    ),
    "changes": Picture(
        scenes.busy_morning,
        "@@",
        at=LOGIN,
        keys="right right enter … enter",
    ),
    "destroy-80x24": Picture(scenes.busy_morning, "goes: ", at=LOGIN, keys="d", size=SMALL),
    "damaged": Picture(scenes.damaged, "The store cannot be read"),
    "harmful-text": Picture(scenes.evil, "wide", at="github.com/shoko/kugetsu#1"),
}
