"""What happens to a store: given to the doctor, who names it, and may mend it."""

from __future__ import annotations

from kugetsu_tui.domain.record import BASE_FILE, DamagedRecord
from kugetsu_tui.domain.run import Liveness
from tests.commands import FORK, ISSUE
from tests.fakes import Stage, run_seen


def record_gone(stage: Stage) -> None:
    del stage.store.files[stage.store.stored.issues[ISSUE]]


def record_damaged(stage: Stage) -> None:
    file = stage.store.stored.issues[ISSUE]
    stage.store.files[file] = DamagedRecord(file, "not JSON")


def base_record_damaged(stage: Stage) -> None:
    stage.store.files[BASE_FILE] = DamagedRecord(BASE_FILE, "not JSON")


def session_gone(stage: Stage) -> None:
    del stage.conversations.kept[FORK]


def interrupted(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.GONE))
