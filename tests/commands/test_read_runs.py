"""Which rows of the board have runs."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.read_board import ReadBoard
from kugetsu_tui.commands.read_runs import ReadRuns
from kugetsu_tui.domain.board import RowKind
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import RunVerb
from kugetsu_tui.domain.session import SessionId
from tests.commands import BASE, FORK, ISSUE, SECOND
from tests.fakes import Stage, run_seen

pytestmark = pytest.mark.fast


def test_only_the_base_and_issues_have_runs(stage: Stage) -> None:
    stage.track(ISSUE, FORK)
    stage.have_run(ISSUE, run_seen("run-7", session_id=FORK))
    of_the_base = run_seen("run-8", verb=RunVerb.RESUME, session_id=BASE)
    stage.runs.known[of_the_base.order.run_id] = of_the_base
    stage.converse(SECOND)
    child = replace(stage.converse(SessionId("ses_child")), parent_id=FORK)
    stage.conversations.kept[child.session_id] = child

    board = ReadBoard.of(stage.world)(untracked=True, children=True)

    read = ReadRuns.of(stage.world)
    assert {row.kind: [run.order.run_id for run in read(row)] for row in board} == {
        RowKind.BASE: ["run-8"],
        RowKind.ISSUE: ["run-7"],
        RowKind.UNTRACKED: [],
        RowKind.CHILD: [],
    }
