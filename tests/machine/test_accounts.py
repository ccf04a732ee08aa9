"""Keys of a system's users are read and written as its root, whatever the users left there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kugetsu_tui.domain.account import Account
from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.machine.accounts import accounts, keys_of, put_keys
from kugetsu_tui.machine.system import System

pytestmark = pytest.mark.fast

KEY = "ssh-ed25519 AAAA bob@home"


@pytest.fixture
def system(tmp_path: Path) -> System:
    """One in a folder, of one user; a file there is for root's eyes alone."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "shadow").write_text("bob:$6$secret:1::::::\n")
    uid = os.getuid()
    (tmp_path / "etc" / "passwd").write_text(f"bob:x:{uid}:{uid}::/home/bob:/bin/sh\n")
    (tmp_path / "home" / "bob" / ".ssh").mkdir(parents=True)
    return System(tmp_path)


def bob(system: System) -> Account:
    (found,) = accounts(system)
    return found


def keys(system: System) -> Path:
    return system.path("/home/bob/.ssh/authorized_keys")


def test_keys_are_written_and_read_again(system: System) -> None:
    assert keys_of(system, bob(system)) == ()
    put_keys(system, bob(system), [KEY])

    assert keys_of(system, bob(system)) == (KEY,)
    assert bob(system).has_keys
    assert keys(system).stat().st_mode & 0o777 == 0o600


def test_a_link_to_what_only_root_may_read_is_not_followed(system: System) -> None:
    keys(system).symlink_to(system.path("/etc/shadow"))

    assert not bob(system).has_keys
    with pytest.raises(EnvironmentUnfitError, match="authorized_keys"):
        keys_of(system, bob(system))


def test_a_link_in_the_folders_place_is_not_followed(system: System) -> None:
    folder = keys(system).parent
    folder.rmdir()
    elsewhere = system.path("/root/.ssh")
    elsewhere.mkdir(parents=True)
    (elsewhere / "authorized_keys").write_text(KEY)
    folder.symlink_to(elsewhere)

    assert not bob(system).has_keys
    assert keys_of(system, bob(system)) == ()


def test_a_pipe_holds_nobody_up(system: System) -> None:
    os.mkfifo(keys(system))

    assert not bob(system).has_keys
    with pytest.raises(EnvironmentUnfitError, match="plain file"):
        keys_of(system, bob(system))
