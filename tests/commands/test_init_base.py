"""Making the base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kugetsu_tui.commands.init_base import InitBase, InitRequest
from kugetsu_tui.commands.list_sessions import ListRequest, ListSessions
from kugetsu_tui.domain.errors import (
    CannotSaveError,
    DamagedError,
    KugetsuError,
    NoOpencodeError,
    NoTerminalError,
)
from kugetsu_tui.domain.moment import spell_moment
from kugetsu_tui.domain.record import Record
from tests.commands import BASE, FORK, ISSUE, REPOSITORY, SECOND
from tests.fakes import NOW, Stage

pytestmark = pytest.mark.fast

NOT_TO_BE_LOOKED_AT = f"/{'x' * 300}"
"""The system refuses even to tell whether it is there, as in a folder of somebody else."""


def base_record(stage: Stage) -> Record:
    record = stage.store.base()
    assert isinstance(record, Record)
    return record


def refused(stage: Stage, request: InitRequest) -> KugetsuError:
    """What the verb is refused with, the index as it was."""
    before = stage.kept()
    with pytest.raises(KugetsuError) as refusal:
        InitBase.of(stage.world)(request)
    assert stage.kept() == before
    return refusal.value


def test_on_a_terminal_the_session_that_the_screen_was_left_with_is_the_base(bare: Stage) -> None:
    bare.converse(BASE, title="Read the README")
    bare.opencode.left_with = BASE

    made = InitBase.of(bare.world)(InitRequest())

    assert bare.opencode.screens == [(None, bare.directory)]
    assert bare.store.index().base == BASE
    record = base_record(bare)
    assert (record.type, record.session_id) == ("base", BASE)
    assert record.directory == str(bare.directory)
    assert record.updated_at == NOW
    assert (made.session_id, made.title) == (BASE, "Read the README")


def test_a_message_is_typed_for_the_user(bare: Stage) -> None:
    bare.converse(BASE)
    bare.opencode.left_with = BASE

    InitBase.of(bare.world)(InitRequest(message="Read the README."))

    assert bare.opencode.typed == [("Read the README.", bare.directory)]
    assert bare.opencode.screens == []
    assert bare.store.index().base == BASE


def test_a_directory_may_be_chosen(bare: Stage) -> None:
    elsewhere = bare.directory / "elsewhere"
    elsewhere.mkdir()
    bare.converse(BASE)
    bare.opencode.left_with = BASE

    InitBase.of(bare.world)(InitRequest(message="go", directory=str(elsewhere)))

    assert bare.opencode.typed == [("go", elsewhere)]


def test_a_session_that_opencode_has_may_be_adopted(bare: Stage) -> None:
    bare.converse(FORK)

    InitBase.of(bare.world)(InitRequest(adopt=FORK))

    assert bare.store.index().base == FORK
    assert bare.opencode.screens == bare.opencode.typed == []


def test_an_adopted_base_is_as_old_as_its_session(bare: Stage) -> None:
    known = bare.converse(FORK)
    bare.clock.pass_by(hours=50)

    InitBase.of(bare.world)(InitRequest(adopt=FORK))

    record = base_record(bare)
    assert record.created_at == spell_moment(known.created_at)
    assert ListSessions.of(bare.world)(ListRequest(since="2d")).board.rows == ()


def test_the_session_of_an_issue_is_not_made_the_base(stage: Stage) -> None:
    stage.track(ISSUE, FORK)

    refusal = refused(stage, InitRequest(adopt=FORK, force=True))

    assert (refusal.exit_code, ISSUE in refusal.message) == (4, True)


def test_by_force_another_takes_its_place_and_the_old_one_is_remembered(stage: Stage) -> None:
    stage.converse(FORK)
    stage.converse(SECOND)
    init = InitBase.of(stage.world)

    init(InitRequest(adopt=FORK, force=True))
    init(InitRequest(adopt=SECOND, force=True))
    init(InitRequest(adopt=SECOND, force=True))

    assert stage.store.index().base == SECOND
    assert base_record(stage).earlier == (BASE, FORK)
    assert BASE in stage.conversations.kept


def test_keys_of_other_programs_stay_in_the_bases_record(stage: Stage) -> None:
    with stage.store.edit() as draft:
        draft.put_base(Record(type="base", session_id=BASE, extra={"pm": "alice"}))
    stage.converse(FORK)

    InitBase.of(stage.world)(InitRequest(adopt=FORK, force=True))

    assert base_record(stage).extra == {"pm": "alice"}


@pytest.mark.parametrize(("remotes", "warnings"), [((), 1), ((REPOSITORY,), 0)])
def test_a_directory_without_a_remote_is_warned_about(
    bare: Stage, remotes: tuple[str, ...], warnings: int
) -> None:
    bare.checkout.remotes = remotes
    bare.converse(FORK)

    assert len(InitBase.of(bare.world)(InitRequest(adopt=FORK)).warnings) == warnings


def nothing(_: Stage) -> None:
    """As it is."""


def no_terminal(stage: Stage) -> None:
    stage.opencode.screen_refusal = NoTerminalError("no terminal")


def unknown_to_the_database(stage: Stage) -> None:
    stage.opencode.left_with = FORK


def disk_full(stage: Stage) -> None:
    stage.converse(BASE)
    stage.opencode.left_with = BASE
    stage.store.refusal = CannotSaveError("No space left on device")


def index_damaged(stage: Stage) -> None:
    stage.store.damage = DamagedError("index.json: not JSON")


@pytest.mark.parametrize(
    ("given", "request_", "exit_code"),
    [
        (nothing, InitRequest(), 1),
        (nothing, InitRequest(message="go"), 1),
        (nothing, InitRequest(message="  "), 2),
        (nothing, InitRequest(adopt="ses_nobody"), 3),
        (nothing, InitRequest(adopt="nonsense"), 3),
        (nothing, InitRequest(adopt=FORK, message="go"), 2),
        (nothing, InitRequest(adopt=FORK, directory="/"), 2),
        (nothing, InitRequest(adopt=FORK, message=""), 2),
        (nothing, InitRequest(directory="/nowhere"), 5),
        (nothing, InitRequest(directory=""), 5),
        (nothing, InitRequest(directory="~nobody-is-called-that"), 5),
        (nothing, InitRequest(directory=NOT_TO_BE_LOOKED_AT), 5),
        (no_terminal, InitRequest(), 5),
        (unknown_to_the_database, InitRequest(message="go"), 3),
        (disk_full, InitRequest(message="go"), 7),
        (index_damaged, InitRequest(), 6),
    ],
)
def test_a_refusal_leaves_the_index_as_it_was(
    bare: Stage, given: Callable[[Stage], None], request_: InitRequest, exit_code: int
) -> None:
    given(bare)

    assert refused(bare, request_).exit_code == exit_code


def test_a_screen_left_without_a_prompt_has_made_no_session(bare: Stage) -> None:
    assert "no session was created" in refused(bare, InitRequest()).message


def test_a_second_base_is_a_conflict_before_anything_opens(stage: Stage) -> None:
    refusal = refused(stage, InitRequest())

    assert refusal.exit_code == 4
    assert "--force" in refusal.hint
    assert stage.opencode.screens == []


@pytest.mark.parametrize("message", ["", "go"])
def test_nothing_is_said_to_be_answered_that_is_refused(bare: Stage, message: str) -> None:
    bare.opencode.refusal = NoOpencodeError("opencode is not installed")
    told: list[str] = []

    with pytest.raises(KugetsuError):
        InitBase.of(bare.world)(InitRequest(message=message), tell=told.append)

    assert told == []


def test_a_base_made_by_somebody_else_meanwhile_is_not_replaced(bare: Stage) -> None:
    bare.opencode.left_with = FORK
    bare.converse(FORK)

    def somebody_makes_one() -> None:
        bare.base(BASE)

    bare.opencode.while_open = somebody_makes_one

    with pytest.raises(KugetsuError) as refusal:
        InitBase.of(bare.world)(InitRequest())

    assert refusal.value.exit_code == 4
    assert bare.store.index().base == BASE


def test_the_home_sign_is_understood(bare: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(bare.directory))
    bare.converse(BASE)
    bare.opencode.left_with = BASE

    InitBase.of(bare.world)(InitRequest(message="go", directory="~"))

    assert bare.opencode.typed == [("go", Path(bare.directory))]
