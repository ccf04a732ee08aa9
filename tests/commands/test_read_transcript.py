"""A transcript as a whole, and as it grows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kugetsu_tui.commands.read_transcript import ReadTranscript
from kugetsu_tui.domain.errors import ConflictError, NotFoundError
from kugetsu_tui.domain.session import SessionId
from kugetsu_tui.domain.transcript import Order, Page, PartKind, Turn
from tests.commands import BASE, FORK, ISSUE, SECOND
from tests.fakes import Stage
from tests.talks import conversation, did, said, turn

pytestmark = pytest.mark.fast


def many(count: int) -> list[Turn]:
    return [turn(number, "user", said(f"u{number}", f"{number}")) for number in range(count)]


def reading(stage: Stage, *steps: Callable[[list[Turn]], None]) -> list[Page]:
    """The pages that come while these things happen, one in each pause."""
    left = list(steps)

    def pause() -> bool:
        if not left:
            return False
        left.pop(0)(stage.transcripts.told.setdefault(FORK, []))
        return True

    return list(ReadTranscript.of(stage.world).follow(FORK, pause))


def numbers(page: Page) -> list[str]:
    return [turn.entries[0].text for turn in page.turns]


def test_all_of_it_is_read_in_order(stage: Stage) -> None:
    stage.transcripts.told[FORK] = many(120)

    told = [turn.entries[0].text for turn in ReadTranscript.of(stage.world)(FORK)]

    assert told == [str(number) for number in range(120)]


def test_the_last_page_comes_first_and_the_earlier_ones_after_it(stage: Stage) -> None:
    stage.transcripts.told[FORK] = many(120)

    pages = reading(stage)

    assert [page.order for page in pages] == [Order.AFRESH, Order.EARLIER, Order.EARLIER]
    assert numbers(pages[0])[-1] == "119"
    assert [text for page in pages[::-1] for text in numbers(page)] == [str(n) for n in range(120)]


def test_what_is_new_comes_without_what_is_not(stage: Stage) -> None:
    stage.transcripts.told[FORK] = many(60)

    pages = reading(
        stage,
        lambda _: None,
        lambda told: told.append(turn(60, "user", said("u60", "new"))),
    )

    assert pages[-1].order is Order.LATER
    assert numbers(pages[-1]) == ["56", "57", "58", "59", "new"]
    assert len(pages) == 3


def test_a_turn_that_grows_comes_again(stage: Stage) -> None:
    stage.transcripts.told[FORK] = many(3)

    def grow(told: list[Turn]) -> None:
        told[-1] = turn(2, "assistant", said("u2", "2 and more"))

    assert numbers(reading(stage, grow)[-1]) == ["0", "1", "2 and more"]


def test_a_first_turn_is_news_too(stage: Stage) -> None:
    pages = reading(stage, lambda told: told.append(many(1)[0]))

    assert [(page.order, len(page.turns)) for page in pages] == [
        (Order.AFRESH, 0),
        (Order.LATER, 1),
    ]


def test_turns_that_were_taken_back_make_it_read_anew(stage: Stage) -> None:
    stage.transcripts.told[FORK] = many(10)

    pages = reading(stage, lambda told: told.__delitem__(slice(4, None)), lambda _: None)

    assert [page.order for page in pages] == [Order.AFRESH, Order.AFRESH]
    assert numbers(pages[-1]) == ["0", "1", "2", "3"]


def test_a_sub_agent_is_told_below_its_caller_and_never_for_ever(stage: Stage) -> None:
    child = SessionId("ses_child")
    stage.transcripts.told[FORK] = list(conversation(child))
    stage.transcripts.told[child] = [
        turn(5, "user", said("c1", "look", PartKind.USER), did("c2", "task", child=FORK))
    ]

    told = list(ReadTranscript.of(stage.world).nested(FORK))

    assert [depth for depth, _ in told] == [0, 0, 1, 0]


def test_a_session_is_found_by_its_issue(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.track(f"{ISSUE}5", None)
    read = ReadTranscript.of(stage.world)

    assert read.session_of("14") == (ISSUE, FORK)
    with pytest.raises(ConflictError):
        read.session_of(f"{ISSUE}5")
    with pytest.raises(NotFoundError):
        read.session_of(SECOND)


def test_a_session_that_opencode_no_longer_has_is_no_empty_transcript(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    del stage.conversations.kept[FORK], stage.conversations.kept[BASE]
    read = ReadTranscript.of(stage.world)

    for ref, helps in (("14", "--replace"), ("base", "kugetsu init --force")):
        with pytest.raises(NotFoundError, match="opencode no longer has") as refusal:
            read.session_of(ref)
        assert helps in refusal.value.hint
