"""Text from outside never reaches the terminal as anything but text."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.conversation import FileChange, FilePatch, Todo
from kugetsu_tui.domain.errors import ConflictError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.passages import Form, Passage
from kugetsu_tui.domain.transcript import PartKind
from kugetsu_tui.tui.flows.catalogue import ON_THE_SCREEN
from kugetsu_tui.tui.widgets.detail import Section
from tests import scenes
from tests.asks import permission
from tests.scenes import CANARY
from tests.talks import did, said, turn
from tests.tui.driving import Driven, driven

UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def assert_safe(hands: Driven) -> None:
    assert not UNSAFE.search(hands.screen_text.replace("\n", ""))


@pytest.mark.parametrize(
    "keys", ["", "j", "j enter", "j right", "j right right", "j d", "j c", "ctrl+p"]
)
async def test_titles_answers_and_prompts_are_shown_as_text(keys: str) -> None:
    async with driven(scenes.evil()) as hands:
        await hands.press(*keys.split())
        await hands.pilot.pause(0.2)

        assert_safe(hands)
        assert "[/nope]" in hands.screen_text or keys


def scene_of_dread() -> scenes.Scene:
    """Whatever the screen shows of the outside holds what means harm."""
    scene = scenes.evil()
    key = "github.com/shoko/kugetsu#1"
    session_id = scene.record(key).session_id
    assert session_id is not None
    scene.conversations.planned[session_id] = [Todo(CANARY, CANARY)]
    scene.conversations.changed[session_id] = [FileChange(CANARY, 1, 1, CANARY)]
    scene.transcripts.patched[session_id] = [FilePatch(CANARY, f"--- {CANARY}\n+{CANARY}\n")]
    scene.transcripts.told[session_id] = [
        turn(1, "user", said("u", CANARY, PartKind.USER)),
        turn(2, "assistant", did("b", CANARY, Passage(Form.DIFF, CANARY), remark=CANARY)),
    ]
    scene.checkout.uncommitted = CANARY
    (run,) = scene.runs.known.values()
    scene.runs.known[run.order.run_id] = replace(run, asks=(permission(f"rm {CANARY}"),))
    scene.settings_file.remarks = (f"config.toml: {CANARY}",)
    scene.settings_file.values = {"runs.model": CANARY}
    scene.store.files[f"{CANARY}.json"] = scene.record(key)
    scene.store.written_at[f"{CANARY}.json"] = scene.clock() - timedelta(hours=1)
    with scene.store.edit() as draft:
        draft.remove_orphan(f"{CANARY}.json")
        draft.files["a\x1b]0;.json"] = scene.record(key)
    scene.store.written_at["a\x1b]0;.json"] = scene.clock() - timedelta(hours=1)
    return scene


@pytest.mark.parametrize("flow", sorted({*VERBS, *ON_THE_SCREEN}))
async def test_whatever_is_played_shows_text_as_text(flow: str) -> None:
    async with driven(scene_of_dread()) as hands:
        await hands.press("j")
        await hands.until(lambda: hands.selected.endswith("#1"))
        told = hands.toasts
        hands.board.action_flow(flow)
        await hands.until(lambda: hands.app.screen is not hands.board or hands.toasts != told)
        await hands.settle()

        assert_safe(hands)
        assert not UNSAFE.search(hands.toasts.replace("\n", ""))


@pytest.mark.parametrize("section", Section)
async def test_every_section_shows_text_as_text(section: Section) -> None:
    async with driven(scene_of_dread()) as hands:
        await hands.press("j")
        await hands.until(lambda: hands.selected.endswith("#1"))
        hands.inspector.section = section
        await hands.until_shown("]52;c;Y2FuYXJ5")
        await hands.settle()

        assert_safe(hands)


async def test_markup_in_a_title_is_no_link() -> None:
    async with driven(scenes.evil()) as hands:
        place = next(
            number
            for number, line in enumerate(hands.screen_text.splitlines())
            if "[@click=" in line
        )
        await hands.pilot.click(offset=(50, place))
        await hands.pilot.click(offset=(50, place))
        await hands.settle()

        assert hands.app.is_running


async def test_the_palette_shows_markup_as_text() -> None:
    async with driven(scenes.evil()) as hands:
        await hands.press("ctrl+p")
        await hands.until(lambda: hands.app.screen is not hands.board)
        await hands.type("nope")
        await hands.until(lambda: "[/nope]" in hands.screen_text.partition("nope")[2])

        assert_safe(hands)


async def test_a_refusal_is_shown_as_text() -> None:
    scene = scenes.busy_morning()
    scene.store.refusal = ConflictError(f"{CANARY} [/nope]", hint=CANARY)
    async with driven(scene) as hands:
        hands.board.stage.refuse(scene.store.refusal)
        await hands.until_told("[/nope]")

        await hands.until_shown("[/nope]")
        assert_safe(hands)


async def test_wide_characters_keep_the_columns() -> None:
    async with driven(scenes.evil(), size=(80, 24)) as hands:
        strips = hands.app.screen._compositor.render_strips()

        assert {strip.cell_length for strip in strips} == {80}
