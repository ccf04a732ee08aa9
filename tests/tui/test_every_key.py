"""The table of keys is walked: each one, pressed where it counts, changes what somebody sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.transcript import Entry, PartKind
from kugetsu_tui.tui.keys.table import BOARD_KEYS, MOVE_KEYS, READING_KEYS
from kugetsu_tui.tui.widgets.detail import Section
from kugetsu_tui.tui.widgets.reader import Reader
from tests import scenes
from tests.fakes import NOW
from tests.scenes import LOGIN, Scene
from tests.talks import conversation, said, turn
from tests.tui.driving import Driven, driven

_ENDS = {"quit", "suspend"}
"""They leave the screen; others see to what comes of that."""
_BEFORE: Mapping[str, Sequence[str]] = {
    "back": ("space",),
    "read.sideways-back": ("l",),
    "read.match": ("/", *"cookie", "enter"),
    "read.match-back": ("/", *"cookie", "enter"),
    "read.user": ("g",),
    "read.part-all": ("2",),
    "move.down": ("g",),
    "move.page-down": ("g",),
    "move.last": ("g",),
    "move.up": ("G",),
    "move.first": ("down",),
    "move.page-up": ("end",),
    "read.follow": ("up",),
    "read.fold": ("/", *"bash ls", "enter"),
}
"""What there has to be before a key has something to do."""


_REST = 0.12
"""Seconds, more than what is read of a selected row waits for: then nothing is on its way."""
_TOGGLES = ("read.turn", "read.part")
"""What they do is undone by pressing them again."""


def seen(hands: Driven) -> tuple[object, ...]:
    """Whatever a key may change."""
    app, cursor = hands.app, hands.inspector.reader_of(Section.TRANSCRIPT)._sight.cursor
    screen = (hands.screen_text, cursor, app.focused, type(app.screen))
    return (*screen, hands.toasts, hands.board._feed.round)


async def _press(hands: Driven, key: str) -> None:
    """Press it where nothing goes on by itself, and wait for what comes of it."""
    before = None
    while (now := seen(hands)) != before:
        before = now
        await hands.pilot.pause(_REST)
    await hands.press(key)
    await hands.until(lambda: seen(hands) != before)


async def _home(hands: Driven) -> None:
    """The board, one row of it selected, nothing told and nothing chosen."""
    while hands.app.screen is not hands.board:
        await hands.press("escape")
    for _ in range(4):
        await hands.press("escape")
    hands.app.clear_notifications()
    hands.board.select(LOGIN)
    await hands.settle()


def talkative(directory: Path) -> Scene:
    """A morning on which somebody has marked nothing yet, and one session has all there is."""
    scene = scenes.busy_morning()
    scene.directory = scene.checkout.directory = directory
    session_id = scene.record(LOGIN).session_id
    assert session_id is not None
    others = [
        Entry(id=kind, kind=kind, at=NOW, title=f"{kind} x", passages=(Passage(Form.WORDS, "-"),))
        for kind in (PartKind.TOOL, PartKind.WEB, PartKind.OTHER)
    ]
    asked = turn(9, "user", said("u9", "and the other cookie?", PartKind.USER))
    told = [*conversation(), turn(8, "assistant", *others), asked]
    scene.transcripts.told[session_id] = told
    return scene


async def test_every_key_of_the_board_changes_what_is_seen(tmp_path: Path) -> None:
    async with driven(talkative(tmp_path)) as hands:
        for key in (*BOARD_KEYS, *MOVE_KEYS):
            if key.id in _ENDS:
                continue
            for name in key.keys.split(","):
                await _home(hands)
                await hands.press(*_BEFORE.get(key.id, ()))
                await _press(hands, name)


async def test_every_key_of_a_transcript_changes_what_is_seen(tmp_path: Path) -> None:
    async with driven(talkative(tmp_path), size=(80, 24)) as hands:
        hands.board.select(LOGIN)
        await hands.press(*["right"] * list(Section).index(Section.TRANSCRIPT), "enter")
        await hands.until_shown("the other cookie?")
        for key in (*READING_KEYS, *MOVE_KEYS):
            await hands.until(lambda: isinstance(hands.board.focused, Reader))
            name = key.keys.partition(",")[0]
            await hands.press("G", *_BEFORE.get(key.id, ()))
            await _press(hands, name)
            if key.id.startswith(_TOGGLES) and key.id != "read.part-all":
                await hands.press(name)
            await hands.press("/", "escape", "h")
