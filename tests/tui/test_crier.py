"""Somebody who looks elsewhere is told; somebody who sees it is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from textual import events

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunEnd, RunOutcome
from kugetsu_tui.domain.session import RunId
from kugetsu_tui.domain.settings import Notify, Settings
from tests import scenes
from tests.fakes import NOW
from tests.scenes import DOCS, LOGIN, Scene
from tests.tui.driving import Driven, driven

LOGIN_RUN = RunId("run-login")


def scene(notify: Notify = Notify.ON) -> Scene:
    made = scenes.busy_morning()
    made.settings = replace(Settings(), notify=notify, notify_command=("tell-me", "$HOME"))
    return made


async def end_login(
    hands: Driven, morning: Scene, outcome: RunOutcome = RunOutcome.ANSWERED
) -> None:
    """The run on the login issue ends, and the board shows it."""
    known = morning.runs.known
    end = RunEnd(outcome=outcome, at=NOW - timedelta(seconds=1), reason="provider: 500")
    known[LOGIN_RUN] = replace(known[LOGIN_RUN], end=end)
    session_id = morning.record(LOGIN).session_id
    assert session_id is not None
    before = hands.board.roster
    morning.store.saves += 1
    await hands.until(lambda: hands.board.roster is not before)
    await hands.settle()


async def test_a_run_that_ends_while_another_is_selected_is_told_every_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    morning = scene()
    async with driven(morning) as hands:
        rung: list[bool] = []
        monkeypatch.setattr(hands.app, "bell", lambda: rung.append(True))
        hands.table.select(DOCS)
        await end_login(hands, morning, RunOutcome.FAILED)

        await hands.until_told(f"{LOGIN} failed: provider: 500")
        await hands.until(lambda: morning.herald.called)
        ((argv, facts),) = morning.herald.called
        assert argv == ("tell-me", "$HOME")
        assert facts["KUGETSU_NEWS_REF"] == LOGIN
        assert facts["KUGETSU_NEWS_KIND"] == "failed"
        assert facts["KUGETSU_NEWS_WHY"] == "provider: 500"
        assert facts["KUGETSU_NEWS_TITLE"] == "Fix the login bug"
        assert rung == [True]


async def test_a_run_that_is_looked_at_tells_itself() -> None:
    morning = scene()
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        await end_login(hands, morning)

        assert LOGIN not in hands.toasts
        assert not morning.herald.called


async def test_a_terminal_that_lost_the_focus_looks_at_nothing() -> None:
    morning = scene()
    async with driven(morning) as hands:
        hands.table.select(LOGIN)
        hands.app.post_message(events.AppBlur())
        await hands.until(lambda: not hands.app.app_focus)
        await end_login(hands, morning)

        await hands.until(lambda: morning.herald.called)
        assert f"{LOGIN} has answered" in hands.toasts


async def test_quiet_rings_no_bell(monkeypatch: pytest.MonkeyPatch) -> None:
    morning = scene(Notify.QUIET)
    async with driven(morning) as hands:
        monkeypatch.setattr(hands.app, "bell", lambda: pytest.fail("it rang"))
        hands.table.select(DOCS)
        await end_login(hands, morning)

        await hands.until(lambda: morning.herald.called)


async def test_off_tells_nothing() -> None:
    morning = scene(Notify.OFF)
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await end_login(hands, morning)

        assert not hands.toasts
        assert not morning.herald.called


async def test_a_command_that_cannot_be_started_is_told() -> None:
    morning = scene()
    morning.herald.refusal = EnvironmentUnfitError("notify.command: tell-me: No such file")
    async with driven(morning) as hands:
        hands.table.select(DOCS)
        await end_login(hands, morning)

        await hands.until_told("notify.command: tell-me: No such file")
