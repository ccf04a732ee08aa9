"""A transcript on the screen: every key of it, and nothing that jumps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from threading import Event

import pytest
from textual.events import Key
from textual.widgets import Input

from kugetsu_tui.domain.board import Row
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Entry, PartKind
from kugetsu_tui.tui.screens import transcript_feed
from kugetsu_tui.tui.screens.readings import Readings
from kugetsu_tui.tui.widgets.detail import Section
from kugetsu_tui.tui.widgets.items import Item
from kugetsu_tui.tui.widgets.one_liners import KeyLine
from kugetsu_tui.tui.widgets.reader import Reader
from kugetsu_tui.tui.widgets.reading_line import ReadingLine
from tests import scenes
from tests.fakes import NOW
from tests.scenes import LOGIN, LOST, Scene
from tests.talks import said, turn
from tests.tui.driving import DEADLINE, Driven, driven


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_feed, "_PAUSE", 0.01)


def session_of(scene: Scene) -> SessionId:
    session_id = scene.record(LOGIN).session_id
    assert session_id is not None
    return session_id


def reader(hands: Driven, section: Section = Section.TRANSCRIPT) -> Reader:
    return hands.inspector.reader_of(section)


def standing(hands: Driven) -> str:
    """The line over what is read."""
    return hands.text_of(hands.inspector.query_one(ReadingLine))


def lines_of(hands: Driven) -> list[str]:
    """What is read, line by line, without the scroll bar."""
    return [line[:-1].rstrip() for line in hands.text_of(reader(hands)).split("\n")]


def cursor_line(hands: Driven) -> str:
    """The text of the line that the cursor is on."""
    read = reader(hands, hands.inspector.section)
    place = read._sight.lines.index(read._sight.cursor)
    return hands.text_of(read).split("\n")[place].strip()


@asynccontextmanager
async def reading(
    scene: Scene, *, size: tuple[int, int] = (120, 36), section: Section = Section.TRANSCRIPT
) -> AsyncIterator[Driven]:
    """The login's session full screen, that section of it read."""
    async with driven(scene, size=size) as hands:
        hands.table.select(LOGIN)
        await hands.until(lambda: hands.inspector.row and hands.inspector.row.key == LOGIN)
        await hands.press(*["right"] * list(Section).index(section), "enter")
        await hands.until(lambda: reader(hands, section)._shelf.items)
        await hands.settle()
        yield hands


def long() -> Scene:
    scene = scenes.busy_morning()
    scene.long_talk(session_of(scene))
    return scene


def say_more(scene: Scene) -> None:
    newest = turn(200, "user", said("new", "the newest", PartKind.USER))
    scene.transcripts.told[session_of(scene)].append(newest)


async def test_it_opens_at_its_end_with_tools_and_thoughts_folded() -> None:
    async with reading(scenes.busy_morning()) as hands:
        shown = hands.text_of(reader(hands))

        assert "▌ fix the login bug" in shown
        assert "▸ bash ls src/login  12 lines" in shown
        assert "thinks Where is the cookie set?" in shown
        assert "file_3.py" not in shown
        assert "step-start" not in shown
        assert "Mended" in shown
        assert "**lax**" not in shown
        assert "following" in standing(hands)


async def test_enter_unfolds_a_tool_call_and_folds_it_again() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("g", "down", "down", "down")
        assert cursor_line(hands).startswith("▸ bash ls")

        await hands.press("enter")
        assert "file_3.py" in hands.text_of(reader(hands))
        assert cursor_line(hands).startswith("▾ bash ls")

        await hands.press("down", "enter")
        assert "file_3.py" not in hands.text_of(reader(hands))


async def test_a_sub_agent_is_read_beneath_its_task() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.type("task look")
        await hands.press("enter", "enter")

        await hands.until_shown("▌   Look for other cookies.")
        assert "There are none." in hands.text_of(reader(hands))
        await hands.press("enter")
        assert "There are none." not in hands.text_of(reader(hands))


async def test_enter_where_nothing_folds_gives_the_whole_screen() -> None:
    async with driven(scenes.busy_morning()) as hands:
        hands.table.select(LOGIN)
        await hands.press("right")
        await hands.until(lambda: reader(hands)._shelf.items)
        await hands.press("tab", "g", "enter")

        await hands.until(lambda: hands.board.has_class("-open"))


async def test_a_diff_is_coloured_and_never_wrapped() -> None:
    async with reading(scenes.busy_morning(), size=(66, 36)) as hands:
        await hands.press("g", "slash")
        await hands.type("strict")
        await hands.press("enter")
        shown = lines_of(hands)
        place = next(i for i, line in enumerate(shown) if "▾ edit" in line)
        assert [line[4:6] for line in shown[place + 1 : place + 8]] == [
            "--", "++", "@@", " d", "- ", "+ ", "  "
        ]  # fmt: skip
        assert not any("secure=True" in line for line in shown)

        await hands.press("l", "l", "l")
        assert "secure=True)" in hands.text_of(reader(hands))
        assert lines_of(hands)[place] == shown[place], "what is not wide stays"
        await hands.press("h", "h", "h", "h")
        assert lines_of(hands) == shown


async def test_search_finds_in_what_is_folded_counts_and_goes_round() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("g", "slash")
        await hands.type("FILE_1")
        await hands.until(lambda: "1/3" in standing(hands))
        await hands.press("enter")
        assert not isinstance(hands.app.focused, Input)
        assert cursor_line(hands) == "src/login/file_1.py"

        await hands.press("n", "n")
        assert "3/3" in standing(hands)
        assert cursor_line(hands) == "src/login/file_11.py"
        await hands.press("n")
        assert "1/3" in standing(hands)
        await hands.press("N")
        assert cursor_line(hands) == "src/login/file_11.py"


async def test_what_is_pressed_right_behind_words_that_are_sought_is_for_what_is_read() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("g")
        for key in ("slash", *"file", "enter", "n", "n"):
            hands.app.post_message(Key(key, key if len(key) == 1 else None))

        await hands.until(lambda: "3/" in standing(hands))
        assert reader(hands).quest.words == "file"


async def test_search_without_a_find_says_so_and_escape_forgets_it() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("slash")
        await hands.type("nonsense")
        await hands.until(lambda: "not found" in standing(hands))
        await hands.press("enter")
        await hands.until(lambda: "unfold" in hands.keys or "follow" in hands.keys)
        assert "next match" not in hands.keys
        await hands.press("slash", "n", "escape")

        assert "not found" not in standing(hands)
        assert hands.board.has_class("-open")
        await hands.press("n", "N")
        assert reader(hands).has_focus


async def test_u_goes_from_one_of_your_messages_to_the_next() -> None:
    async with reading(long()) as hands:
        await hands.press("u")
        assert cursor_line(hands) == "▌ Question number 118?"
        await hands.press("u", "u")
        assert cursor_line(hands) == "▌ Question number 114?"
        await hands.press("U")
        assert cursor_line(hands) == "▌ Question number 116?"

        await hands.press("G", "U")
        assert "answer_119" in hands.text_of(reader(hands))
        await hands.press("g", "u")
        assert cursor_line(hands) == "▌ Question number 0?"


async def test_a_turn_folds_to_its_message_and_enter_unfolds_it() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("g", "down", "down", "z")

        assert lines_of(hands)[0] == "▸ fix the login bug, and add a test for it  6 parts"
        assert "bash" not in hands.text_of(reader(hands))
        assert cursor_line(hands).startswith("▸ fix")
        await hands.press("enter")
        assert any("bash ls src/login" in line for line in lines_of(hands))
        await hands.press("z", "z")
        assert any("bash ls src/login" in line for line in lines_of(hands))


async def test_all_turns_fold_and_unfold_and_the_cursor_stays_in_its_turn() -> None:
    async with reading(long()) as hands:
        await hands.press("g", "U", "U", "down", "Z")

        assert lines_of(hands)[:3] == [f"▸ Question number {n}?  1 part" for n in (0, 2, 4)]
        assert cursor_line(hands) == "▸ Question number 4?  1 part"
        await hands.press("Z")
        assert "▸" not in hands.text_of(reader(hands))
        assert cursor_line(hands) == "▌ Question number 4?"


async def test_search_unfolds_the_turn_that_it_leads_into() -> None:
    async with reading(long()) as hands:
        await hands.press("Z", "g", "slash")
        await hands.type("number 3")
        await hands.press("enter")

        assert "1/" in standing(hands)
        folded = [line for line in lines_of(hands) if line.startswith("▸")]
        assert "▸ Question number 0?  1 part" in folded
        assert "▸ Question number 2?  1 part" not in folded


_SAID = {PartKind.USER, PartKind.ANSWER, PartKind.THINKING}


@pytest.mark.parametrize(("key", "kind"), list(zip("234567890", PartKind, strict=True)), ids=str)
async def test_each_number_shows_one_part(key: str, kind: PartKind) -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press(key)
        blocks = reader(hands)._pages.blocks
        shown = {block.item.kind for block in blocks}
        assert shown <= {kind} or (kind is PartKind.TOOL and not shown & _SAID)

        await hands.press(key)
        assert "Mended" in hands.text_of(reader(hands)), "the last one off is all on"


async def test_where_there_is_none_of_the_parts_that_is_said() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("9")

        await hands.until_shown("None of these parts is in it.")


async def test_a_diff_has_no_parts_to_leave_out_and_help_names_none() -> None:
    async with reading(scenes.busy_morning(), section=Section.CHANGES) as hands:
        before = hands.text_of(reader(hands, Section.CHANGES))
        await hands.press("2", "5", "z")
        assert hands.text_of(reader(hands, Section.CHANGES)) == before

        await hands.press("question_mark")
        await hands.until_shown("keys: reading")
        await hands.press("slash")
        await hands.type("show only")
        await hands.until_shown("nothing holds all these words")


async def test_a_click_on_the_mark_unfolds_at_once_and_one_on_the_line_goes_there() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("g")
        row = next(n for n, line in enumerate(lines_of(hands)) if "▸ bash ls" in line)
        await hands.pilot.click(reader(hands), offset=(8, row))
        assert cursor_line(hands).startswith("▸ bash ls")

        await hands.press("g")
        await hands.pilot.click(reader(hands), offset=(0, row))
        await hands.until(lambda: cursor_line(hands).startswith("▾ bash ls"))


async def test_keys_of_what_is_read_can_be_clicked() -> None:
    async with reading(scenes.busy_morning()) as hands:
        line = hands.board.query_one(KeyLine)
        await hands.pilot.click(line, offset=(hands.keys.index("search"), 0))

        await hands.until(lambda: isinstance(hands.board.focused, Input))


async def test_a_long_reason_is_read_whole_however_narrow_it_is() -> None:
    scene = scenes.busy_morning()
    reason = "the provider refused: 401 and many words of why that is so, with a way out at the end"
    failed = Entry(id="e", kind=PartKind.ANSWER, at=NOW, title=reason, status="error")
    scene.transcripts.told[session_of(scene)] = [turn(1, "assistant", failed)]
    async with reading(scene, size=(40, 16)) as hands:
        shown = " ".join(hands.text_of(reader(hands)).split())

        assert reason in shown


async def test_parts_add_up_one_is_all_and_one_again_shows_bookkeeping() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("2", "7")
        shown = hands.text_of(reader(hands))
        assert "login bug" in shown
        assert "pytest" in shown
        assert "Mended" not in shown

        await hands.press("1")
        assert "Mended" in hands.text_of(reader(hands))
        await hands.press("1", "g")
        assert "step-start" in hands.text_of(reader(hands))
        await hands.press("1")
        assert "step-start" not in hands.text_of(reader(hands))


async def test_what_is_new_is_followed_at_the_end() -> None:
    scene = long()
    async with reading(scene) as hands:
        scene.transcripts.told[session_of(scene)].append(
            turn(200, "user", said("new", "the newest"))
        )

        await hands.until_shown("the newest")
        assert "following" in standing(hands)


async def test_the_end_is_followed_through_a_storm_of_sizes() -> None:
    async with reading(long(), size=(80, 24)) as hands:
        for columns, rows in ((20, 5), (200, 50), (40, 12), (1, 1), (60, 70), (120, 36)):
            await hands.pilot.resize_terminal(columns, rows)
            await hands.settle()

        assert "following" in standing(hands)
        assert "answer_119" in hands.text_of(reader(hands))


async def test_who_reads_further_up_is_left_alone_and_told_of_news() -> None:
    scene = long()
    async with reading(scene) as hands:
        await hands.press("pageup", "pageup", "k")
        before = lines_of(hands)
        assert "following" not in standing(hands)
        scene.transcripts.told[session_of(scene)].append(
            turn(200, "user", said("new", "the newest"))
        )

        await hands.until(lambda: "new below" in standing(hands))
        assert lines_of(hands) == before

        await hands.press("f")
        assert "the newest" in hands.text_of(reader(hands))
        assert "new below" not in standing(hands)
        await hands.press("f")
        assert "following" not in standing(hands)


async def test_one_line_is_one_line_however_wrong_the_guess_was() -> None:
    """Up and down through pages that were never drawn: no line is skipped, none comes twice."""
    async with reading(long(), size=(70, 20)) as hands:
        read = reader(hands)
        seen = [read._sight.cursor]
        for _ in range(150):
            read.action_move(-1)
            seen.append(read._sight.cursor)
        back = []
        for _ in range(150):
            back.append(read._sight.cursor)
            read.action_move(1)

        assert back == seen[:0:-1]
        assert read._sight.cursor == read._pages.last


async def test_the_wheel_moves_by_as_many_lines_as_it_says_and_takes_the_cursor_along() -> None:
    async with reading(long(), size=(70, 24)) as hands:
        before = lines_of(hands)
        top = reader(hands).scroll_offset.y
        reader(hands).scroll_to(y=top - 3, animate=False, immediate=True)
        await hands.settle()

        assert lines_of(hands)[3:] == before[:-3]
        assert reader(hands)._sight.cursor in reader(hands)._sight.lines


async def test_a_resize_keeps_the_line_that_is_read() -> None:
    async with reading(long()) as hands:
        await hands.press("u", "u", "u")
        await hands.pilot.resize_terminal(60, 24)
        await hands.until(lambda: reader(hands).region.width < 70)
        await hands.settle()

        assert cursor_line(hands) == "▌ Question number 114?"


async def test_every_size_is_survived_and_the_last_one_is_right() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("g", "down", "down", "down", "enter")
        for size in ((20, 5), (1, 1), (200, 60), (40, 12), (12, 40), (80, 24), (120, 36)):
            await hands.pilot.resize_terminal(*size)
            await hands.press("j", "k")

        await hands.until(lambda: cursor_line(hands).startswith("▾ bash ls"))
        assert "Mended" in hands.text_of(reader(hands))


async def test_only_what_folds_offers_to_be_unfolded() -> None:
    async with reading(scenes.busy_morning()) as hands:
        await hands.press("g")
        assert cursor_line(hands).startswith("▌ fix the login bug")
        await hands.until(lambda: "unfold" not in hands.keys)

        await hands.press("down", "down", "down")
        await hands.until(lambda: "⏎ unfold" in hands.keys)


async def test_where_nothing_is_to_be_read_no_key_of_a_reader_is_offered() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.press("g", "right", "right", "right", "right", "enter")
        await hands.until_shown("No run of it is kept here.")
        await hands.until(lambda: "esc back" in hands.keys)

        for key in ("unfold", "search", "sideways"):
            assert key not in hands.keys


async def test_keys_of_what_arrives_later_are_offered_as_soon_as_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    items, may_arrive = Readings.items, Event()

    def late(readings: Readings, section: Section, row: Row) -> Sequence[Item]:
        may_arrive.wait(DEADLINE)
        return items(readings, section, row)

    monkeypatch.setattr(Readings, "items", late)
    async with driven(scenes.busy_morning()) as hands:
        hands.table.select(LOGIN)
        await hands.press("right", "right", "enter")
        await hands.until(lambda: "esc back" in hands.keys)
        assert "unfold" not in hands.keys

        may_arrive.set()

        await hands.until(lambda: "⏎ unfold" in hands.keys)


async def test_keys_are_harmless_where_nothing_was_said() -> None:
    scene = scenes.busy_morning()
    scene.transcripts.told.clear()
    async with driven(scene) as hands:
        hands.table.select(LOGIN)
        await hands.press("right", "tab")
        await hands.until_shown("Nothing has been said yet.")
        for key in "gGjknNuUfhl1234567890":
            await hands.press(key)
        await hands.press("pageup", "pagedown", "slash")
        await hands.type("x")
        await hands.press("enter", "n")

        assert "Nothing has been said yet." in hands.screen_text


async def test_another_session_is_read_from_its_end() -> None:
    scene = long()
    async with reading(scene) as hands:
        await hands.press("g", "escape")
        hands.table.select(LOST)
        await hands.until_shown("Nothing has been said yet.")

        hands.table.select(LOGIN)
        await hands.until_shown("answer_119")


async def test_changes_are_files_with_their_diffs_and_what_git_says() -> None:
    scene = scenes.busy_morning()
    scene.checkout.uncommitted = "diff --git a/x b/x\n+of git\n"
    async with reading(scene, section=Section.CHANGES) as hands:
        shown = hands.screen_text
        assert "▸ modified +4 -1  src/login/session.py" in shown
        assert "▸ uncommitted in git" in shown

        await hands.press("enter")
        assert "@@ -41,3 +41,3 @@" in hands.screen_text
        await hands.press("G", "enter")
        assert "+of git" in hands.screen_text


async def test_runs_are_a_line_each_with_their_journal_beneath() -> None:
    scene = scenes.busy_morning()
    async with reading(scene, section=Section.RUNS) as hands:
        assert "continue " in cursor_line(hands)
        assert "at work" in cursor_line(hands)

        await hands.press("enter")
        await hands.until_shown("✗ bash pytest tests/login -q")
        assert "fix the login bug, and add a test for it" in hands.screen_text


async def test_markup_and_escapes_in_a_transcript_are_only_text() -> None:
    scene = scenes.busy_morning()
    evil = "&#x202e;[@click=app.quit]x[/] \x1b]52;c;YQ==\x07 [/nope]\n\n```\n\x9b31m\n```"
    scene.transcripts.told[session_of(scene)] = [turn(1, "assistant", said("e", evil))]
    async with reading(scene) as hands:
        shown = hands.screen_text

        assert "[@click=app.quit]x[/] ␛]52;c;YQ==␇ [/nope]" in shown
        assert not {"\u202e", "\x9b", "\x1b", "\x07"} & set(shown)
