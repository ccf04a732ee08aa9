"""The selected session up close: its output as it comes, its messages, its facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from threading import Event

from kugetsu_tui.domain.conversation import Todo
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.run_event import Ended, Journalled, Said, Saying
from kugetsu_tui.domain.session import RunId, SessionId
from kugetsu_tui.tui.widgets.detail import Section, SectionNames
from kugetsu_tui.tui.widgets.text_lines import MOST_LINES, Line, TextLines
from tests import scenes
from tests.fakes import NOW
from tests.scenes import CACHE, DOCS, LOGIN, LOST, Scene
from tests.tui.driving import Driven, driven

RUN = RunId("run-login")


def lines(hands: Driven, section: Section) -> list[str]:
    return [line.text for line in hands.inspector.lines_of(section).lines]


def say(scene: Scene, *texts: str) -> None:
    """Have the run say more."""
    said = [Journalled(NOW, Said(text)) for text in texts]
    scene.runs.journals[RUN] = [*scene.runs.journals[RUN], *said]


async def on_login(hands: Driven) -> None:
    hands.table.select(LOGIN)
    await hands.until(lambda: "· grep SameSite" in lines(hands, Section.OUTPUT))


async def test_the_output_begins_with_what_was_asked() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await on_login(hands)

        assert lines(hands, Section.OUTPUT)[0] == "fix the login bug, and add a test for it"


async def test_what_a_run_says_appears_as_it_says_it() -> None:
    scene = scenes.busy_morning()
    async with driven(scene) as hands:
        await on_login(hands)
        say(scene, "All tests pass.")

        await hands.until_shown("All tests pass.")


async def test_a_block_is_read_while_it_is_written_and_stands_there_once_at_its_end() -> None:
    scene = scenes.busy_morning()
    async with driven(scene) as hands:
        await on_login(hands)
        for piece in ("Now it is ", "all\nin "):
            scene.runs.journals[RUN] = [*scene.runs.journals[RUN], Journalled(NOW, Saying(piece))]
        await hands.until(lambda: lines(hands, Section.OUTPUT)[-2:] == ["Now it is all", "in "])

        say(scene, "Now it is all\nin order.")

        await hands.until(lambda: "in order." in lines(hands, Section.OUTPUT))
        assert lines(hands, Section.OUTPUT).count("Now it is all") == 1
        assert "in " not in lines(hands, Section.OUTPUT)


async def test_the_end_of_a_run_is_told_with_its_reason() -> None:
    scene = scenes.busy_morning()
    async with driven(scene) as hands:
        await on_login(hands)
        end = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="out of credit")
        scene.runs.journals[RUN] = [*scene.runs.journals[RUN], Journalled(NOW, Ended(end))]
        scene.runs.known[RUN] = replace(scene.runs.known[RUN], end=end, liveness=Liveness.GONE)

        await hands.until_shown("■ failed: out of credit")
        await hands.until_shown("✗ failed")


async def test_a_run_that_begins_later_is_followed_too() -> None:
    scene = scenes.busy_morning()
    async with driven(scene) as hands:
        hands.table.select(DOCS)
        await hands.until_shown("Every setting now has a sentence")
        again = replace(scene.runs.known[RUN].order, run_id=RunId("run-again"), issue_ref=DOCS)
        scene.at_work(
            DOCS, replace(scene.runs.known[RUN], order=again), Said("On it again."), asked="more"
        )

        await hands.until_shown("On it again.")


async def test_output_stays_at_its_end_unless_somebody_reads_further_up() -> None:
    scene = scenes.busy_morning()
    async with driven(scene, size=(120, 24)) as hands:
        await on_login(hands)
        await hands.press("tab")
        say(scene, *(f"line {number}" for number in range(60)))
        await hands.until_shown("line 59")

        await hands.press("g")
        say(scene, "the very last")
        await hands.until(lambda: "the very last" in lines(hands, Section.OUTPUT))
        assert "the very last" not in hands.screen_text

        await hands.press("G")
        assert "the very last" in hands.screen_text


async def test_todos_and_facts_are_read_when_they_are_looked_at() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await on_login(hands)
        assert not lines(hands, Section.TODOS)

        await hands.press("left")
        await hands.until(lambda: lines(hands, Section.FACTS))
        told = " ".join(lines(hands, Section.FACTS))
        assert "state      running – its run is at work" in told
        created = datetime.fromisoformat("2026-03-12T09:41:07+00:00").astimezone()
        assert f"created    {created:%Y-%m-%d %H:%M:%S}" in told

        await hands.press("left", "left")
        await hands.until(lambda: "▶ now: set SameSite to Lax" in lines(hands, Section.TODOS))
        assert "✓ find where the cookie is written" in lines(hands, Section.TODOS)

        await hands.press("left", "left", "left")
        assert hands.inspector.section is Section.OUTPUT


async def test_readings_that_do_not_come_to_an_end_hold_no_other_up() -> None:
    scene, is_over = scenes.busy_morning(), Event()
    asked: list[SessionId] = []

    def read(session_id: SessionId) -> Sequence[Todo]:
        asked.append(session_id)
        is_over.wait()
        return ()

    scene.conversations.todos = read  # type: ignore[method-assign]
    try:
        async with driven(scene) as hands:
            await hands.press("right", "right", "right")
            for times in range(1, 10):
                hands.table.select((DOCS, LOGIN)[times % 2])
                await hands.until(lambda: len(asked) == times)  # noqa: B023 - called at once
            await hands.press("left", "left")

            await hands.until_shown("the test follows the redirect")
    finally:
        is_over.set()


async def test_a_section_can_be_clicked() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.pilot.click(SectionNames, offset=(12, 0))

        await hands.until(lambda: hands.inspector.section is Section.TRANSCRIPT)


async def test_a_row_can_be_clicked_and_opened_by_a_second_click() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await hands.pilot.click("SessionTable", offset=(10, 3))
        await hands.until(lambda: hands.table.cursor == 2)

        await hands.pilot.click("SessionTable", offset=(10, 3))
        await hands.until(lambda: "esc back" in hands.keys)


async def test_a_session_without_a_run_says_where_to_look() -> None:
    async with driven(scenes.busy_morning()) as hands:
        hands.table.select(LOST)

        await hands.until_shown("No run of it is kept here.")


async def test_a_run_whose_folder_is_gone_says_so_too() -> None:
    scene = scenes.busy_morning()
    with scene.store.edit() as draft:
        draft.put(LOST, replace(scene.record(LOST), run_id=RunId("run-gone")))
    async with driven(scene) as hands:
        hands.table.select(LOST)

        await hands.until_shown("Nothing of it is written down here")


async def test_an_unreadable_database_is_told_in_place_of_the_transcript() -> None:
    scene = scenes.busy_morning()
    async with driven(scene) as hands:
        hands.table.select(CACHE)
        await hands.until_shown("■ failed: permission rejected")
        scene.conversations.is_readable = False
        await hands.press("right")

        await hands.until_shown("disk I/O")


async def test_lines_wrap_to_the_width_and_wrap_again_when_it_changes() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await on_login(hands)
        output = hands.inspector.lines_of(Section.OUTPUT)
        widths = [len(line) for line in hands.text_of(output).splitlines()]
        assert max(widths) <= output.region.width

        await hands.pilot.resize_terminal(80, 24)

        await hands.until(lambda: output.region.width > max(widths))
        assert "test_redirect_keeps_the_session" in hands.text_of(output)


async def test_only_so_many_lines_are_kept() -> None:
    async with driven(scenes.busy_morning()) as hands:
        await on_login(hands)
        output = hands.inspector.lines_of(Section.OUTPUT)
        output.append(Line(str(number)) for number in range(MOST_LINES + 500))

        assert len(output.lines) == MOST_LINES
        assert output.lines[0].text == "500"
        output.go_to(0)
        await hands.settle()
        assert "… earlier lines are in: kugetsu log" in hands.text_of(output)


async def test_replacing_lines_by_the_same_ones_keeps_the_place() -> None:
    async with driven(scenes.busy_morning()) as hands:
        output = TextLines()
        await hands.inspector.mount(output.set_class(True, "-shown"))
        many = [Line(str(number)) for number in range(200)]
        output.replace(many)
        await hands.settle()
        output.go_to(20)

        output.replace(many)

        assert output.scroll_offset.y == 20


async def test_the_section_that_is_shown_is_named_however_narrow_it_is() -> None:
    async with driven(scenes.busy_morning(), size=(40, 18)) as hands:
        await on_login(hands)
        await hands.press("enter", "left")
        names = hands.board.query_one(SectionNames)
        await hands.until(lambda: "facts" in hands.text_of(names))

        await hands.pilot.click(SectionNames, offset=(hands.text_of(names).index("changes"), 0))
        await hands.until(lambda: hands.inspector.section is Section.CHANGES)
