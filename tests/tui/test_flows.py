"""Verbs from keys: what is asked, what is done, and what is said of it."""

from __future__ import annotations

import gc
import threading
import weakref
from datetime import timedelta
from pathlib import Path

import pytest
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input, TextArea

from kugetsu_tui.commands.change_settings import ChangeSettings
from kugetsu_tui.domain.errors import BusyError, ConflictError, NoOpencodeError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.tui.dialogs.adopt_session import AdoptDialog
from kugetsu_tui.tui.dialogs.dialog import Dialog
from kugetsu_tui.tui.dialogs.pick import PickDialog
from kugetsu_tui.tui.dialogs.question import Question
from kugetsu_tui.tui.dialogs.start_issue import StartDialog
from kugetsu_tui.tui.dialogs.write_message import MessageDialog
from kugetsu_tui.tui.dialogs.write_value import ValueDialog
from kugetsu_tui.tui.screens import board_stage
from kugetsu_tui.tui.widgets.session_table import SessionTable
from tests import scenes
from tests.fakes import Stage, run_seen
from tests.scenes import BASE, CACHE, DOCS, FLAKY, LOGIN, LOST, Scene
from tests.tui.driving import DEADLINE, Driven, driven

NEW = "github.com/shoko/kugetsu#77"


@pytest.fixture
def morning(tmp_path: Path) -> Scene:
    """The busy morning, in a directory that exists."""
    scene = scenes.busy_morning()
    scene.directory = scene.checkout.directory = tmp_path
    kept = scene.conversations.kept
    for session_id, conversation in list(kept.items()):
        kept[session_id] = replace(conversation, directory=str(tmp_path))
    return scene


async def asked(hands: Driven, key: str, dialog: type) -> None:
    """Press the key, and wait for its dialog."""
    await hands.press(key)
    await hands.until(lambda: isinstance(hands.app.screen, dialog))
    await hands.settle()


def message_of(hands: Driven) -> str:
    return hands.app.screen.query_one(TextArea).text


async def test_start_sends_a_message_of_several_lines_to_a_new_issue(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        assert isinstance(hands.app.focused, Input)
        await hands.type("77")
        await hands.until_shown(f"→ {NEW}")
        await hands.press("tab")
        await hands.type("first")
        await hands.press("enter")
        await hands.type("second")
        await hands.press("ctrl+s")

        await hands.until(lambda: NEW in hands.labels)
        (order,) = morning.runs.launched
        assert order.issue_ref == NEW
        assert morning.runs.messages[order.run_id] == "first\nsecond"
        await hands.until_told(f"{NEW}: at work in {morning.directory}")
        await hands.until(lambda: hands.selected == NEW)


async def test_start_sends_from_the_reference_too_and_says_where_it_works(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        where = hands.text_of(hands.app.screen.query_one("#where"))
        assert "".join(where.split()) == f"worksin{morning.directory}"
        assert "^s send" in hands.screen_text
        await hands.press("tab", "h", "i", "shift+tab")
        await hands.type(NEW)
        await hands.press("ctrl+s")

        await hands.until(lambda: morning.runs.launched)


async def test_a_reference_is_refused_in_its_own_words_while_it_is_typed(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        await hands.type("shoko/kugetsu#0")

        await hands.until_shown("after # comes a number from 1 on")


async def test_a_refused_start_keeps_the_text_and_says_why(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        await hands.type(DOCS)
        await hands.press("tab", "w", "h", "y", "ctrl+s")

        await hands.until_shown("tracked already")
        await hands.until(lambda: "press c to continue" in hands.refusal)
        assert message_of(hands) == "why"
        assert hands.app.screen.query_one(Input).value == DOCS
        assert not morning.runs.launched


async def test_a_session_that_is_gone_is_started_anew(morning: Scene) -> None:
    before = morning.record(LOST).session_id
    async with driven(morning) as hands:
        hands.table.select(LOST)
        await hands.until(lambda: "c continue" not in hands.keys and "r resume" not in hands.keys)
        await asked(hands, "s", StartDialog)
        assert hands.app.screen.query_one(Input).value == LOST
        await hands.until_shown("a new one takes the place")
        await hands.press("tab", "a", "n", "e", "w", "ctrl+s")

        await hands.until(lambda: morning.runs.launched)
        assert morning.runs.launched[0].issue_ref == LOST
        assert morning.record(LOST).earlier == (before,)


async def test_only_the_issue_whose_session_is_gone_is_started_anew(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(LOST)
        await asked(hands, "s", StartDialog)
        hands.app.screen.query_one(Input).value = ""
        await hands.type(DOCS)
        await hands.until(lambda: "takes the place" not in hands.screen_text)
        await hands.press("tab", "w", "h", "y", "ctrl+s")

        await hands.until_shown("tracked already")
        assert not morning.runs.launched


async def test_on_the_base_nothing_is_to_be_stopped(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("g", "x")

        await hands.until_told("stop: nothing runs on the base")
        assert "press r" not in hands.toasts


async def test_nothing_to_say_is_not_sent(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        await hands.type(NEW)
        await hands.press("ctrl+s")

        await hands.until_shown("message: empty")
        assert isinstance(hands.app.screen, StartDialog)


async def test_escape_backs_out_and_the_text_is_there_the_next_time(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        await hands.press("tab", "o", "h", "escape")
        await hands.until(lambda: hands.app.screen is hands.board)
        assert not morning.runs.launched

        await asked(hands, "s", StartDialog)
        assert message_of(hands) == "oh"


async def test_what_is_typed_before_the_dialog_is_there_goes_into_it(morning: Scene) -> None:
    async with driven(morning) as hands:
        for key in ("s", *"github"):
            hands.app.post_message(Key(key, key))
        await hands.until(lambda: isinstance(hands.app.screen, StartDialog))

        await hands.until(
            lambda: [one.value for one in hands.app.screen.query(Input)] == ["github"]
        )


async def test_keys_that_were_held_come_before_those_that_are_on_their_way(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        await hands.settle()
        hold = hands.board.stage.hold
        hold.begin()
        await hands.press(*"ab")

        hands.app.post_message(Key("c", "c"))
        hold.end(hands.app)

        await hands.until(lambda: hands.app.screen.query_one(Input).value == "abc")


async def test_keys_wait_for_a_question_also_where_there_are_no_rows(tmp_path: Path) -> None:
    scene = Scene(directory=tmp_path)
    scene.checkout.directory = tmp_path
    async with driven(scene) as hands:
        for key in "im":
            hands.app.post_message(Key(key, key))
        await hands.until(lambda: isinstance(hands.app.screen, MessageDialog))

        await hands.press("escape")
        await hands.until(lambda: hands.app.screen is hands.board)
        await hands.settle()
        assert hands.app.screen is hands.board, "m is the board's key, and was not meant for it"


async def test_what_is_typed_between_two_questions_is_for_the_second(
    morning: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    save = ChangeSettings.__call__

    def save_slowly(self: ChangeSettings, *words: str) -> object:
        if words:
            may_go_on.wait(DEADLINE)
        return save(self, *words)

    monkeypatch.setattr(ChangeSettings, "__call__", save_slowly)
    monkeypatch.setattr(board_stage, "_NOTICED", DEADLINE)
    async with driven(morning) as hands:
        await asked(hands, "comma", PickDialog)
        await hands.until_shown("screen.theme")
        await hands.type("runs.model")
        await hands.press("enter")
        await hands.until(lambda: isinstance(hands.app.screen, ValueDialog))
        await hands.type("a/b")
        await hands.press("enter")
        await hands.until(lambda: hands.app.screen is hands.board)
        await hands.until(lambda: hands.board.stage.hold.is_on)
        await hands.press("d")
        may_go_on.set()

        await hands.until(lambda: isinstance(hands.app.screen, PickDialog))
        await hands.until(lambda: hands.app.screen.query_one(Input).value == "d")


async def test_start_without_a_base_names_the_key_that_makes_one(tmp_path: Path) -> None:
    async with driven(Scene(directory=tmp_path)) as hands:
        await hands.press("s")

        await hands.until_told("there is no base session to fork from; press i to init")


async def test_an_issue_that_never_got_a_session_is_prefilled(morning: Scene) -> None:
    morning.track(NEW, None)
    async with driven(morning) as hands:
        hands.table.select(NEW)
        await asked(hands, "c", StartDialog)

        assert hands.app.screen.query_one(Input).value == NEW


async def test_continue_sends_the_next_message(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await asked(hands, "c", MessageDialog)
        await hands.type("more")
        await hands.press("ctrl+s")

        await hands.until(lambda: morning.runs.launched)
        (order,) = morning.runs.launched
        assert order.issue_ref == DOCS
        assert order.session_id == morning.record(DOCS).session_id


async def test_a_busy_sessions_next_message_waits_and_can_be_taken_back(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        await asked(hands, "c", MessageDialog)
        assert "the message waits in the queue until that is over" in hands.screen_text
        await hands.type("more")
        await hands.press("ctrl+s")

        await hands.until_told(f"{LOGIN}: waits for its turn")
        await hands.until(lambda: "+1 queued" in hands.screen_text)
        (waiting,) = morning.runs.waiting
        assert morning.runs.messages[waiting] == "more"

        await asked(hands, "x", Question)
        assert "Messages that wait behind it, and go too: 1" in hands.screen_text
        await hands.press("q")
        await hands.until(lambda: not morning.runs.waiting)
        assert morning.runs.stopped == [waiting], "the run goes on"


async def test_a_session_in_foreign_hands_refuses_and_keeps_the_text(morning: Scene) -> None:
    session_id = morning.record(DOCS).session_id
    assert session_id is not None
    morning.runs.screens.add(session_id)
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await asked(hands, "c", MessageDialog)
        await hands.type("more")
        await hands.press("ctrl+s")

        await hands.until(lambda: "did not start" in hands.refusal)
        assert message_of(hands) == "more"


async def test_the_message_before_is_shown_and_brought_back_where_nothing_is_typed(
    morning: Scene,
) -> None:
    run_id = morning.record(CACHE).run_id
    assert run_id is not None
    morning.runs.messages[run_id] = "cache the [b]grammar[/]\nall of it\n"
    async with driven(morning) as hands:
        hands.table.select(CACHE)
        await asked(hands, "c", MessageDialog)
        await hands.until_shown("↑ cache the [b]grammar[/] all of it")
        assert message_of(hands) == ""
        await hands.press("up")
        assert message_of(hands) == "cache the [b]grammar[/]\nall of it"
        await hands.press("up", "ctrl+s")

        await hands.until(lambda: morning.runs.launched)
        assert morning.runs.messages[morning.runs.launched[0].run_id].startswith("cache the")


async def test_the_base_is_not_continued_but_resumed(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("c")

        await hands.until_told("press r to resume")


async def test_stop_asks_first(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        await asked(hands, "x", Question)
        await hands.press("escape")
        assert not morning.runs.stopped

        await asked(hands, "x", Question)
        await hands.press("enter")
        await hands.until(lambda: morning.runs.stopped)


async def test_stopping_what_does_not_run_says_so(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await hands.press("x")

        await hands.until_told("nothing was running")


async def test_a_run_that_cannot_be_stopped_is_told(morning: Scene) -> None:
    morning.runs.unstoppable = BusyError("run-login: it does not end")
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        await asked(hands, "x", Question)
        await hands.press("s")

        await hands.until_told("it does not end")


async def test_destroy_says_what_goes_and_what_stays(morning: Scene) -> None:
    session_id = morning.record(DOCS).session_id
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await asked(hands, "d", Question)
        assert "goes: kugetsu's record" in hands.screen_text
        assert f"stays: the conversation {session_id}" in hands.screen_text
        await hands.press("enter")

        await hands.until(lambda: DOCS not in hands.labels)
        assert session_id in morning.conversations.kept


async def test_destroy_purges_only_on_request(morning: Scene) -> None:
    session_id = morning.record(DOCS).session_id
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await asked(hands, "d", Question)
        assert "✓" not in hands.screen_text
        await hands.press("p")
        assert "✓" in hands.screen_text
        await hands.press("d")

        await hands.until(lambda: morning.opencode.deleted == [session_id])


async def test_destroy_of_a_running_one_needs_the_run_stopped(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        await asked(hands, "d", Question)
        await hands.press("d")
        await hands.until_told("is in progress")
        assert LOGIN in hands.labels

        await asked(hands, "d", Question)
        await hands.press("f", "d")
        await hands.until(lambda: LOGIN not in hands.labels)
        assert morning.runs.stopped


async def test_what_is_taken_back_is_selected(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await asked(hands, "d", Question)
        await hands.press("d")
        await hands.until(lambda: DOCS not in hands.labels)

        await hands.press("g", "u")
        await hands.until(lambda: hands.selected == DOCS)


async def test_the_base_can_be_destroyed_and_taken_back(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "d", Question)
        assert "nothing new can be started" in hands.screen_text
        await hands.press("d")
        await hands.until(lambda: "no base session" in hands.screen_text)

        await hands.press("u")
        await hands.until_told("(base) is back")
        assert morning.store.stored.base == BASE


async def test_undo_with_an_empty_trash_says_so(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("u")

        await hands.until_told("the trash is empty")


async def test_prune_shows_its_plan_first(morning: Scene) -> None:
    morning.store.files["orphan.json"] = replace(morning.record(DOCS))
    morning.store.written_at["orphan.json"] = morning.clock() - timedelta(hours=1)
    async with driven(morning) as hands:
        await asked(hands, "p", Question)
        assert "orphan.json" in hands.screen_text
        await hands.press("enter")

        await hands.until_told("1 orphaned session file moved to the trash")


async def test_prune_without_orphans_asks_nothing(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("p")

        await hands.until_told("no orphaned session files")


async def test_adopt_takes_the_selected_session(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("t", "t")
        await hands.until_shown("2 untracked")
        await hands.press("G")
        stray = hands.selected
        await asked(hands, "a", AdoptDialog)
        await hands.type(NEW)
        await hands.until(lambda: hands.app.screen.query_one(SessionTable).rows)
        await hands.press("ctrl+s")

        await hands.until(lambda: NEW in hands.labels)
        assert morning.record(NEW).session_id == stray


async def test_adopt_finds_the_session_by_words(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "a", AdoptDialog)
        await hands.type(NEW)
        await hands.press("enter")
        await hands.type("stack trace")
        await hands.press("enter")

        await hands.until(lambda: NEW in hands.labels)
        session_id = morning.record(NEW).session_id
        assert session_id is not None
        assert morning.conversations.kept[session_id].title.startswith("What does this stack")


async def test_a_refused_adoption_keeps_the_words(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "a", AdoptDialog)
        await hands.type(DOCS)
        await hands.press("ctrl+s")

        await hands.until(lambda: "press d to destroy" in hands.refusal)
        assert hands.app.screen.query_one("#ref", Input).value == DOCS


async def test_adopt_without_anything_to_adopt_says_so(tmp_path: Path) -> None:
    async with driven(Scene(directory=tmp_path)) as hands:
        await asked(hands, "a", AdoptDialog)

        await hands.until(lambda: "no session that nobody tracks" in hands.refusal)


async def test_init_by_a_message_typed_here(tmp_path: Path) -> None:
    scene = Scene(directory=tmp_path)
    made = SessionId("ses_made")
    scene.converse(made, title="made")
    scene.opencode.left_with = made
    async with driven(scene) as hands:
        await asked(hands, "i", Question)
        await hands.press("m")
        await hands.until(lambda: isinstance(hands.app.screen, MessageDialog))
        await hands.type("read")
        await hands.press("ctrl+s")

        await hands.until(lambda: "(base)" in hands.labels)
        assert scene.opencode.typed == [("read", tmp_path)]
        assert scene.store.stored.base == made


async def test_init_without_a_session_keeps_the_text(tmp_path: Path) -> None:
    scene = Scene(directory=tmp_path)
    async with driven(scene) as hands:
        await asked(hands, "i", Question)
        await hands.press("m")
        await hands.until(lambda: isinstance(hands.app.screen, MessageDialog))
        await hands.type("read")
        await hands.press("ctrl+s")

        await hands.until_shown("no session was created")
        assert message_of(hands) == "read"


async def test_init_says_what_the_new_base_takes_the_place_of(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "i", Question)

        assert f"takes the place of {BASE}" in hands.screen_text


async def test_a_session_that_nobody_tracks_can_become_the_base(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("t", "t")
        await hands.until_shown("2 untracked")
        await hands.press("G")
        stray = hands.selected
        await asked(hands, "i", Question)
        await hands.press("t")

        await hands.until(lambda: morning.store.stored.base == stray)


async def test_init_gets_opencode_first_where_it_is_missing(tmp_path: Path) -> None:
    scene = scenes.no_opencode()
    scene.directory = scene.checkout.directory = tmp_path
    async with driven(scene) as hands:
        await asked(hands, "i", Question)
        assert "354 MB" in hands.screen_text
        await hands.press("i")

        await hands.until_shown("make the base session")
        assert scene.opencode.refusal is None


async def test_other_verbs_name_the_key_that_gets_opencode(morning: Scene) -> None:
    morning.opencode.refusal = NoOpencodeError("opencode: not found", hint="npm")
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)

        await hands.until(lambda: "opencode: not found; press i to init" in hands.refusal)


async def test_without_a_terminal_to_hand_over_that_is_said(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("r")
        await hands.until_told("there is no terminal here")

        hands.app.clear_notifications()
        await asked(hands, "i", Question)
        await hands.press("o")
        await hands.until_told("there is no terminal here")

        assert not morning.opencode.screens


async def test_what_is_typed_ahead_for_opencodes_screen_does_nothing_on_the_board(
    morning: Scene,
) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        for key in "ri":
            hands.app.post_message(Key(key, key))
        await hands.until_told("there is no terminal here")
        await hands.settle()

        assert hands.app.screen is hands.board


async def test_a_refusal_without_a_key_that_helps_gives_its_hint(morning: Scene) -> None:
    morning.store.refusal = ConflictError("store: full", hint="make room")
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await asked(hands, "d", Question)
        await hands.press("d")

        await hands.until_told("store: full; make room")


async def test_one_flow_of_a_kind_at_a_time(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("s", "s", "s")
        await hands.until(lambda: isinstance(hands.app.screen, StartDialog))
        await hands.press("escape")

        await hands.until(lambda: hands.app.screen is hands.board)
        assert not hands.board._player._playing


async def test_that_the_issue_is_another_repositorys_is_told_before_it_is_sent(
    morning: Scene,
) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        await hands.type("git.example.org/tools/indexer#3")
        where = hands.app.screen.query_one("#where")
        doubt = "is not a checkout of git.example.org/tools/indexer"
        await hands.until(lambda: doubt in " ".join(hands.text_of(where).split()))

        await hands.press("ctrl+u")
        await hands.type(NEW)
        await hands.until_shown(f"→ {NEW}")
        await hands.until(lambda: "is not a checkout" not in hands.screen_text)
        assert "works in" in hands.screen_text


async def test_warnings_are_told_beside_the_outcome(morning: Scene) -> None:
    morning.checkout.remotes = ()
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        await hands.type(NEW)
        await hands.press("tab", "h", "i", "ctrl+s")

        await hands.until_told("is not a checkout of github.com/shoko/kugetsu")


def test_the_fakes_are_those_of_the_verbs() -> None:
    assert issubclass(Scene, Stage)
    assert run_seen().is_at_work
    assert {FLAKY, CACHE} <= set(scenes.busy_morning().store.stored.issues)


@pytest.mark.parametrize(
    ("key", "left_by"),
    [("question_mark", "q"), ("question_mark", "escape"), ("s", "escape"), ("ctrl+p", "enter")],
)
async def test_keys_in_a_burst_leave_a_dialog_once(morning: Scene, key: str, left_by: str) -> None:
    async with driven(morning) as hands:
        await hands.press(key)
        await hands.until(lambda: hands.app.screen is not hands.board)

        for _ in range(3):
            hands.app.post_message(Key(left_by, None))
        await hands.settle()

        assert hands.app.bug is None
        assert hands.board in hands.app.screen_stack


async def test_what_is_typed_right_behind_a_tab_goes_into_the_next_field(morning: Scene) -> None:
    async with driven(morning) as hands:
        await asked(hands, "s", StartDialog)
        for key in ("tab", "h", "i", "shift+tab", "a"):
            hands.app.post_message(Key(key, key if len(key) == 1 else None))
        await hands.settle()

        assert (hands.app.screen.query_one(Input).value, message_of(hands)) == ("a", "hi")


@pytest.mark.parametrize("key", ["s", "d"])
async def test_a_dialog_that_was_left_leaves_nothing_behind_in_memory(
    morning: Scene, key: str
) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await hands.press(key)
        await hands.until(lambda: isinstance(hands.app.screen, Dialog))
        await hands.type("words")
        widgets = list(hands.app.screen.walk_children(Widget, with_self=True))
        drawings = (widget._styles_cache for widget in widgets)
        left = [weakref.ref(each) for each in (*widgets, *drawings)]
        del widgets
        await hands.press("escape")
        await hands.until(lambda: hands.app.screen is hands.board)

        def is_gone() -> bool:
            gc.collect()
            return not any(each() for each in left)

        await hands.until(is_gone)
