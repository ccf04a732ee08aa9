from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import ExitCode, NoOpencodeError
from kugetsu_tui.opencode import find
from kugetsu_tui.opencode.find import PACKAGED, find_opencode, own_folder
from tests.opencode.fake_program import write_program

pytestmark = pytest.mark.fast


@dataclass
class Machine:
    """A machine on which opencode may be anywhere."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)
    configured: str | None = None

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def data_folder(self) -> Path:
        return self.root / "data"

    def find(self) -> Path:
        return find_opencode(
            configured=self.configured,
            environment=self.environment,
            home=self.home,
            data_folder=self.data_folder,
        )


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr(find, "_SHARED", (tmp_path / "shared",))
    return Machine(tmp_path)


def by_setting(machine: Machine) -> Path:
    machine.configured = str(machine.root / "set" / "opencode")
    return Path(machine.configured)


def by_variable(machine: Machine) -> Path:
    machine.environment["KUGETSU_OPENCODE"] = str(machine.root / "named" / "opencode")
    return machine.root / "named" / "opencode"


def on_path(machine: Machine) -> Path:
    out_of_sight = machine.root / ("n" * 300)  # no folder can be called that
    folders = (machine.root / "empty", out_of_sight, machine.root / "bin")
    machine.environment["PATH"] = os.pathsep.join(map(str, folders))
    return machine.root / "bin" / "opencode"


def ours(machine: Machine) -> Path:
    return own_folder(machine.data_folder) / PACKAGED


def by_its_own_script(machine: Machine) -> Path:
    return machine.home / ".opencode" / "bin" / "opencode"


def in_local(machine: Machine) -> Path:
    return machine.home / ".local" / "bin" / "opencode"


def by_bun(machine: Machine) -> Path:
    return machine.home / ".bun" / "bin" / "opencode"


def by_npm_without_root(machine: Machine) -> Path:
    return machine.home / ".npm-global" / "bin" / "opencode"


def by_npms_variable(machine: Machine) -> Path:
    machine.environment["npm_config_prefix"] = str(machine.root / "prefix")
    return machine.root / "prefix" / "bin" / "opencode"


def by_npms_settings(machine: Machine) -> Path:
    machine.home.mkdir(exist_ok=True)
    (machine.home / ".npmrc").write_text("color=false\n prefix = ${HOME}/npm \n")
    return machine.home / "npm" / "bin" / "opencode"


def shared(machine: Machine) -> Path:
    return machine.root / "shared" / "opencode"


PLACES = (
    by_setting,
    by_variable,
    on_path,
    ours,
    by_its_own_script,
    in_local,
    by_bun,
    by_npm_without_root,
    by_npms_variable,
    by_npms_settings,
    shared,
)


@pytest.mark.parametrize("place", PLACES)
def test_it_is_found_wherever_it_was_put(
    machine: Machine, place: Callable[[Machine], Path]
) -> None:
    program = write_program(place(machine))

    assert machine.find() == program


@pytest.mark.parametrize("rank", range(len(PLACES) - 1))
def test_the_earlier_place_outranks_the_later(machine: Machine, rank: int) -> None:
    first, second = (write_program(place(machine)) for place in PLACES[rank : rank + 2])

    assert machine.find() == first != second


def test_where_it_is_missing_the_places_are_named_and_how_to_get_it(machine: Machine) -> None:
    machine.environment["PATH"] = "/usr/games"

    with pytest.raises(NoOpencodeError, match="not found: looked in /usr/games, ") as refusal:
        machine.find()

    assert refusal.value.exit_code == ExitCode.ENVIRONMENT
    assert refusal.value.hint == "npm install -g opencode-ai"
    assert str(machine.home / ".opencode" / "bin") in refusal.value.message


@pytest.mark.parametrize("choose", [by_setting, by_variable])
def test_a_wrong_choice_is_refused_and_nothing_else_is_taken(
    machine: Machine, choose: Callable[[Machine], Path]
) -> None:
    write_program(on_path(machine))
    chosen = choose(machine)
    with pytest.raises(NoOpencodeError, match=f"{chosen}: there is no such file"):
        machine.find()

    write_program(chosen, mode=0o644)
    with pytest.raises(NoOpencodeError, match=f"{chosen}: it is not executable"):
        machine.find()

    chosen.unlink()
    chosen.mkdir()
    with pytest.raises(NoOpencodeError, match=f"{chosen}: that is a folder"):
        machine.find()


def test_a_choice_that_no_file_can_be_called_is_refused_in_words(machine: Machine) -> None:
    machine.configured = "/opt/open\0code"

    with pytest.raises(NoOpencodeError, match="there is no such file"):
        machine.find()


def test_a_choice_says_where_it_was_made(machine: Machine) -> None:
    by_setting(machine)
    with pytest.raises(NoOpencodeError, match=r"the setting opencode\.path names"):
        machine.find()

    machine.configured = None
    by_variable(machine)
    with pytest.raises(NoOpencodeError, match="KUGETSU_OPENCODE names") as refusal:
        machine.find()
    assert refusal.value.hint == "unset KUGETSU_OPENCODE"


def test_a_choice_may_begin_at_home_and_not_just_anywhere(machine: Machine) -> None:
    program = write_program(machine.home / "tools" / "opencode")
    machine.configured = "~/tools/opencode"
    assert machine.find() == program

    machine.configured = "tools/opencode"
    with pytest.raises(NoOpencodeError, match="no absolute path"):
        machine.find()


def test_what_cannot_be_executed_is_passed_over_and_named_only_if_all_fails(
    machine: Machine,
) -> None:
    lame = write_program(on_path(machine), mode=0o644)
    with pytest.raises(NoOpencodeError, match=f"{lame}: it is not executable") as refusal:
        machine.find()
    assert refusal.value.hint == f"chmod +x {lame}"

    program = write_program(in_local(machine))
    assert machine.find() == program


def test_a_folder_of_that_name_is_no_program(machine: Machine) -> None:
    on_path(machine).mkdir(parents=True)

    with pytest.raises(NoOpencodeError, match="not found"):
        machine.find()


def test_the_current_directory_is_never_looked_at(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(machine.root / "opencode")
    monkeypatch.chdir(machine.root)
    machine.environment["PATH"] = f"{os.pathsep}.{os.pathsep}"

    with pytest.raises(NoOpencodeError, match="not found"):
        machine.find()
