"""The board, again, at each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from kugetsu_tui.commands.watch_board import UNASKED, WatchBoard
from kugetsu_tui.domain.board import Board
from kugetsu_tui.domain.errors import DamagedError
from kugetsu_tui.domain.run import Liveness
from kugetsu_tui.domain.session import SessionId
from tests.commands import FORK, ISSUE, SECOND
from tests.fakes import Stage, run_seen

pytestmark = pytest.mark.fast


def watch(
    stage: Stage, happenings: Iterable[Callable[[], object]], *, untracked: bool = False
) -> list[str]:
    """What is told while those things happen, one after each look."""
    coming = iter(happenings)

    def pause() -> bool:
        happening = next(coming, None)
        if happening is None:
            return False
        happening()
        return True

    told = WatchBoard.of(stage.world)(pause, untracked=untracked)
    return [
        " ".join(f"{row.label}={row.state}" for row in board)
        if isinstance(board, Board)
        else board.message
        for board in told
    ]


def nothing() -> None:
    """No change."""


def test_the_first_look_tells_the_board_and_no_change_tells_nothing(stage: Stage) -> None:
    assert watch(stage, [nothing] * 3) == ["(base)=idle"]


def test_each_change_is_told_once(stage: Stage) -> None:
    told = watch(
        stage,
        [
            lambda: stage.track(ISSUE, FORK),
            nothing,
            lambda: stage.have_run(ISSUE, run_seen(session_id=FORK)),
            lambda: stage.conversations.kept.pop(SessionId("ses_base")),
        ],
    )

    assert told == [
        "(base)=idle",
        f"(base)=idle {ISSUE}=idle",
        f"(base)=idle {ISSUE}=running",
        f"(base)=missing {ISSUE}=running",
    ]


def test_what_no_file_tells_of_is_seen_before_long(stage: Stage) -> None:
    stage.runs.screens.clear()

    def pass_by() -> None:
        stage.clock.pass_by(seconds=UNASKED)

    told = watch(stage, [lambda: stage.runs.screens.add(SessionId("ses_base")), nothing, pass_by])

    assert told == ["(base)=idle", "(base)=open"]


def test_a_run_that_died_is_told(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen(session_id=FORK))
    dead = run_seen(session_id=FORK, liveness=Liveness.GONE)

    told = watch(stage, [lambda: stage.runs.known.update({dead.order.run_id: dead})])

    assert told[1:] == [f"(base)=idle {ISSUE}=interrupted"]


def test_a_damaged_store_is_news_once_and_its_recovery_too(stage: Stage) -> None:
    def damage() -> None:
        stage.store.damage = DamagedError("index.json: not JSON")
        stage.store.saves += 1

    def mend() -> None:
        stage.store.damage = None
        stage.store.saves += 1

    assert watch(stage, [damage, damage, mend]) == [
        "(base)=idle",
        "index.json: not JSON",
        "(base)=idle",
    ]


def test_untracked_sessions_are_told_on_request(stage: Stage) -> None:
    stage.converse(SECOND)

    assert watch(stage, [], untracked=True) == [f"(base)=idle {SECOND}=unknown"]
