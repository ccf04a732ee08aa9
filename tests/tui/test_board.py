"""The board: what it shows, and what stays where it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from textual.events import MouseScrollDown

from kugetsu_tui.commands.catalogue import Commands
from kugetsu_tui.commands.resolve_ref import ResolveRef
from kugetsu_tui.domain.errors import DamagedError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.domain.view import Layout, View
from kugetsu_tui.tui.app import KugetsuApp
from kugetsu_tui.tui.screens.scope import Scope, scope_of
from kugetsu_tui.tui.widgets.detail import Section
from tests import scenes
from tests.fakes import NOW
from tests.scenes import CACHE, DOCS, FLAKY, LOGIN, LOST, PARSER, RATE, Scene
from tests.tui.driving import Driven, driven


@pytest.fixture
def morning() -> Scene:
    return scenes.busy_morning()


def line_of(hands: Driven, label: str) -> str:
    """The drawn row of that session."""
    return next(
        line for line in hands.text_of(hands.table).splitlines() if label in line.partition("  ")[2]
    )


async def test_a_board_that_takes_its_time_is_told_to_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    morning, goes_on = scenes.busy_morning(), Event()
    version = morning.store.version
    monkeypatch.setattr(morning.store, "version", lambda: goes_on.wait(20) and version())
    app = KugetsuApp(Commands.of(morning.world), clock=morning.clock)
    async with app.run_test() as pilot:
        hands = Driven(app, pilot)
        await hands.until_shown("reading the board…")
        await hands.press("j", "enter", "d", "escape")

        goes_on.set()
        await hands.until_shown("Fix the login bug")
        assert "reading" not in hands.screen_text


@pytest.mark.parametrize("scene", [scenes.empty, scenes.no_opencode])
async def test_where_nothing_is_no_key_is_offered_that_needs_rows(
    scene: Callable[[], Scene],
) -> None:
    async with driven(scene()) as hands:
        assert "i init" in hands.keys
        assert "settings" in hands.keys
        assert not any(word in hands.keys for word in ("order", "mark", "open", "destroy"))


async def test_the_wheel_turns_the_rows_and_a_double_click_opens_one(morning: Scene) -> None:
    for number in range(30):
        morning.issue(f"github.com/shoko/kugetsu#{100 + number}", "One of many")
    async with driven(morning, size=(120, 16)) as hands:
        for _ in range(3):
            await hands.pilot._post_mouse_events([MouseScrollDown], hands.table, (9, 4))
        await hands.until(lambda: hands.table.scroll_offset.y > 0)
        below = hands.table.rows[hands.table.scroll_offset.y + 3].label

        await hands.pilot.click(hands.table, offset=(9, 4), times=2)

        await hands.until(lambda: hands.board.has_class("-open"))
        assert hands.selected == below


async def test_the_base_comes_first_then_what_needs_attention(morning: Scene) -> None:
    async with driven(morning) as hands:
        assert hands.labels == ["(base)", CACHE, PARSER, DOCS, LOGIN, FLAKY, RATE, LOST]


async def test_a_state_is_told_by_glyph_and_word_not_by_colour_alone(morning: Scene) -> None:
    async with driven(morning) as hands:
        assert "●  running" in line_of(hands, "shoko/kugetsu#14")
        assert "✗  failed" in line_of(hands, "tools/indexer#7")


@pytest.mark.parametrize("size", [(120, 36), (40, 18)])
async def test_a_run_that_may_do_everything_is_loudly_so(
    morning: Scene, size: tuple[int, int]
) -> None:
    seen = morning.runs.known[RunId("run-login")]
    order = replace(seen.order, is_auto=True)
    morning.runs.known[order.run_id] = replace(seen, order=order)
    async with driven(morning, size=size) as hands:
        assert " A " in line_of(hands, "shoko/kugetsu#14")
        assert "AUTO" in hands.screen_text or size[0] == 40

        hands.table.select(LOGIN)
        await hands.press("enter")
        await hands.until(lambda: re.search("AUTO .*kugetsu#14", hands.screen_text))


async def test_the_age_is_that_of_the_state(morning: Scene) -> None:
    async with driven(morning) as hands:
        assert "14m" in line_of(hands, "shoko/kugetsu#17")

        morning.clock.pass_by(minutes=3)

        await hands.until(lambda: "17m" in line_of(hands, "shoko/kugetsu#17"))


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20), (40, 18), (200, 50)])
async def test_every_row_fits_at_any_size(morning: Scene, size: tuple[int, int]) -> None:
    async with driven(morning, size=size) as hands:
        drawn = hands.text_of(hands.table).splitlines()[1 : 1 + len(hands.table.rows)]
        for line, row in zip(drawn, hands.table.rows, strict=False):
            assert len(line) == hands.table.region.width
            assert row.label.partition("/")[2] in line
            assert row.since is None or re.search(r" (now|\d+[smhd]) *\S?$", line)


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (20, 5), (5, 2)])
async def test_where_there_is_no_room_that_is_said_and_keys_do_nothing(
    morning: Scene, size: tuple[int, int]
) -> None:
    async with driven(morning, size=size) as hands:
        await hands.until(lambda: hands.screen_text.split()[:1] == ["too"])
        await hands.press("s")
        assert hands.app.screen is hands.board

        await hands.pilot.resize_terminal(80, 24)
        await hands.until_shown("Fix the login bug")
        await hands.press("s")
        await hands.until(lambda: hands.app.screen is not hands.board)
        await hands.type("github.com/a/b#1")

        await hands.pilot.resize_terminal(*size)
        await hands.until(lambda: hands.screen_text.split()[:1] == ["too"])
        await hands.pilot.resize_terminal(80, 24)
        await hands.until_shown("github.com/a/b#1")


async def test_it_can_be_left_where_there_is_no_room(morning: Scene) -> None:
    async with driven(morning, size=(20, 5)) as hands:
        await hands.press("q")

        await hands.until(lambda: not hands.app.is_running or hands.app._exit)


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ("j", 1),
        ("down down k", 1),
        ("G", 7),
        ("end g", 0),
        ("pagedown", 7),
        ("G home", 0),
        ("G pageup", 0),
        ("up", 0),
    ],
)
async def test_keys_move_the_selection(morning: Scene, keys: str, place: int) -> None:
    async with driven(morning) as hands:
        await hands.press(*keys.split())

        assert hands.table.cursor == place


async def test_a_list_longer_than_the_screen_scrolls_with_the_selection() -> None:
    async with driven(scenes.thousands(300), size=(80, 24)) as hands:
        await hands.press("G")

        assert "#300" in hands.text_of(hands.table)
        assert "(base)" not in hands.text_of(hands.table)


async def test_the_selection_stays_with_its_issue(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(DOCS)

        with morning.store.edit() as draft:
            draft.remove(LOGIN)
        await hands.until(lambda: LOGIN not in hands.labels)

        assert hands.selected == DOCS


async def test_where_the_selected_issue_goes_the_next_one_is_selected(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        after = hands.labels[hands.labels.index(LOGIN) + 1]

        with morning.store.edit() as draft:
            draft.remove(LOGIN)
        await hands.until(lambda: LOGIN not in hands.labels)

        assert hands.selected == after


async def test_what_another_terminal_does_appears(morning: Scene) -> None:
    async with driven(morning) as hands:
        morning.issue("github.com/shoko/kugetsu#99", "From elsewhere")

        await hands.until_shown("From elsewhere")


async def test_enter_gives_the_session_the_screen_and_escape_takes_it_back(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("j", "enter")

        assert not hands.table.region
        assert "esc back" in hands.keys

        await hands.press("escape")

        assert hands.table.has_focus
        assert hands.table.region


async def test_where_the_session_that_is_read_goes_the_board_is_there_again(
    morning: Scene,
) -> None:
    async with driven(morning, size=(80, 24)) as hands:
        hands.table.select(DOCS)
        await hands.press("enter")
        assert not hands.table.is_on_screen
        with morning.store.edit() as draft:
            draft.remove(DOCS)

        await hands.until(lambda: hands.table.is_on_screen)
        assert DOCS not in hands.labels


async def test_tab_goes_to_the_other_pane_and_back(morning: Scene) -> None:
    async with driven(morning) as hands:
        await hands.press("tab")
        assert not hands.table.has_focus

        await hands.press("tab")
        assert hands.table.has_focus


@pytest.mark.parametrize("section", [Section.OUTPUT, Section.TRANSCRIPT])
async def test_escape_leads_from_beside_the_rows_back_to_them_first(
    morning: Scene, section: Section
) -> None:
    async with driven(morning) as hands:
        hands.board.select(LOGIN)
        await hands.press("space", *["right"] * list(Section).index(section), "tab")
        await hands.until(lambda: "esc back" in hands.keys)
        await hands.press("escape")

        assert hands.table.has_focus
        assert hands.board.stage.marked

        await hands.press("escape")
        await hands.until(lambda: "esc back" not in hands.keys)


async def test_t_goes_through_the_kinds(morning: Scene) -> None:
    child = morning.stray(2, "A part of it (@general subagent)")
    kept = morning.conversations.kept
    master = morning.record(LOGIN).session_id
    kept[child] = replace(kept[child], parent_id=master)
    strays = [name for name in kept if name.startswith("ses_4f") and name != child]
    async with driven(morning) as hands:
        await hands.press("t")
        await hands.until(lambda: hands.labels == ["(base)"])
        assert "only base" in hands.screen_text

        await hands.press("t")
        await hands.until(lambda: hands.labels == strays)
        assert "2 untracked" in hands.screen_text

        await hands.press("t")
        await hands.until(lambda: hands.labels == [child])
        await hands.until_shown("1 of sub-agents")
        assert "untracked" not in hands.screen_text

        await hands.press("t")
        await hands.until(lambda: len(hands.labels) == 11)
        assert hands.labels[hands.labels.index(LOGIN) + 1] == child
        assert "└ " in hands.screen_text

        await hands.press("t")
        await hands.until(lambda: len(hands.labels) == 8)


async def test_only_keys_that_do_something_are_shown(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        await hands.until(lambda: "x stop" in hands.keys)
        assert "c continue" not in hands.keys

        hands.table.select(DOCS)
        await hands.until(lambda: "c continue" in hands.keys)
        assert "x stop" not in hands.keys


async def test_the_way_back_is_shown_where_there_is_one(morning: Scene) -> None:
    async with driven(morning) as hands:
        assert "esc back" not in hands.keys
        await hands.press("space")
        await hands.until(lambda: "esc back" in hands.keys)

        await hands.press("escape")
        await hands.until(lambda: "esc back" not in hands.keys)
        await hands.press("slash", *"docu", "enter")
        await hands.until(lambda: "esc back" in hands.keys)


@pytest.mark.parametrize("key", ["t", "T", "o", "l", "slash"])
async def test_what_changes_the_rows_shows_them(morning: Scene, key: str) -> None:
    async with driven(morning, size=(80, 24)) as hands:
        await hands.press("j", "enter")
        assert not hands.table.is_on_screen

        await hands.press(key)
        await hands.until(lambda: hands.table.is_on_screen)
        assert not hands.board.has_class("-open")


async def test_a_damaged_store_is_told_and_the_last_good_board_stays(morning: Scene) -> None:
    async with driven(morning) as hands:
        morning.store.damage = DamagedError("index: cut off", hint="cp index.json.last index.json")
        morning.store.saves += 1
        await hands.until_shown("index: cut off; cp index.json.last index.json")
        assert LOGIN in hands.labels

        morning.store.damage = None
        morning.store.saves += 1
        await hands.until(lambda: "cut off" not in hands.screen_text)


async def test_a_store_damaged_from_the_start_is_told_in_place() -> None:
    async with driven(scenes.damaged()) as hands:
        await hands.until(lambda: "The store cannot be read" in hands.emptiness)

        assert "index.json: cut off in line 3" in hands.screen_text
        assert hands.keys.startswith(" F5 refresh")
        assert not any(word in hands.keys for word in ("init", "start", "filter", "kind"))

        await hands.press("x")
        await hands.until_told("stop: nothing is selected; press F5 to refresh")


async def test_where_there_is_no_base_refusals_lead_to_init() -> None:
    async with driven(scenes.empty()) as hands:
        await hands.press("x")

        await hands.until_told("stop: nothing is selected; press i to init")


async def test_an_unreadable_database_is_told_and_issues_are_still_there(morning: Scene) -> None:
    morning.conversations.is_readable = False
    async with driven(morning) as hands:
        assert "disk I/O error" in hands.screen_text
        assert LOGIN in hands.labels


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        (scenes.empty, "press  i  to make the base session"),
        (scenes.no_opencode, "press  i  to get it, and begin"),
        (scenes.only_a_base, "press  s  to start the first one"),
    ],
)
async def test_an_empty_board_says_which_key_leads_on(scene: type[Scene], words: str) -> None:
    async with driven(scene()) as hands:
        await hands.until(lambda: words in hands.emptiness)


async def test_a_directory_limits_the_board_until_escape(morning: Scene) -> None:
    kept = morning.conversations.kept
    session_id = morning.record(FLAKY).session_id
    assert session_id is not None
    kept[session_id] = replace(kept[session_id], directory="/srv/deep/down")
    async with driven(morning, scope=Scope(directory="/srv/deep")) as hands:
        assert hands.labels == ["(base)", FLAKY]
        assert "in /srv/deep" in hands.screen_text

        await hands.press("escape")

        assert LOGIN in hands.labels


async def test_a_session_named_at_the_start_is_open(morning: Scene) -> None:
    async with driven(morning, scope=Scope(key=DOCS)) as hands:
        assert hands.selected == DOCS
        assert "esc back" in hands.keys


async def test_the_base_named_at_the_start_is_open(morning: Scene) -> None:
    scope = scope_of(scenes.BASE, ResolveRef.of(morning.world))
    async with driven(morning, scope=scope) as hands:
        assert hands.selected == "(base)"
        assert "esc back" in hands.keys


async def test_a_session_that_there_is_not_is_said_and_sought_no_longer(morning: Scene) -> None:
    async with driven(morning, scope=Scope(key="ses_nope", is_untracked=True)) as hands:
        await hands.until_told("ses_nope: no such session")

        morning.stray(7, "It comes later")
        await hands.until_shown("It comes later")

        assert "esc back" not in hands.keys
        assert hands.toasts.count("no such session") == 1


async def test_what_only_the_session_named_at_the_start_needs_is_not_remembered(
    morning: Scene,
) -> None:
    session_id = morning.stray(7, "Nobody tracks it")
    async with driven(morning, scope=Scope(key=session_id, is_untracked=True)) as hands:
        assert hands.selected == session_id
        await hands.press("escape", "l")
        wanted = View(layout=Layout.REPOSITORIES)
        await hands.until(lambda: morning.notebook.memory.view == wanted)

    assert morning.notebook.memory.view == wanted


async def test_refresh_reads_everything_again(morning: Scene) -> None:
    async with driven(morning) as hands:
        morning.runs.screens.add(SessionId(scenes.BASE))

        await hands.press("f5")

        await hands.until(lambda: "open" in line_of(hands, "(base)"))


async def test_nothing_is_drawn_while_nothing_changes(morning: Scene) -> None:
    async with driven(morning) as hands:
        before = hands.table.rows
        morning.store.saves += 1

        await hands.until(lambda: hands.app._running)
        morning.issue("github.com/shoko/kugetsu#98", "News")
        await hands.until_shown("News")

        assert {id(row) for row in before} <= {id(row) for row in hands.table.rows}


async def test_time_moves_on_without_news(morning: Scene) -> None:
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        await hands.until_shown("running 3m 12s")

        morning.clock.now = NOW + timedelta(seconds=5)

        await hands.until_shown("running 3m 17s")
