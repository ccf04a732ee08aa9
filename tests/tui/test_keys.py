"""The one table of keys: what it promises works, and what users choose is kept or told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual import events
from textual.widgets import Input

from kugetsu_tui.commands.verbs import VERBS
from kugetsu_tui.domain.bindings import BINDINGS
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.settings import Settings
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.dialogs.help import HelpDialog
from kugetsu_tui.tui.dialogs.pick import PickDialog
from kugetsu_tui.tui.dialogs.start_issue import StartDialog
from kugetsu_tui.tui.flows.catalogue import flow_of
from kugetsu_tui.tui.keys.key import Context, Group, Key
from kugetsu_tui.tui.keys.keymap import Keymap, keymap_of
from kugetsu_tui.tui.keys.spelling import textual_name
from kugetsu_tui.tui.keys.table import BOARD_KEYS, EVERY_KEY, MOVE_KEYS
from kugetsu_tui.tui.screens.board import BoardScreen
from kugetsu_tui.tui.screens.player import Player
from kugetsu_tui.tui.widgets.detail import Head, Section
from kugetsu_tui.tui.widgets.one_liners import KeyLine
from kugetsu_tui.tui.widgets.reader import Reader
from kugetsu_tui.tui.widgets.session_table import SessionTable
from tests import scenes
from tests.scenes import DOCS, LOGIN, Scene
from tests.tui.driving import Driven, driven


def choosing(**keys: str) -> Scene:
    """The busy morning of somebody who has keys of their own."""
    scene = scenes.busy_morning()
    scene.settings = replace(Settings(), keys=keys)
    return scene


def meanings(keymap: Keymap) -> list[tuple[str, str, str]]:
    """Keys that have two meanings in one place."""
    every = tuple(keymap.keys.values())
    return [
        (key, one.id, other.id)
        for place, one in enumerate(every)
        for other in every[place + 1 :]
        if one.context.meets(other.context)
        for key in set(one.keys.split(",")) & set(other.keys.split(","))
    ]


def test_no_key_has_two_meanings_in_one_place() -> None:
    assert meanings(keymap_of({})) == []


def test_every_key_has_a_name_of_its_own_and_every_name_its_key() -> None:
    assert sorted(key.id for key in EVERY_KEY) == sorted(BINDINGS)


@pytest.mark.parametrize("key", BOARD_KEYS, ids=lambda key: key.id)
def test_every_key_of_the_board_does_something(key: object) -> None:
    action = getattr(key, "action")  # noqa: B009 - the table's own class has no bearing here
    name = action.partition("(")[0]

    if name == "flow":
        assert callable(flow_of(action.split("'")[1]))
    else:
        place, _, name = name.rpartition(".")
        assert hasattr(KugetsuApp if place else BoardScreen, f"action_{name}")


@pytest.mark.parametrize("key", MOVE_KEYS, ids=lambda key: key.id)
def test_every_key_that_moves_does_so(key: object) -> None:
    name = getattr(key, "action").partition("(")[0]  # noqa: B009

    assert hasattr(SessionTable, f"action_{name}")


def test_every_key_of_a_verb_says_what_the_verb_says() -> None:
    verbs = [key for key in BOARD_KEYS if key.group is Group.WORK]

    assert verbs
    assert all(VERBS[key.id].summary == key.summary for key in verbs)


async def test_help_names_every_key_and_closes_without_pressing_one() -> None:
    async with driven(scenes.busy_morning(), size=(120, 60)) as hands:
        await hands.press("question_mark")
        await hands.until(lambda: isinstance(hands.app.screen, HelpDialog))
        await hands.settle()
        for key in (*BOARD_KEYS, *MOVE_KEYS):
            assert key.summary[:40] in hands.screen_text

        await hands.press("s")
        await hands.until(lambda: hands.app.screen is hands.board)
        await hands.settle()

        assert not isinstance(hands.app.screen, StartDialog)


async def test_help_can_be_scrolled_where_it_does_not_fit() -> None:
    async with driven(scenes.busy_morning(), size=(80, 24)) as hands:
        await hands.press("question_mark")
        await hands.until(lambda: isinstance(hands.app.screen, HelpDialog))
        await hands.press("end")

        await hands.until_shown("unknown")
        assert "any key back" in hands.screen_text


async def test_help_finds_keys_by_words_of_what_they_do() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("question_mark")
        await hands.until(lambda: isinstance(hands.app.screen, HelpDialog))
        await hands.press("slash")
        await hands.type("take back")

        await hands.until(lambda: "Fork the base" not in hands.screen_text)
        assert "Take back what destroy or prune removed." in hands.screen_text
        assert "running" not in hands.screen_text.partition("keys: board")[2].partition("╰")[0]

        await hands.type("nonsense")
        await hands.until_shown("nothing holds all these words")
        await hands.press("escape")
        await hands.until(lambda: hands.app.screen is hands.board)


async def test_help_is_about_the_place_it_was_asked_from() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("down", "right", "enter", "question_mark")
        await hands.until(lambda: isinstance(hands.app.screen, HelpDialog))

        assert "keys: reading" in hands.screen_text


def test_where_a_transcript_takes_a_key_from_the_board_help_names_its_meaning() -> None:
    undo = keymap_of({}).keys["undo"]
    users = replace(undo, id="read.user", context=Context.READING, summary="Next of yours.")
    keymap = Keymap({"undo": undo, "read.user": users}, {}, ())

    assert [key.id for key in keymap.keys_in(Context.READING)] == ["read.user"]
    assert [key.id for key in keymap.keys_in(Context.BOARD)] == ["undo"]


@pytest.mark.parametrize("verb", VERBS)
async def test_every_verb_is_in_the_palette_and_does_something_there(verb: str) -> None:
    assert callable(flow_of(verb)) or verb in keymap_of({}).keys


async def test_a_verb_for_the_shell_is_explained() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("ctrl+p")
        await hands.until(lambda: hands.app.screen.query(Input))
        await hands.type("completion script")
        await hands.until_shown("Print the completion script of a shell.")
        await hands.press("enter")

        await hands.until_shown("kugetsu completion bash")
        await hands.press("escape")
        await hands.until(lambda: hands.app.screen is hands.board)


async def test_a_theme_is_worn_from_the_palette_and_kept() -> None:
    scene = scenes.busy_morning()
    async with driven(scene) as hands:
        await hands.press("ctrl+p")
        await hands.until(lambda: hands.app.screen.query(Input))
        await hands.type("theme kugetsu-day")
        await hands.until_shown("kugetsu-day")
        await hands.press("enter")

        await hands.until(lambda: hands.app.theme == "kugetsu-day")
        assert scene.settings_file.values == {"screen.theme": "kugetsu-day"}


async def test_the_doctor_shows_what_it_finds() -> None:
    scene = scenes.busy_morning()
    scene.settings_file.remarks = ("config.toml: runs.modle: no such setting",)
    async with driven(scene) as hands:
        hands.board.action_flow("doctor")

        await hands.until_shown("kugetsu settings")
        assert "runs.modle" in hands.screen_text


async def test_the_doctor_offers_each_repair_and_makes_those_that_were_chosen() -> None:
    scene = scenes.busy_morning()
    scene.store.files["lost.json"] = scene.record(DOCS)
    scene.store.written_at["lost.json"] = scene.clock() - timedelta(hours=1)
    async with driven(scene) as hands:
        before = scene.store.stored
        hands.board.action_flow("doctor")
        await hands.until_shown("lost.json: a record that no index entry names")
        await hands.press("escape")
        await hands.until_shown("write its end into the record")
        await hands.press("escape")
        await hands.until_shown("untrack it; kugetsu undo takes it back")
        await hands.press("escape")
        await hands.until_shown("move it to the trash")
        await hands.press("m")

        await hands.until(lambda: "lost.json" not in scene.store.files)
        assert scene.store.stored == before


async def test_the_trash_shows_what_can_be_taken_back_and_takes_it_back() -> None:
    scene = scenes.busy_morning()
    with scene.store.edit() as draft:
        draft.remove(DOCS)
    async with driven(scene) as hands:
        await hands.until(lambda: DOCS not in hands.labels)
        hands.board.action_flow("trash")
        await hands.until_shown("removed: now")
        await hands.press("enter")

        await hands.until(lambda: DOCS in hands.labels)


async def test_an_empty_trash_says_so() -> None:
    async with driven(scenes.busy_morning()) as hands:
        hands.board.action_flow("trash")

        await hands.until_told("the trash is empty")


async def test_a_chosen_key_takes_the_place_of_the_old_one() -> None:
    async with driven(choosing(start="n")) as hands:
        assert "n start" in hands.keys
        await hands.press("s")
        await hands.settle()
        assert hands.app.screen is hands.board

        await hands.press("n")

        await hands.until(lambda: isinstance(hands.app.screen, StartDialog))


async def test_a_chosen_key_is_the_one_that_refusals_name() -> None:
    async with driven(choosing(resume="E")) as hands:
        await hands.press("c")

        await hands.until_told("press E to resume")


async def test_a_choice_that_cannot_be_kept_is_told() -> None:
    async with driven(choosing(nonsense="n", start="c")) as hands:
        await hands.until_told("keys.nonsense: there is no such key to choose")
        await hands.until_told("keys.start: c is the key of continue too")
        assert "s start" in hands.keys


async def test_what_of_the_settings_was_not_understood_is_told_once() -> None:
    scene = scenes.busy_morning()
    scene.settings_file.remarks = ("config.toml: runs.modle: no such setting",)
    async with driven(scene) as hands:
        await hands.until_told("runs.modle: no such setting")
        assert hands.toasts.count("runs.modle") == 1


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("N", "N"),
        ("ctrl+n", "^n"),
        ("^N", "^n"),
        ("f2", "F2"),
        ("/", "/"),
        ("slash", "/"),
        ("?", "?"),
        ("comma", ","),
        ("esc", "esc"),
        ("shift+up", "shift+↑"),
        ("n, f3", "n F3"),
        ("space", "␣"),
        ("é", "é"),
    ],
)
def test_a_key_may_be_typed_as_people_write_it(typed: str, shown: str) -> None:
    out_of_the_way = {
        key.id: f"ctrl+shift+f{place % 12 + 1}"
        for place, key in enumerate(EVERY_KEY)
        if key.keys in {textual_name(each) for each in typed.split(",")}
    }

    keymap = keymap_of({**out_of_the_way, "start": typed})

    assert keymap.warnings == ()
    assert keymap.key_of("start") == shown


@pytest.mark.parametrize("typed", ["wombat", "ctrl+wombat", "F99x", "\x1b[31m"])
def test_a_key_that_no_keyboard_has_is_told(typed: str) -> None:
    keymap = keymap_of({"start": typed})

    assert keymap.key_of("start") == "s"
    assert len(keymap.warnings) == 1
    assert "is no key" in keymap.warnings[0]
    assert "\x1b" not in keymap.warnings[0]


async def test_two_keys_may_be_swapped() -> None:
    async with driven(choosing(**{"start": "c", "continue": "s"})) as hands:
        assert not hands.toasts
        await hands.press("s")

        await hands.until_told("the base is worked on in opencode's own screen")


@pytest.mark.parametrize("choices", [{"start": "c", "stop": "c"}, {"start": "x,c", "stop": "s"}])
def test_of_choices_that_clash_the_rest_still_holds(choices: dict[str, str]) -> None:
    keymap = keymap_of(choices)

    assert keymap.warnings
    assert meanings(keymap) == []


async def test_the_palette_finds_verbs_and_presses_them() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("ctrl+p")
        await hands.until(lambda: hands.app.screen is not hands.board)
        await hands.settle()
        await hands.type("take back")
        await hands.until_shown("Take back what destroy or prune removed.")
        await hands.press("enter")

        await hands.until_told("the trash is empty")


async def test_the_palette_finds_sessions_by_any_word_of_theirs() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("ctrl+p")
        await hands.until(lambda: hands.app.screen.query(Input))
        await hands.type("document settings file")
        await hands.until_shown("Document the settings file")
        await hands.press("enter")

        await hands.until(lambda: hands.selected == DOCS)


async def test_quit_says_that_runs_go_on() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("q")

        await hands.until(lambda: not hands.app.is_running or hands.app._exit)
        assert [str(words) for words in hands.app._exit_renderables] == [
            "3 runs go on: kugetsu list"
        ]


async def test_ctrl_c_says_how_to_leave() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("ctrl+c")

        await hands.until_told("q leaves; what runs goes on")


async def test_a_key_in_the_footer_and_a_hint_in_a_dialog_can_be_clicked() -> None:
    async with driven(scenes.busy_morning()) as hands:
        line = hands.board.query_one(KeyLine)
        await hands.pilot.click(line, offset=(hands.keys.index("start") + 1, 0))
        await hands.until(lambda: isinstance(hands.app.screen, StartDialog))
        await hands.settle()

        hints = hands.app.screen.query_one("#hints", KeyLine)
        words = hands.text_of(hints)
        await hands.pilot.click(hints, offset=(words.index("back"), 0))
        await hands.until(lambda: hands.app.screen is hands.board)


@pytest.mark.parametrize("scene", [scenes.empty, scenes.damaged])
@pytest.mark.parametrize("key", EVERY_KEY, ids=lambda key: key.id)
async def test_every_key_is_harmless_on_an_empty_list(scene: Callable[[], Scene], key: Key) -> None:
    async with driven(scene()) as hands:
        for name in key.keys.split(","):
            await hands.press(name)
            await hands.settle()
            await hands.press("escape")

        assert hands.app.bug is None
        assert hands.app.is_running or key.id == "quit"


@pytest.mark.parametrize("key", ["i", "j", "escape", "q"])
async def test_keys_that_are_on_their_way_when_the_screen_closes_harm_nobody(key: str) -> None:
    async with driven(scenes.damaged()) as hands:
        for _ in range(8):
            hands.app.post_message(events.Key(key, None))

    assert hands.app.bug is None


async def test_what_is_pressed_right_behind_quit_begins_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(Player, "play", lambda _self, name, _flow: begun.append(name))
    async with driven(scenes.busy_morning()) as hands:
        for key in "qsx":
            hands.app.post_message(events.Key(key, key))
        await hands.until(lambda: not hands.app.is_running)

    assert not begun


async def test_keys_count_in_the_order_they_are_pressed_also_where_nothing_folds() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await _read(hands)
        await hands.press("g")
        for key in ("enter", "escape"):
            hands.app.post_message(events.Key(key, None))
        await hands.settle()
        await hands.settle()

        assert not hands.board.has_class("-open"), "enter opened it, escape left it"


async def _read(hands: Driven) -> None:
    """Give the keys to a transcript."""
    hands.board.select(LOGIN)
    await hands.press(*["right"] * list(Section).index(Section.TRANSCRIPT), "tab")
    await hands.until(lambda: isinstance(hands.board.focused, Reader) and hands.board.focused.item)


async def test_escape_takes_back_what_the_mouse_has_selected() -> None:
    async with driven(scenes.busy_morning()) as hands:
        hands.board.select(LOGIN)
        await hands.settle()
        await hands.pilot.mouse_down(Head, offset=(2, 0))
        await hands.pilot.hover(Head, offset=(12, 0))
        await hands.pilot.mouse_up(Head, offset=(12, 0))
        await hands.until(lambda: hands.board.selections)

        await hands.press("escape")

        assert not hands.board.selections


async def test_what_is_typed_right_behind_the_palettes_key_is_sought_in_it() -> None:
    async with driven(scenes.busy_morning()) as hands:
        for key in ("ctrl+p", "ctrl+p", *"theme"):
            hands.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await hands.until(lambda: isinstance(hands.app.screen, PickDialog))

        await hands.until(lambda: hands.app.screen.query_one(Input).value == "theme")
        await hands.press("escape")
        await hands.until(lambda: hands.app.screen is hands.board)
