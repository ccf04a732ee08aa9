"""What a session waits for, answered from the board: read first, then decided."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from kugetsu_tui.domain.ask import Ask, Decision, Reply
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.tui.dialogs import answer_ask
from kugetsu_tui.tui.dialogs.answer_ask import AnswerDialog
from kugetsu_tui.tui.widgets.one_liners import KeyLine
from tests import scenes
from tests.asks import permission, question, questions
from tests.fakes import run_seen
from tests.scenes import Scene
from tests.tui.driving import Driven, driven

REF = "github.com/shoko/kugetsu#14"


def waiting(tmp_path: Path, *asks: Ask) -> Scene:
    """A world in which one session waits for that."""
    scene = scenes.only_a_base()
    scene.directory = scene.checkout.directory = tmp_path
    run = run_seen("20260314T150000-0a0a0a", session_id=SessionId("ses_1"), asks=asks)
    scene.track(REF, SessionId("ses_1"), run_id=run.order.run_id)
    scene.have_run(REF, run)
    return scene


async def opened(hands: Driven) -> AnswerDialog:
    """Press the key, and wait until the dialog takes keys."""
    await hands.press("y")
    await hands.until(lambda: isinstance(hands.app.screen, AnswerDialog))
    dialog = hands.app.screen
    assert isinstance(dialog, AnswerDialog)
    await hands.until(lambda: dialog._is_awake)
    await hands.settle()
    return dialog


async def test_the_key_that_answers_is_offered_wherever_one_looks(tmp_path: Path) -> None:
    async with driven(waiting(tmp_path, permission("rm -rf build"))) as hands:
        hands.table.select(REF)
        await hands.until(lambda: hands.keys.strip().startswith("y answer"))

        await hands.press("right", "enter")
        await hands.until(lambda: "y answer" in hands.keys and "esc back" in hands.keys)

        await hands.press("escape", "g")
        await hands.until(lambda: "y answer" not in hands.keys)


def decided(scene: Scene) -> list[tuple[Decision, str]]:
    return [(decision, by) for _, decision, by in scene.runs.answered]


async def test_a_command_is_shown_as_it_is_and_allowed_once(tmp_path: Path) -> None:
    scene = waiting(tmp_path, permission("rm -rf 'build dir'"))
    async with driven(scene) as hands:
        assert "1 waiting for you" in hands.screen_text
        await opened(hands)
        assert "rm -rf 'build dir'" in hands.screen_text
        assert "always would allow: rm *" in hands.screen_text

        await hands.press("o")

        await hands.until(lambda: decided(scene) == [(Decision(reply=Reply.ONCE), "the board")])


async def test_keys_that_were_pressed_too_soon_answer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer_ask, "_ARMED_AFTER", 3600.0)
    scene = waiting(tmp_path, permission())
    async with driven(scene) as hands:
        await hands.press("y", "o", "a", "n", "enter")
        await hands.until(lambda: isinstance(hands.app.screen, AnswerDialog))
        await hands.settle()

        assert scene.runs.answered == []
        assert isinstance(hands.app.screen, AnswerDialog)


async def test_what_is_longer_than_the_screen_is_read_to_its_end_first(tmp_path: Path) -> None:
    diff = "\n".join(f"+ line {number}" for number in range(500))
    scene = waiting(tmp_path, permission(diff))
    async with driven(scene, size=(80, 24)) as hands:
        dialog = await opened(hands)
        await hands.press("o", "a", "n")
        assert scene.runs.answered == []
        assert "read it to its end first" in hands.refusal

        await hands.press("end")
        await hands.until(lambda: dialog.is_read)
        await hands.until_shown("+ line 499")
        await hands.press("a")

        await hands.until(lambda: decided(scene) == [(Decision(reply=Reply.ALWAYS), "the board")])


async def test_what_a_terminal_would_obey_is_shown_instead(tmp_path: Path) -> None:
    scene = waiting(tmp_path, permission("echo \x1b[2J [bold]x[/] \u202edesrever"))
    async with driven(scene) as hands:
        await opened(hands)

        assert "echo ␛[2J [bold]x[/] �desrever" in hands.screen_text


async def test_a_no_may_come_with_words(tmp_path: Path) -> None:
    scene = waiting(tmp_path, permission())
    async with driven(scene) as hands:
        await opened(hands)
        await hands.press("w")
        await hands.until(lambda: isinstance(hands.app.focused, Input))
        await hands.type("move it to the trash")
        await hands.press("enter")

        said = Decision(reply=Reply.REJECT, message="move it to the trash")
        await hands.until(lambda: decided(scene) == [(said, "the board")])


@pytest.mark.parametrize(
    ("asked", "keys", "answers"),
    [
        (question("Left", "Right"), "2", (("Right",),)),
        (question("Left", "Right", is_multiple=True), "21", (("Right", "Left"),)),
        (question("Left", "Right"), "n", ()),
        (question("Left", "Right", is_multiple=True), "1n", ()),
        (question(*"abcdefghijk", is_multiple=True), "19ab", (tuple("aijk"),)),
    ],
    ids=["one of them", "several", "none", "none of several", "beyond nine"],
)
async def test_a_question_is_answered_with_its_choices(
    tmp_path: Path, asked: Ask, keys: str, answers: tuple[tuple[str, ...], ...]
) -> None:
    scene = waiting(tmp_path, asked)
    async with driven(scene) as hands:
        await opened(hands)
        assert "Which way?" in hands.screen_text
        await hands.press(*keys)
        if answers and len(keys) > 1:
            await hands.press("enter")

        await hands.until(lambda: decided(scene) == [(Decision(answers=answers), "the board")])


async def test_several_choices_go_to_the_question_they_were_made_for(tmp_path: Path) -> None:
    asked = questions(
        question("Red", "Green", "Blue", text="Which colours?", is_multiple=True),
        question("Left", "Right"),
    )
    scene = waiting(tmp_path, asked)
    async with driven(scene) as hands:
        first = await opened(hands)
        await hands.press("1", "3", "enter")
        await hands.until(lambda: getattr(hands.app.screen, "_is_awake", False))
        assert hands.app.screen is not first
        await hands.until_shown("Which way?")
        await hands.press("1")

        answers = (("Red", "Blue"), ("Left",))
        await hands.until(lambda: decided(scene) == [(Decision(answers=answers), "the board")])


async def test_own_words_come_beside_what_was_chosen(tmp_path: Path) -> None:
    scene = waiting(tmp_path, question("Left", "Right", is_multiple=True))
    async with driven(scene) as hands:
        await opened(hands)
        await hands.press("2", "w")
        await hands.until(lambda: isinstance(hands.app.focused, Input))
        await hands.type("and up")
        await hands.press("enter")

        answers = (("Right", "and up"),)
        await hands.until(lambda: decided(scene) == [(Decision(answers=answers), "the board")])


async def test_the_keys_that_are_always_there_are_named_before_those_of_the_choices(
    tmp_path: Path,
) -> None:
    choices = (f"Choice number {number} of them" for number in range(11))
    async with driven(waiting(tmp_path, question(*choices, is_multiple=True))) as hands:
        dialog = await opened(hands)
        hints = dialog.query_one(KeyLine)
        for key in ("⏎ send", "n no answer", "w in your own words", "esc later"):
            assert key in hands.text_of(hints)
        assert "b Choice number 10 of them" in hands.screen_text

        await hands.press("w")
        await hands.until(lambda: "n no answer" not in hands.text_of(hints))
        assert "⏎ send  tab back  esc later" in hands.text_of(hints)

        await hands.press("tab")
        await hands.until(lambda: "n no answer" in hands.text_of(hints))


async def test_own_words_are_offered_on_a_small_screen(tmp_path: Path) -> None:
    scene = waiting(tmp_path, question("The first way, a long one", "The second way, a long one"))
    async with driven(scene, size=(80, 24)) as hands:
        dialog = await opened(hands)

        assert "w in your own words" in hands.text_of(dialog.query_one(KeyLine))


async def test_what_was_answered_elsewhere_meanwhile_is_told(tmp_path: Path) -> None:
    scene = waiting(tmp_path, permission())
    async with driven(scene) as hands:
        await opened(hands)
        (run_id,) = scene.runs.known
        other = permission("something else", ask_id="per_2")
        scene.runs.known[run_id] = replace(scene.runs.known[run_id], asks=(other,))

        await hands.press("o")

        await hands.until(lambda: "per_1 is no longer asked" in hands.toasts)
        assert scene.runs.answered == []


async def test_where_the_selected_session_asks_nothing_the_one_that_does_is_meant(
    tmp_path: Path,
) -> None:
    scene = waiting(tmp_path, permission())
    async with driven(scene) as hands:
        await hands.press("g")
        assert hands.selected == "(base)"

        await opened(hands)

        assert f"{REF} asks" in hands.screen_text


async def test_where_nobody_asks_anything_it_is_said(tmp_path: Path) -> None:
    scene = waiting(tmp_path)
    async with driven(scene) as hands:
        await hands.press("y")

        await hands.until(lambda: "no session waits for anything" in hands.toasts)
