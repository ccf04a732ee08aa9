"""Who is mistaken for us, who reads opencode's database, and what logind does at logout."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from kugetsu_tui.domain.surroundings import Keeper
from kugetsu_tui.machine import logind
from kugetsu_tui.machine.logind import is_cleared, keeper_of, this_login
from kugetsu_tui.machine.surroundings import ThisMachine, is_exposed, namesakes, own_program
from kugetsu_tui.machine.system import System
from tests.journeys.kugetsu import PROGRAM, make_program

pytestmark = pytest.mark.fast


def installed(folder: Path) -> Path:
    folder.mkdir()
    return make_program(folder / "kugetsu", "exit 0")


def on_path(*programs: Path) -> str:
    return os.pathsep.join(str(program.parent) for program in programs)


def test_others_of_our_name_are_told_apart_by_who_is_found_first(tmp_path: Path) -> None:
    ours, first, last = (installed(tmp_path / name) for name in ("ours", "first", "last"))
    link = tmp_path / "bin" / "kugetsu"
    link.parent.mkdir()
    link.symlink_to(ours)

    assert namesakes(on_path(first, link, ours, last, first), ours) == ([first], [last])
    assert namesakes(on_path(link, ours), ours) == ([], [])
    assert namesakes(on_path(first, last), ours) == ([first, last], [])


def test_what_cannot_be_called_is_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, plain = installed(tmp_path / "ours"), installed(tmp_path / "plain")
    plain.chmod(0o644)
    (tmp_path / "folder" / "kugetsu").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    relative = f"plain{os.pathsep}{os.pathsep}{tmp_path / 'folder'}{os.pathsep}{plain.parent}"

    assert namesakes(relative, ours) == ([], [])


def test_a_folder_on_path_that_nobody_may_look_into_is_passed_over(tmp_path: Path) -> None:
    ours, out_of_sight = installed(tmp_path / "ours"), tmp_path / ("n" * 300) / "kugetsu"

    assert namesakes(on_path(out_of_sight, ours), ours) == ([], [])


def test_ours_is_beside_what_was_called_or_beside_python(tmp_path: Path) -> None:
    ours = installed(tmp_path / "ours")

    assert own_program(ours.with_name("kugetsu-tui")) == ours
    assert own_program(tmp_path / "__main__.py") == PROGRAM


def test_version_names_who_is_mistaken_for_us(tmp_path: Path) -> None:
    other = installed(tmp_path / "other")
    environment = {"HOME": str(tmp_path), "PATH": on_path(other, PROGRAM)}

    said = subprocess.run(
        [PROGRAM, "--version"], env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert said.splitlines()[-1] == f"PATH finds another kugetsu first: {other}"


@pytest.mark.parametrize(
    ("folder", "file", "exposed"),
    [(0o711, 0o644, True), (0o700, 0o644, False), (0o755, 0o600, False)],
)
def test_a_database_is_exposed_where_every_folder_above_it_lets_others_through(
    folder: int, file: int, exposed: bool
) -> None:
    with tempfile.TemporaryDirectory() as home:  # pytest's own lets nobody through
        database = Path(home, "opencode.db")
        database.touch()
        database.chmod(file)
        Path(home).chmod(folder)
        assert is_exposed(database) is exposed
        found = ThisMachine({"PATH": ""}, database).surroundings()
        assert found.exposed == (str(database) if exposed else "")
    assert not is_exposed(database)


@pytest.mark.parametrize(
    ("cgroup", "keeper"),
    [
        ("0::/user.slice/user-1000.slice/session-3.scope\n", Keeper.SESSION),
        ("9:pids:/x\n1:name=systemd:/user.slice/user-0.slice/session-c1.scope\n", Keeper.SESSION),
        (
            "0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-u1.scope\n",
            Keeper.USER_MANAGER,
        ),
        ("0::/user.slice/user-1000.slice/user@1000.service\n", Keeper.USER_MANAGER),
        ("0::/system.slice/cron.service\n", None),
        ("0::/\n", None),
    ],
)
def test_who_keeps_a_process_is_read_off_its_unit(cgroup: str, keeper: Keeper | None) -> None:
    assert keeper_of(cgroup) is keeper


@pytest.mark.parametrize(
    ("said", "cleared"),
    [
        (["b true", 'as 1 "root"', "as 0"], True),
        (["b false", 'as 1 "root"', "as 0"], False),
        (["b true", 'as 2 "root" "ann"', "as 0"], False),
        (["b true", "as 0", 'as 1 "bob"'], False),
        (["b true", "as 0", 'as 2 "bob" "ann"'], True),
        ([], False),
    ],
)
def test_whom_logind_clears_away_is_what_its_properties_say(said: list[str], cleared: bool) -> None:
    assert is_cleared(said, "ann") is cleared


@pytest.mark.skipif(Path("/run/systemd/system").is_dir(), reason="systemd runs this machine")
def test_who_lingers_is_not_known_where_nobody_may_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    monkeypatch.setattr(Path, "read_text", lambda _, **__: "0::/user.slice/session-2.scope\n")
    monkeypatch.setattr(System, "run", lambda *_: "b true\nas 0\nas 0\n")
    assert this_login() is not None

    monkeypatch.setattr(logind, "_LINGER", Path("/", "x" * 300))

    assert this_login() is None


def test_a_database_that_is_a_link_to_itself_is_exposed_to_nobody(tmp_path: Path) -> None:
    loop = tmp_path / "opencode.db"
    loop.symlink_to(loop)

    assert not is_exposed(loop)


def test_without_systemd_nobody_ends_anything_at_logout() -> None:
    assert this_login() is None
