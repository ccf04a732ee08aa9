"""`ssh setup` on a whole system: real accounts, a real sshd, and a login with the key."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.kugetsu import PROGRAM
from tests.journeys.sshd import HOST, Sshd, free_port, make_key, write_client
from tests.machine.scratch_system import ScratchSystem, scratch_system

pytestmark = [pytest.mark.sshd, pytest.mark.scratch]

CONF = "/etc/ssh/sshd_config.d/00-kugetsu.conf"


@pytest.fixture
def system(tmp_path: Path) -> Iterator[ScratchSystem]:
    with scratch_system(tmp_path / "scratch") as made:
        made.call("sh", "-c", "rm -rf /root/.ssh; rm -f /etc/ssh/ssh_host_*; userdel -r kugetsu")
        yield made


def test_the_plan_is_carried_out_once_and_lets_the_user_in_by_key_alone(
    system: ScratchSystem, tmp_path: Path
) -> None:
    key, port = tmp_path / "key", free_port()
    public = make_key(key).read_text()
    words = ("ssh", "setup", "--port", str(port), "--key", "-")
    # Without PAM, sshd bars accounts that are locked, also to keys.
    system.call("sed", "-i", "s/^UsePAM yes/UsePAM no/", "/etc/ssh/sshd_config")

    planned = system.kugetsu(*words, stdin=public)
    assert (planned.returncode, "nothing was changed" in planned.stdout) == (0, True), planned
    assert system.call("id", "kugetsu").returncode != 0
    assert system.read(CONF) == ""

    applied = system.kugetsu(*words, "--apply", stdin=public)
    assert applied.returncode == 0, applied.stderr
    assert "there is no systemd here" in applied.stderr
    written = system.read(CONF), system.read("/home/kugetsu/.ssh/authorized_keys")
    assert written[1] == public
    modes = "stat -c %U:%a /home/kugetsu/.ssh /home/kugetsu/.ssh/authorized_keys"
    assert system.call(*modes.split()).stdout == "kugetsu:700\nkugetsu:600\n"

    again = system.kugetsu(*words, "--apply", "--json", stdin=public)
    steps = json.loads(again.stdout)["data"]["steps"]
    assert all(step["was_done"] for step in steps), steps
    assert (system.read(CONF), system.read("/home/kugetsu/.ssh/authorized_keys")) == written

    client = client_of(system, tmp_path, port=port, key=key)
    assert login(client, "id -un; echo $HOME").stdout == "kugetsu\n/home/kugetsu\n"
    make_key(tmp_path / "other")
    stranger = client_of(system, tmp_path, port=port, key=tmp_path / "other")
    assert "Permission denied (publickey)" in login(stranger, "id").stderr

    # As after a restart of the container.
    system.call("sh", "-c", "kill $(cat /run/sshd.pid); rm -r /run/sshd*")
    assert login(client, "id").returncode != 0
    restarted = system.kugetsu(*words, "--apply", "--json", stdin=public)
    steps = json.loads(restarted.stdout)["data"]["steps"]
    assert [step["name"] for step in steps if not step["was_done"]] == ["server"]
    client = client_of(system, tmp_path, port=port, key=key)
    assert login(client, "id -un").stdout == "kugetsu\n"


def test_nobody_is_locked_out_of_a_server_that_others_use(
    system: ScratchSystem, tmp_path: Path
) -> None:
    key, port = tmp_path / "key", free_port()
    public = make_key(key).read_text()
    system.call("mkdir", "-p", "-m", "700", "/root/.ssh")
    system.write("/root/.ssh/authorized_keys", public)
    words = ("ssh", "setup", "--apply", "--port", str(port), "--key", "-")

    refused = system.kugetsu(*words, stdin=public)
    assert (refused.returncode, "root (root, by key)" in refused.stderr) == (4, True), refused
    assert system.call("id", "kugetsu").returncode != 0

    applied = system.kugetsu(*words, "--keep-others", stdin=public)
    assert applied.returncode == 0, applied.stderr
    for user in ("kugetsu", "root"):
        client = client_of(system, tmp_path, port=port, key=key, user=user)
        assert login(client, "id -un").stdout == f"{user}\n"


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("sshd_config.d/zz.conf", "Nonsense yes", "Bad configuration option: Nonsense"),
        ("sshd_config.d/zz.conf", "AllowUsers admin", "its AllowUsers leaves kugetsu out"),
        ("sshd_config", "UsePAM yes", "PasswordAuthentication would be yes, not no"),
    ],
)
def test_rules_that_would_not_hold_are_taken_out_again(
    file: str, line: str, complaint: str, system: ScratchSystem, tmp_path: Path
) -> None:
    public = make_key(tmp_path / "key").read_text()
    system.write(f"/etc/ssh/{file}", f"{line}\n")

    for _ in range(2):
        refused = system.kugetsu("ssh", "setup", "--apply", "--key", "-", stdin=public)
        assert (refused.returncode, complaint in refused.stderr) == (5, True), refused
        assert system.read(CONF) == ""
    assert system.call("pgrep", "-x", "sshd").stdout == ""


@pytest.mark.parametrize(("verdict", "status"), [("exit 0", 0), ("echo no >&2; exit 1", 5)])
def test_a_rule_for_sudo_is_in_force_only_where_visudo_accepts_it(
    verdict: str, status: int, system: ScratchSystem, tmp_path: Path
) -> None:
    public = make_key(tmp_path / "key").read_text()
    system.write("/usr/local/sbin/visudo", f"#!/bin/sh\n{verdict}\n")
    system.call("chmod", "755", "/usr/local/sbin/visudo")

    done = system.kugetsu("ssh", "setup", "--sudo", "--apply", "--key", "-", stdin=public)

    assert done.returncode == status, done.stderr
    rules = system.call("sh", "-c", "cd /etc/sudoers.d && stat -c %n:%a:%U kugetsu*").stdout
    assert rules == ("" if status else "kugetsu-kugetsu:440:root\n")


def test_a_system_in_a_folder_is_set_up_and_nothing_is_started(
    system: ScratchSystem, tmp_path: Path
) -> None:
    public = make_key(tmp_path / "key")
    words = ("ssh", "setup", "shoko", "--root", system.root, "--key", public, "--apply")

    applied = system.call_beside(PROGRAM, *words)

    assert applied.returncode == 0, applied.stderr
    assert system.read("/home/shoko/.ssh/authorized_keys") == public.read_text()
    assert "PasswordAuthentication no" in system.read(CONF)
    assert system.call("/usr/sbin/sshd", "-t").returncode == 0
    assert system.call("pgrep", "-x", "sshd").stdout == ""


def client_of(
    system: ScratchSystem, folder: Path, *, port: int, key: Path, user: str = "kugetsu"
) -> Path:
    host_key = folder / "host.pub"
    host_key.write_text(system.read("/etc/ssh/ssh_host_ed25519_key.pub"))
    return write_client(folder, port=port, host_key=host_key, key=key, user=user)


def login(client: Path, line: str) -> subprocess.CompletedProcess[str]:
    argv = Sshd(client).argv(HOST, line)
    return subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
