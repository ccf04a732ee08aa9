from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Event, Thread

import pytest

from kugetsu_tui.domain.errors import CannotSaveError, EnvironmentUnfitError, ExitCode
from kugetsu_tui.opencode import install
from kugetsu_tui.opencode.find import PACKAGED, own_folder
from kugetsu_tui.opencode.install import VERSION, install_opencode
from tests.opencode.fake_program import write_program

pytestmark = pytest.mark.fast

FOLDER_OF_PREFIX = """
while [ "$1" != --prefix ]; do shift; done
modules="$2/node_modules"
mkdir -p "$modules/opencode-ai/bin" "$modules/opencode-here/bin" "$modules/opencode-there/bin"
program() { printf '#!/bin/sh\\n%s\\n' "$2" > "$1"; chmod +x "$1"; }
program "$modules/opencode-here/bin/opencode" "echo 1.18.33"
program "$modules/opencode-there/bin/opencode" "exit 1"
"""
"""What the real npm leaves: the package without its program, and those for two platforms."""
SET_UP = "cp ../opencode-here/bin/opencode bin/opencode.exe"


class Machine:
    """A machine with an npm and a node of our own making."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data_folder = root / "data"
        self.said: list[str] = []
        self.environment: Mapping[str, str] = {
            "PATH": f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        }
        self.npm(FOLDER_OF_PREFIX)
        self.node(SET_UP)

    def npm(self, script: str) -> None:
        write_program(self.root / "bin" / "npm", f'echo "$@" >> {self.root}/asked\n{script}')

    def node(self, script: str) -> None:
        write_program(self.root / "bin" / "node", script)

    def asked(self) -> list[str]:
        return (self.root / "asked").read_text().splitlines()

    def install(self) -> Path:
        return install_opencode(
            self.data_folder, environment=self.environment, say=self.said.append
        )

    def left(self) -> set[str]:
        return {path.name for path in self.data_folder.iterdir()}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_exactly_one_version_is_installed_without_foreign_scripts(machine: Machine) -> None:
    program = machine.install()

    assert program == own_folder(machine.data_folder) / PACKAGED
    assert os.access(program, os.X_OK)
    (asked,) = machine.asked()
    assert asked.endswith(f"opencode-ai@{VERSION}")
    assert "--ignore-scripts" in asked
    assert "354 MB" in machine.said[0]
    assert machine.left() == {"opencode", "opencode.lock"}


def test_nothing_is_left_in_the_home_of_the_user(machine: Machine) -> None:
    """opencode makes its folders at every start, also when it is only asked for its version."""
    home = machine.root / "home"
    makes_folders = r"mkdir -p \"\${XDG_CONFIG_HOME:-\$HOME/.config}/opencode\"; echo 1.18.33"
    machine.npm(FOLDER_OF_PREFIX.replace("echo 1.18.33", makes_folders))
    machine.environment = {
        **machine.environment,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
    }

    machine.install()

    assert not home.exists()


def test_what_runs_already_is_not_installed_again(machine: Machine) -> None:
    assert machine.install() == machine.install()

    assert len(machine.asked()) == 1


def test_what_does_not_run_is_replaced(machine: Machine) -> None:
    write_program(own_folder(machine.data_folder) / PACKAGED, "exit 1")

    assert machine.install().read_text().endswith("echo 1.18.33\n")


def test_where_the_packages_set_up_fails_the_program_that_runs_here_is_taken(
    machine: Machine,
) -> None:
    machine.node("echo 'no such platform' >&2; exit 1")

    program = machine.install()

    assert program.read_text().endswith("echo 1.18.33\n")
    assert any("no such platform" in line for line in machine.said)


def test_where_nothing_that_npm_brought_runs_nothing_is_installed(machine: Machine) -> None:
    machine.npm(FOLDER_OF_PREFIX.replace("echo 1.18.33", "exit 1"))

    with pytest.raises(EnvironmentUnfitError, match="does not run on this machine"):
        machine.install()
    assert machine.left() == {"opencode.lock"}


NPM_OFFLINE = """
cat >&2 <<'END'
npm warn Unknown user config "nodedir".
npm error code ENOTFOUND
npm error syscall getaddrinfo
npm error errno ENOTFOUND
npm error network request to https://registry.npmjs.org/opencode-ai failed
npm error network This is a problem related to network connectivity.
npm error A complete log of this run can be found in: /home/me/.npm/_logs/x.log
END
exit 1
"""


def test_a_failure_of_npm_is_told_in_its_most_telling_words(machine: Machine) -> None:
    machine.npm(NPM_OFFLINE)

    with pytest.raises(EnvironmentUnfitError) as refusal:
        machine.install()

    assert refusal.value.exit_code == ExitCode.ENVIRONMENT
    assert refusal.value.message == (
        "opencode: npm could not install it:"
        " network request to https://registry.npmjs.org/opencode-ai failed"
    )
    assert refusal.value.hint == f"npm install -g opencode-ai@{VERSION}"
    assert machine.left() == {"opencode.lock"}


def test_a_failure_without_words_is_told_by_its_number(machine: Machine) -> None:
    machine.npm("exit 7")

    with pytest.raises(EnvironmentUnfitError, match="npm could not install it: it ended with 7"):
        machine.install()


def test_without_npm_it_says_so(machine: Machine) -> None:
    machine.environment = {"PATH": str(machine.root / "nowhere")}

    with pytest.raises(EnvironmentUnfitError, match="npm is needed to install it") as refusal:
        machine.install()
    assert refusal.value.hint.startswith("curl ")


def test_a_half_install_of_somebody_who_was_killed_never_counts(machine: Machine) -> None:
    half = machine.data_folder / "opencode.partial"
    write_program(half / PACKAGED, "echo 1.18.33")

    machine.install()

    assert len(machine.asked()) == 1
    assert machine.left() == {"opencode", "opencode.lock"}


def test_a_folder_that_cannot_be_made_is_told(machine: Machine) -> None:
    machine.data_folder.write_text("in the way")

    with pytest.raises(CannotSaveError, match="data: File exists"):
        machine.install()


def test_a_long_installation_says_that_it_goes_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "_TURN", 0.05)
    waited_for = machine.root / "go"
    machine.npm(f"while [ ! -e {waited_for} ]; do sleep 0.02; done\n{FOLDER_OF_PREFIX}")
    told: list[str] = []

    def say(line: str) -> None:
        told.append(line)
        if line.startswith("npm is at it"):
            waited_for.touch()

    install_opencode(machine.data_folder, environment=machine.environment, say=say)

    assert told[1] == "npm is at it: 0 s"


def test_two_never_install_at_once(machine: Machine) -> None:
    machine.data_folder.mkdir()
    waits = Event()

    def say(line: str) -> None:
        machine.said.append(line)
        waits.set()

    second = Thread(
        target=lambda: install_opencode(
            machine.data_folder, environment=machine.environment, say=say
        ),
        daemon=True,
    )
    with (machine.data_folder / "opencode.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second.start()
        assert waits.wait(20)
        assert machine.said == ["another kugetsu is installing opencode: waiting for it"]
        write_program(own_folder(machine.data_folder) / PACKAGED, "echo 1.18.33")
    second.join(20)

    assert not second.is_alive()
    assert not (machine.root / "asked").exists()
