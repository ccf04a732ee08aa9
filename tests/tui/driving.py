"""A screen on a world of fakes, and what can be read off it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.events import Key, Paste
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets._toast import Toast

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.screens.board import BoardScreen
from kugetsu_tui.tui.screens.inspector import Inspector
from kugetsu_tui.tui.screens.scope import Scope
from kugetsu_tui.tui.screens.story import Step
from kugetsu_tui.tui.widgets.empty_board import EmptyBoard
from kugetsu_tui.tui.widgets.field import LEAVES, Field
from kugetsu_tui.tui.widgets.one_liners import KeyLine
from kugetsu_tui.tui.widgets.session_table import SessionTable
from tests.scenes import Scene

DEADLINE = 30.0
"""Seconds until what is waited for has to be there."""


@dataclass
class Driven:
    """The running program, and the hands on its keys."""

    app: KugetsuApp
    pilot: Pilot[None]

    @property
    def board(self) -> BoardScreen:
        return self.app.board

    @property
    def table(self) -> SessionTable:
        return self.board.query_one(SessionTable)

    @property
    def inspector(self) -> Inspector:
        return self.board.query_one(Inspector)

    @property
    def labels(self) -> list[str]:
        """The rows that are shown, by what people call them."""
        return [row.label for row in self.table.rows]

    @property
    def selected(self) -> str:
        row = self.table.selected
        return row.label if row else ""

    @property
    def toasts(self) -> str:
        """All that was told in passing."""
        return "\n".join(notification.message for notification in self.app._notifications)

    @property
    def keys(self) -> str:
        """The line of keys."""
        return self.text_of(self.board.query_one(KeyLine))

    @property
    def emptiness(self) -> str:
        empty = self.board.query_one(EmptyBoard)
        return self.text_of(empty) if empty.display else ""

    @property
    def screen_text(self) -> str:
        """Everything on the terminal, line by line."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in lines)

    def text_of(self, widget: Widget) -> str:
        """What a widget shows."""
        region = widget.region
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(
            strip.crop(region.x, region.right).text for strip in lines[region.y : region.bottom]
        )

    async def press(self, *keys: str) -> None:
        """Press them one after another, each when the one before has been dealt with."""
        for key in keys:
            name = _character_to_key(key) if len(key) == 1 else key
            is_left = isinstance(self.app.focused, Field) and name in LEAVES
            self.app.post_message(Key(name, key if len(key) == 1 else None))
            if is_left:
                await self.until(lambda: not isinstance(self.app.focused, Field))
            await self.settle()

    async def settle(self) -> None:
        """Let every widget deal with what it was told, and with what follows from that."""
        for _ in range(3):
            await self.pilot.pause(0)

    @property
    def refusal(self) -> str:
        """Why the dialog in sight did not accept its answer."""
        return " ".join(self.text_of(self.app.screen.query_one("#refusal")).split())

    async def type(self, text: str) -> None:
        """Put the text where the cursor is, all at once as a paste."""
        self.app.post_message(Paste(text))
        await self.settle()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until that holds; fail with what the terminal shows where it never does."""
        end = time.monotonic() + DEADLINE
        while not condition():
            assert time.monotonic() < end, f"never happened:\n{self.screen_text}\n{self.toasts}"
            await self.pilot.pause(0.01)

    async def until_told(self, words: str) -> None:
        """Wait for words in a toast that is in sight."""
        await self.until(lambda: words in self.toasts and self.app.screen.query(Toast))

    async def until_shown(self, words: str) -> None:
        """Wait for words anywhere on the terminal."""
        await self.until(lambda: words in self.screen_text)


@asynccontextmanager
async def driven(
    scene: Scene,
    *,
    size: tuple[int, int] = (120, 36),
    scope: Scope | None = None,
    story: Sequence[Step] = (),
) -> AsyncIterator[Driven]:
    """The program on that world, its board read."""
    app = KugetsuApp(Commands.of(scene.world), scope=scope, clock=scene.clock, story=story)
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        hands = Driven(app, pilot)
        await hands.until(lambda: hands.board._is_read)
        await hands.settle()
        yield hands
