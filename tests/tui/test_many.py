"""Verbs over many rows, the browser and the clipboard."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from kugetsu_tui.domain.conversation import Message, ReasoningPart, TextPart
from kugetsu_tui.domain.errors import KugetsuError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.tui.dialogs.message_area import MessageArea
from kugetsu_tui.tui.dialogs.page import Page
from kugetsu_tui.tui.dialogs.question import Question
from kugetsu_tui.tui.dialogs.write_message import MessageDialog
from kugetsu_tui.tui.screens.clipboard import clipboard_sequence
from kugetsu_tui.tui.widgets.detail import Head
from tests import scenes
from tests.fakes import NOW
from tests.scenes import BASE, CACHE, DOCS, FLAKY, LOGIN, LOST, PARSER, RATE, Scene
from tests.tui.driving import Driven, driven


@pytest.fixture
def morning(tmp_path: Path) -> Scene:
    scene = scenes.busy_morning()
    scene.directory = scene.checkout.directory = tmp_path
    return scene


async def mark(hands: Driven, *labels: str) -> None:
    for label in labels:
        hands.table.select(label)
        await hands.press("space")


async def asked(hands: Driven, key: str, dialog: type) -> None:
    await hands.press(key)
    await hands.until(lambda: isinstance(hands.app.screen, dialog))
    await hands.settle()


async def back(hands: Driven) -> None:
    await hands.until(lambda: hands.app.screen is hands.board)
    await hands.settle()


async def test_marked_runs_are_stopped_after_one_question(morning: Scene) -> None:
    async with driven(morning) as hands:
        await mark(hands, LOGIN, RATE, DOCS)
        await asked(hands, "x", Question)
        assert "stop 2 runs?" in hands.screen_text
        assert LOGIN in hands.screen_text
        assert f"left alone: {DOCS}, idle" in hands.screen_text
        await hands.press("s")

        await hands.until_told(f"{LOGIN}: stopped")
        await hands.until_told(f"{RATE}: stopped")
        assert len(morning.runs.stopped) == 2
        assert not hands.board.rows.listing.marks


async def test_all_that_is_shown_is_marked_and_listed_as_it_stands_there(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("g", "A")
        assert "7 marked" in hands.screen_text
        await hands.until(lambda: "c continue" in hands.keys and "x stop" in hands.keys)
        await asked(hands, "x", Question)
        places = [hands.screen_text.index(label) for label in (LOGIN, FLAKY, RATE)]
        assert [hands.labels.index(label) for label in (LOGIN, FLAKY, RATE)] == [4, 5, 6]
        assert places == sorted(places)
        await hands.press("escape")
        await back(hands)

        await hands.press("A")
        assert "marked" not in hands.screen_text


async def test_a_question_that_is_left_stops_nothing_and_keeps_the_marks(morning: Scene) -> None:
    async with driven(morning) as hands:
        await mark(hands, LOGIN, RATE)
        await asked(hands, "x", Question)
        await hands.press("escape")
        await back(hands)

        assert not morning.runs.stopped
        assert len(hands.board.rows.listing.marks) == 2


async def test_what_cannot_be_stopped_is_told_beside_the_others(morning: Scene) -> None:
    morning.runs.unstoppable = KugetsuError("it will not end")
    async with driven(morning) as hands:
        await mark(hands, LOGIN)
        await asked(hands, "x", Question)
        await hands.press("s")

        await hands.until_told("it will not end")


async def test_marked_issues_are_destroyed_together_and_taken_back_together(
    morning: Scene,
) -> None:
    async with driven(morning) as hands:
        await mark(hands, CACHE, DOCS, PARSER, "base")
        await asked(hands, "d", Question)
        assert "destroy 3 issues?" in hands.screen_text
        assert "left alone: (base)" in hands.screen_text
        await hands.press("d")

        await hands.until_told(f"{DOCS}: no longer tracked")
        await hands.until(lambda: not {CACHE, DOCS, PARSER} & set(hands.labels))
        assert morning.store.stored.base == BASE

        await hands.press("u")
        await hands.until(lambda: {CACHE, DOCS, PARSER} <= set(hands.labels))


async def test_a_running_one_keeps_all_unless_it_is_stopped_first(morning: Scene) -> None:
    async with driven(morning) as hands:
        await mark(hands, LOGIN, DOCS)
        await asked(hands, "d", Question)
        await hands.press("d")
        await hands.until_told("is in progress")
        assert {LOGIN, DOCS} <= set(morning.store.stored.issues)

        await back(hands)
        await asked(hands, "d", Question)
        await hands.press("f", "d")
        await hands.until(lambda: not {LOGIN, DOCS} & set(hands.labels))


async def test_one_message_goes_to_all_and_a_long_report_is_read(morning: Scene) -> None:
    for conversation in list(morning.conversations.kept):
        morning.conversations.kept[conversation] = morning.converse(conversation)
    async with driven(morning) as hands:
        await mark(hands, CACHE, DOCS, PARSER, LOGIN)
        await asked(hands, "c", MessageDialog)
        assert "continue 4 sessions" in hands.screen_text
        await hands.type("run the tests")
        await hands.press("ctrl+s")

        await hands.until(lambda: isinstance(hands.app.screen, Page))
        await hands.settle()
        assert f"{LOGIN}: waits for its turn" in hands.screen_text
        assert {order.issue_ref for order in morning.runs.launched} == {CACHE, DOCS, PARSER}
        await hands.press("escape")
        await back(hands)
        assert not hands.board.rows.listing.marks


async def test_who_did_not_take_the_message_stays_marked_and_the_text_stays_too(
    morning: Scene,
) -> None:
    for conversation in list(morning.conversations.kept):
        morning.conversations.kept[conversation] = morning.converse(conversation)
    lost = morning.record(DOCS).session_id
    assert lost is not None
    gone = replace(morning.conversations.kept[lost], directory="/no/such/directory")
    morning.conversations.kept[lost] = gone
    async with driven(morning) as hands:
        await mark(hands, CACHE, DOCS, PARSER)
        await asked(hands, "c", MessageDialog)
        await hands.type("run the tests")
        await hands.press("ctrl+s")
        await hands.until_told("directory is gone")
        assert {order.issue_ref for order in morning.runs.launched} == {CACHE, PARSER}
        await hands.until(lambda: [*hands.board.rows.listing.marks] == [DOCS])

        morning.conversations.kept[lost] = morning.converse(lost)
        await asked(hands, "c", MessageDialog)
        assert "run the tests" in hands.screen_text
        await hands.press("ctrl+s")
        await hands.until(lambda: morning.runs.launched[-1].issue_ref == DOCS)
        await hands.until(lambda: not hands.board.rows.listing.marks)

        await hands.press("A")
        await asked(hands, "c", MessageDialog)
        assert not hands.app.screen.query_one(MessageArea).text


async def test_more_sessions_than_there_is_room_for_are_counted() -> None:
    async with driven(scenes.thousands(200), size=(80, 24)) as hands:
        await hands.press("A")
        await asked(hands, "c", MessageDialog)

        await hands.until_shown("continue 200 sessions")
        assert "… and 194 more" in hands.screen_text


async def test_how_many_would_have_to_wait_is_said(morning: Scene) -> None:
    async with driven(morning) as hands:
        await mark(hands, LOGIN, DOCS, LOST, RATE)
        await asked(hands, "c", MessageDialog)

        assert "2 busy: queued" in hands.screen_text
        assert f"left out: {LOST}, missing" in hands.screen_text


@pytest.mark.parametrize(("key", "words"), [("x", "at work"), ("d", "an issue")])
async def test_marks_that_no_verb_can_take_are_told(morning: Scene, key: str, words: str) -> None:
    async with driven(morning) as hands:
        await mark(hands, "base")
        await hands.press(key)

        await hands.until_told(f"none of the marked rows is {words}")


async def test_b_opens_the_issue_in_the_browser(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(FLAKY)
        await hands.press("b")

        await hands.until_told("is opened in the browser")
        assert morning.browser.opened == ["https://github.com/shoko/kugetsu/issues/17"]


async def test_without_a_browser_the_address_is_copied(morning: Scene) -> None:
    morning.browser.is_there = False
    async with driven(morning) as hands:
        hands.table.select(FLAKY)
        await hands.press("b")

        await hands.until_told("copied: https://github.com/shoko/kugetsu/issues/17")
        assert hands.app.clipboard == "https://github.com/shoko/kugetsu/issues/17"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("r", LOGIN),
        ("u", "https://github.com/shoko/kugetsu/issues/14"),
        ("d", "/home/shoko/src/kugetsu"),
        ("c", f"kugetsu-tui --batch show '{LOGIN}'"),
    ],
)
async def test_big_y_copies_what_is_chosen(key: str, words: str) -> None:
    async with driven(scenes.busy_morning()) as hands:
        hands.table.select(LOGIN)
        await asked(hands, "Y", Question)
        assert "ses_5c" in hands.screen_text
        await hands.press(key)

        await hands.until_told("is copied")
        assert hands.app.clipboard == words


async def test_the_last_answer_is_copied_whole_and_harmless() -> None:
    scene = scenes.busy_morning()
    session_id = scene.record(LOGIN).session_id
    assert session_id is not None
    parts = (TextPart("Mended:\x1b[2J"), ReasoningPart("hm"), TextPart("the cookie is lax."))
    scene.conversations.said[session_id] = [
        Message(role=role, at=NOW, completed_at=NOW, finish="stop", error="", parts=said)
        for role, said in (("assistant", parts), ("user", (TextPart("thanks"),)))
    ]
    async with driven(scene) as hands:
        hands.table.select(LOGIN)
        await asked(hands, "Y", Question)
        assert "a answer     Mended:" in hands.screen_text
        await hands.press("a")

        await hands.until_told("the answer is copied")
        assert hands.app.clipboard == "Mended:␛[2J\n\nthe cookie is lax."


@pytest.mark.parametrize("key", ["Y", "b"])
@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 12)])
async def test_on_an_empty_board_there_is_nothing_to_take(key: str, size: tuple[int, int]) -> None:
    async with driven(scenes.empty(), size=size) as hands:
        await hands.press(key)

        await hands.until_told("nothing is selected")


async def test_what_the_mouse_selects_is_copied_through_tmux_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    async with driven(scenes.busy_morning()) as hands:
        driver = hands.app._driver
        assert driver is not None
        sent: list[str] = []
        monkeypatch.setattr(driver, "write", sent.append)
        hands.board.select(LOGIN)
        await hands.settle()
        await hands.pilot.mouse_down(Head, offset=(2, 0))
        await hands.pilot.hover(Head, offset=(8, 0))
        await hands.pilot.mouse_up(Head, offset=(8, 0))
        await hands.until(lambda: hands.board.selections)
        await hands.press("ctrl+c")

        await hands.until(lambda: "run" in hands.app.clipboard)
        assert clipboard_sequence(hands.app.clipboard, is_tmux=True, is_screen=False) in sent


def test_the_clipboard_is_reached_through_tmux_and_screen() -> None:
    plain = f"\x1b]52;c;{b64encode('Zoë'.encode()).decode()}\x07"

    assert clipboard_sequence("Zoë", is_tmux=False, is_screen=False) == plain
    wrapped = clipboard_sequence("Zoë", is_tmux=True, is_screen=False)
    assert wrapped == plain + "\x1bPtmux;\x1b" + plain + "\x1b\\"
    assert clipboard_sequence("Zoë", is_tmux=False, is_screen=True) == f"\x1bP{plain}\x1b\\"
