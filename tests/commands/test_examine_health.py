"""The doctor: every mismatch named with its repair, nothing touched."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kugetsu_tui.commands.examine_health import ExamineHealth
from kugetsu_tui.domain.errors import DamagedError, NoOpencodeError, exit_code_of
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.run import Liveness, RunEnd, RunOutcome
from kugetsu_tui.domain.server import ServerSeen
from kugetsu_tui.domain.surroundings import Keeper, Login
from tests.asks import permission
from tests.commands import BASE, FORK, ISSUE, OTHER, SECOND
from tests.commands.mishaps import (
    base_record_damaged,
    interrupted,
    record_damaged,
    record_gone,
    session_gone,
)
from tests.fakes import NOW, Stage, run_seen

pytestmark = pytest.mark.fast


@pytest.fixture
def tracked(stage: Stage) -> Stage:
    stage.track(ISSUE, FORK)
    return stage


def healthy(_: Stage) -> None:
    """As it is."""


def orphan(stage: Stage) -> None:
    stage.store.files["lost.json"] = stage.record(ISSUE)
    stage.store.written_at["lost.json"] = stage.clock()
    stage.clock.pass_by(hours=1)


def young_orphan(stage: Stage) -> None:
    stage.store.files["lost.json"] = stage.record(ISSUE)
    stage.store.written_at["lost.json"] = stage.clock()


def session_gone_while_running(stage: Stage) -> None:
    session_gone(stage)
    stage.have_run(ISSUE, run_seen(session_id=FORK))


def session_shared(stage: Stage) -> None:
    stage.track(OTHER, FORK)


def base_shared(stage: Stage) -> None:
    stage.track(OTHER, BASE)


def untracked(stage: Stage) -> None:
    stage.converse(SECOND)


def without_base(stage: Stage) -> None:
    with stage.store.edit() as draft:
        draft.remove_base()
    del stage.conversations.kept[BASE]


def base_gone(stage: Stage) -> None:
    del stage.conversations.kept[BASE]


def interrupted_before_it_was_named(stage: Stage) -> None:
    stage.track(OTHER, None)
    stage.have_run(OTHER, run_seen(liveness=Liveness.GONE))


def unwatched(stage: Stage) -> None:
    stage.have_run(ISSUE, run_seen(session_id=FORK, liveness=Liveness.UNWATCHED))


def unwatched_while_it_asks(stage: Stage) -> None:
    run = run_seen(session_id=FORK, liveness=Liveness.UNWATCHED, asks=(permission(),))
    stage.have_run(ISSUE, run)


UNKEPT = ServerSeen(
    url="http://127.0.0.1:1", version="1.18.33", is_ours=True, pid=4711, at_work=0, is_kept=False
)


def server_unkept(stage: Stage) -> None:
    stage.server.found = UNKEPT


def server_kept(stage: Stage) -> None:
    stage.server.found = replace(UNKEPT, is_kept=True)


def server_unkept_at_work(stage: Stage) -> None:
    stage.server.found = replace(UNKEPT, at_work=1)


def server_unkept_and_silent(stage: Stage) -> None:
    stage.server.found = replace(UNKEPT, version="", at_work=None)


def failed(stage: Stage) -> None:
    end = RunEnd(outcome=RunOutcome.FAILED, at=NOW, reason="unknown model")
    stage.have_run(ISSUE, run_seen(session_id=FORK, end=end))


def index_damaged(stage: Stage) -> None:
    stage.store.damage = DamagedError("index.json: not JSON", hint="cp index.json.last index.json")


def opencode_missing(stage: Stage) -> None:
    stage.opencode.refusal = NoOpencodeError("opencode is not installed", hint="npm install …")


def database_unreadable(stage: Stage) -> None:
    stage.conversations.is_readable = False


def settings_unclear(stage: Stage) -> None:
    stage.settings_file.remarks = ("config.toml: runs.modle: no such setting; it is kept",)


def database_exposed(stage: Stage) -> None:
    stage.machine.found = replace(stage.machine.found, exposed="/home/o k/opencode/opencode.db")


def cleared(stage: Stage) -> None:
    login = Login(keeper=Keeper.SESSION, is_cleared=True, lingers=True)
    stage.machine.found = replace(stage.machine.found, login=login)


def not_lingering(stage: Stage) -> None:
    login = Login(keeper=Keeper.USER_MANAGER, is_cleared=False, lingers=False)
    stage.machine.found = replace(stage.machine.found, login=login)


def session_left_alone(stage: Stage) -> None:
    login = Login(keeper=Keeper.SESSION, is_cleared=False, lingers=False)
    stage.machine.found = replace(stage.machine.found, login=login)


def lingering(stage: Stage) -> None:
    login = Login(keeper=Keeper.USER_MANAGER, is_cleared=True, lingers=True)
    stage.machine.found = replace(stage.machine.found, login=login)


def shadowed(stage: Stage) -> None:
    stage.machine.found = replace(stage.machine.found, ahead=("/opt/seed/kugetsu",))


def shadowing(stage: Stage) -> None:
    stage.machine.found = replace(stage.machine.found, behind=("/opt/seed/kugetsu",))


CALL_OURS = "call this one as /usr/bin/kugetsu, or put its folder first in PATH"
SURVIVE = (
    "loginctl enable-linger, then systemd-run --user --scope kugetsu …;"
    " or KillUserProcesses=no in logind.conf"
)
PROBLEMS = [
    (cleared, "logout_ends_runs", "logout", SURVIVE),
    (not_lingering, "logout_ends_runs", "logout", "loginctl enable-linger"),
    (
        database_exposed,
        "database_exposed",
        "opencode's database",
        "chmod 700 '/home/o k/opencode'",
    ),
    (orphan, "record_orphaned", "lost.json", "kugetsu prune --force"),
    (record_gone, "record_missing", ISSUE, f"kugetsu destroy '{ISSUE}'"),
    (record_damaged, "record_damaged", ISSUE, f"kugetsu destroy '{ISSUE}'"),
    (base_record_damaged, "record_damaged", "(base)", f"kugetsu init --force --adopt {BASE}"),
    (session_gone, "session_missing", ISSUE, f"kugetsu start '{ISSUE}' MESSAGE --replace"),
    (session_shared, "session_shared", OTHER, f"kugetsu destroy '{OTHER}'"),
    (base_shared, "session_shared", OTHER, f"kugetsu destroy '{OTHER}'"),
    (base_gone, "base_missing", "(base)", "kugetsu init --force"),
    (interrupted, "run_interrupted", ISSUE, f"kugetsu continue '{ISSUE}' MESSAGE"),
    (
        interrupted_before_it_was_named,
        "run_interrupted",
        OTHER,
        f"kugetsu start '{OTHER}' MESSAGE",
    ),
    (unwatched, "run_unwatched", ISSUE, f"kugetsu stop '{ISSUE}'"),
    (unwatched_while_it_asks, "run_unwatched", ISSUE, f"kugetsu answer '{ISSUE}'"),
    (server_unkept, "server_unkept", "server", "kugetsu server stop"),
    (server_unkept_and_silent, "server_unkept", "server", "kugetsu server stop --force"),
    (index_damaged, "index_damaged", "index", "cp index.json.last index.json"),
    (opencode_missing, "opencode_unfit", "opencode", "npm install …"),
    (
        database_unreadable,
        "database_unreadable",
        "opencode's database",
        "no state can be told until it can be read",
    ),
    (settings_unclear, "setting_not_understood", "settings", "kugetsu settings"),
]
NOTES = [
    (shadowed, "program_shadowed", "/usr/bin/kugetsu", CALL_OURS),
    (shadowing, "program_shadowed", "/usr/bin/kugetsu", CALL_OURS),
    (
        untracked,
        "sessions_untracked",
        "opencode",
        "kugetsu list --all, then kugetsu adopt REF SESSION",
    ),
    (without_base, "no_base", "(base)", "kugetsu init"),
]


@pytest.mark.parametrize(("given", "kind", "what", "repair"), PROBLEMS)
def test_what_is_wrong_is_named_alone_with_its_repair(
    tracked: Stage, given: Callable[[Stage], None], kind: str, what: str, repair: str
) -> None:
    given(tracked)

    examined = ExamineHealth.of(tracked.world)()

    problems = [finding for finding in examined.findings if finding.is_problem]
    assert [(f.kind, f.what, f.repair) for f in problems] == [(kind, what, repair)]
    assert examined.failure is not None
    assert examined.failure.message == "doctor: 1 problem found"
    assert exit_code_of(examined.failure) == 1
    assert not examined.failure.changed


@pytest.mark.parametrize(("given", "kind", "what", "repair"), NOTES)
def test_what_is_only_good_to_know_is_no_failure(
    tracked: Stage, given: Callable[[Stage], None], kind: str, what: str, repair: str
) -> None:
    given(tracked)

    examined = ExamineHealth.of(tracked.world)()

    assert [(f.kind, f.what, f.repair) for f in examined.findings] == [(kind, what, repair)]
    assert examined.failure is None


@pytest.mark.parametrize(
    "given",
    [
        healthy,
        young_orphan,
        failed,
        session_gone_while_running,
        session_left_alone,
        lingering,
        server_kept,
        server_unkept_at_work,
    ],
)
def test_what_is_as_it_should_be_is_no_finding(
    tracked: Stage, given: Callable[[Stage], None]
) -> None:
    given(tracked)

    examined = ExamineHealth.of(tracked.world)()

    assert examined.findings == ()
    assert examined.failure is None
    assert examined.report().headline == "nothing is wrong; opencode 1.18.33"
    assert examined.data() == {
        "problems": 0,
        "opencode_version": "1.18.33",
        "findings": [],
    }


@pytest.mark.parametrize("given", [given for given, *_ in PROBLEMS + NOTES])
def test_looking_changes_nothing(tracked: Stage, given: Callable[[Stage], None]) -> None:
    given(tracked)
    before = tracked.kept()

    ExamineHealth.of(tracked.world)()

    assert tracked.kept() == before


def test_everything_that_is_wrong_is_told_at_once(tracked: Stage) -> None:
    for given in (session_shared, orphan, opencode_missing, settings_unclear, untracked):
        given(tracked)

    examined = ExamineHealth.of(tracked.world)()

    assert [finding.kind for finding in examined.findings] == [
        "opencode_unfit",
        "session_shared",
        "record_orphaned",
        "sessions_untracked",
        "setting_not_understood",
    ]
    assert examined.failure is not None
    assert examined.failure.message == "doctor: 4 problems found"
    assert examined.data()["problems"] == 4
    words = examined.report().body
    assert words.count("problem: ") == 4
    assert words.count("note: ") == 1
    assert f"problem: {OTHER}: {FORK} is tracked as {ISSUE} too\n  repair: kugetsu destroy" in words
