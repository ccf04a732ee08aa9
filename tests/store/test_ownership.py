"""Whose the store is."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from kugetsu_tui.domain.errors import EnvironmentUnfitError
from kugetsu_tui.store.ownership import ROOT, require_ours, require_own_place

pytestmark = pytest.mark.fast

ME = os.getuid()
SOMEBODY = 4321


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / ".kugetsu"
    folder.mkdir(parents=True, mode=0o700)
    return folder


def test_a_private_store_of_ours_is_believed(store: Path) -> None:
    require_ours(store, user=ME)


def test_a_store_that_is_not_there_is_nobodys(store: Path) -> None:
    require_ours(store / "missing", user=ME)


def test_a_store_of_somebody_else_is_refused_with_the_way_out(store: Path) -> None:
    with pytest.raises(EnvironmentUnfitError, match=f"belongs to .*this is #{SOMEBODY}") as refusal:
        require_ours(store, user=SOMEBODY)

    assert refusal.value.hint.endswith(f"sudo chown -R {SOMEBODY} {store}")


def test_an_owner_without_a_name_is_quoted_from_the_shell(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pwd, "getpwuid", {}.__getitem__)

    with pytest.raises(EnvironmentUnfitError) as refusal:
        require_ours(store, user=SOMEBODY)

    assert refusal.value.hint.startswith(f"sudo -u '#{ME}' kugetsu …")


@pytest.mark.parametrize("mode", [0o770, 0o720, 0o707])
def test_a_store_that_others_may_write_is_refused_with_the_command_that_mends_it(
    store: Path, mode: int
) -> None:
    store.chmod(mode)

    with pytest.raises(EnvironmentUnfitError, match="others may write") as refusal:
        require_ours(store, user=ME)

    assert os.system(refusal.value.hint) == 0
    require_ours(store, user=ME)


def test_a_link_is_as_good_as_what_it_leads_to(store: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(store)
    require_ours(link, user=ME)

    store.chmod(0o777)
    with pytest.raises(EnvironmentUnfitError):
        require_ours(link, user=ME)


@pytest.fixture
def caller(store: Path, monkeypatch: pytest.MonkeyPatch) -> pwd.struct_passwd:
    """Who calls sudo, with a home and a store."""
    entry = pwd.struct_passwd(("shoko", "x", SOMEBODY, SOMEBODY, "", str(store.parent), "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", {SOMEBODY: entry, ROOT: pwd.getpwuid(0)}.get)
    return entry


@pytest.mark.skipif(ME != ROOT, reason="only root can give a folder away")
def test_root_makes_no_store_in_the_home_of_another(store: Path, caller: pwd.struct_passwd) -> None:
    store.rmdir()
    os.chown(store.parent, SOMEBODY, SOMEBODY)

    with pytest.raises(EnvironmentUnfitError, match="second store, beside shoko's"):
        require_own_place(store, user=ROOT, environment={})


@pytest.mark.skipif(ME != ROOT, reason="root's home belongs to root")
def test_root_makes_no_store_beside_that_of_who_called_sudo(
    store: Path, caller: pwd.struct_passwd, tmp_path: Path
) -> None:
    mine = tmp_path / ".kugetsu"

    with pytest.raises(EnvironmentUnfitError, match="beside shoko's: nothing was made"):
        require_own_place(mine, user=ROOT, environment={"SUDO_UID": str(SOMEBODY)})
    store.rmdir()
    require_own_place(mine, user=ROOT, environment={"SUDO_UID": str(SOMEBODY)})


@pytest.mark.parametrize("number", ["", "0", "-1", "x", "99999999999999999999", "²"])
def test_a_strange_word_of_sudo_names_nobody(tmp_path: Path, number: str) -> None:
    place = Path("/") / "kugetsu-is-not-here"

    require_own_place(place, user=ROOT, environment={"SUDO_UID": number})


def test_others_than_root_make_their_store_where_they_may(tmp_path: Path) -> None:
    require_own_place(tmp_path / ".kugetsu", user=SOMEBODY, environment={})


def test_a_place_that_cannot_be_looked_at_is_left_to_who_opens_it(tmp_path: Path) -> None:
    require_own_place(tmp_path / ("n" * 300) / ".kugetsu", user=ROOT, environment={})
