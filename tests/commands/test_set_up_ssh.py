"""The plan of an SSH server, and the plan carried out."""

from __future__ import annotations

import pytest

from kugetsu_tui.commands.set_up_ssh import SetUpSsh, SshSetUp
from kugetsu_tui.domain.errors import ConflictError, EnvironmentUnfitError, UsageError, exit_code_of
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.ssh_setup import SshWish
from tests.domain.test_ssh_setup import KEY
from tests.fakes import FakeSshServer, account

pytestmark = pytest.mark.fast

WISH = SshWish(user="kugetsu", keys=(KEY,), port=2222, sudo=False, keep_others=False)


@pytest.fixture
def server() -> FakeSshServer:
    """A machine on which nobody but root has an account."""
    return FakeSshServer(known={"root": account("root", uid=0)}, host_keys=False)


def kept(server: FakeSshServer) -> object:
    return (
        dict(server.known),
        dict(server.keys),
        server.rules,
        dict(server.sudoers),
        server.host_keys,
        server.serving,
    )


def names(outcome: SshSetUp, *, done: bool) -> list[str]:
    return [step.name for step in outcome.steps if step.is_done is done]


def test_the_plan_changes_nothing_and_says_how_to_carry_it_out(server: FakeSshServer) -> None:
    before = kept(server)

    planned = SetUpSsh(server)(WISH, apply=False)

    assert kept(server) == before
    assert names(planned, done=False) == ["account", "keys", "host_keys", "rules", "server"]
    assert "--apply" in planned.report().headline
    assert planned.data()["applied"] is False


def test_carried_out_it_is_so_and_a_second_time_there_is_nothing_to_do(
    server: FakeSshServer,
) -> None:
    SetUpSsh(server)(WISH, apply=True)

    assert server.keys == {"kugetsu": (KEY,)}
    assert "Port 2222" in server.rules
    assert (server.host_keys, server.serving, server.served) == (True, True, 1)
    before = kept(server)
    again = SetUpSsh(server)(WISH, apply=True)
    assert (kept(server), server.served) == (before, 1)
    assert names(again, done=False) == []
    assert SetUpSsh(server)(WISH, apply=False).report().headline == "nothing to do"


def test_keys_that_are_there_stay_and_none_is_there_twice(server: FakeSshServer) -> None:
    server.known["kugetsu"] = account("kugetsu")
    mine = 'restrict,from="10.0.0.1" ssh-ed25519 AAAA other'
    server.keys["kugetsu"] = (mine, f"{KEY} from another desk")

    outcome = SetUpSsh(server)(WISH, apply=True)

    assert server.keys["kugetsu"] == (mine, f"{KEY} from another desk")
    assert "keys" in names(outcome, done=True)


def test_without_a_key_it_says_how_to_give_one(server: FakeSshServer) -> None:
    outcome = SetUpSsh(server)(replace(WISH, keys=()), apply=True)

    assert any("--key FILE.pub" in warning for warning in outcome.warnings)
    assert outcome.report().headline == "kugetsu cannot yet log in over SSH"
    assert not server.keys


def test_sudo_is_given_only_where_it_is_asked_for_and_then_warned_of(
    server: FakeSshServer,
) -> None:
    assert not SetUpSsh(server)(WISH, apply=True).warnings
    assert not server.sudoers

    outcome = SetUpSsh(server)(replace(WISH, sudo=True), apply=True)

    assert "kugetsu ALL=(ALL) NOPASSWD: ALL" in server.sudoers["kugetsu"]
    assert any("run as root" in warning for warning in outcome.warnings)


def test_who_would_be_locked_out_is_named_and_nothing_is_changed(server: FakeSshServer) -> None:
    server.keys["root"] = (KEY,)
    before = kept(server)

    for apply in (False, True):
        with pytest.raises(ConflictError, match=r"root \(root, by key\)") as caught:
            SetUpSsh(server)(WISH, apply=apply)
        assert "--keep-others" in caught.value.hint
        assert not caught.value.changed
        assert kept(server) == before
    assert SetUpSsh(server)(replace(WISH, keep_others=True), apply=True).is_applied


@pytest.mark.parametrize(
    ("key", "values", "complaint"),
    [
        ("passwordauthentication", ["yes"], "PasswordAuthentication would be yes"),
        ("permitrootlogin", ["yes"], "PermitRootLogin would be yes"),
        ("allowusers", ["ann", "bob"], "AllowUsers leaves kugetsu out"),
        ("denyusers", ["kugetsu"], "DenyUsers names kugetsu"),
        ("allowgroups", ["wheel"], "AllowGroups lets in wheel only"),
        ("authorizedkeysfile", ["/etc/keys/%u"], "AuthorizedKeysFile"),
    ],
)
def test_rules_that_do_not_hold_are_taken_out_again_and_nothing_is_started(
    server: FakeSshServer, key: str, values: list[str], complaint: str
) -> None:
    server.others_say[key] = values

    with pytest.raises(EnvironmentUnfitError, match=complaint) as caught:
        SetUpSsh(server)(WISH, apply=True)

    assert exit_code_of(caught.value) == 5
    assert caught.value.changed, "the account is there"
    assert server.rules == ""
    assert server.served == 0


def test_rules_that_another_file_has_undone_since_are_no_longer_so(server: FakeSshServer) -> None:
    SetUpSsh(server)(WISH, apply=True)
    before = kept(server)
    server.others_say["passwordauthentication"] = ["yes"]

    assert "rules" in names(SetUpSsh(server)(WISH, apply=False), done=False)
    with pytest.raises(EnvironmentUnfitError, match="PasswordAuthentication would be yes"):
        SetUpSsh(server)(WISH, apply=True)
    assert kept(server) == before


def test_root_by_another_name_is_refused(server: FakeSshServer) -> None:
    server.known["toor"] = account("toor", uid=0)

    with pytest.raises(UsageError, match="root by another name"):
        SetUpSsh(server)(replace(WISH, user="toor"), apply=True)


def test_a_locked_account_is_barred_where_sshd_asks_no_pam(server: FakeSshServer) -> None:
    server.known["kugetsu"] = account("kugetsu", is_locked=True)
    assert SetUpSsh(server)(WISH, apply=True).is_applied
    server.rules = ""
    server.others_say["usepam"] = ["no"]

    with pytest.raises(EnvironmentUnfitError, match="usermod -p"):
        SetUpSsh(server)(WISH, apply=True)


def test_a_user_without_a_shell_is_refused_before_anything_is_done(server: FakeSshServer) -> None:
    server.known["kugetsu"] = account("kugetsu", shell="/usr/sbin/nologin")
    before = kept(server)

    with pytest.raises(EnvironmentUnfitError, match="no shell"):
        SetUpSsh(server)(WISH, apply=True)

    assert kept(server) == before


def test_a_system_in_a_folder_has_no_server_to_start(server: FakeSshServer) -> None:
    server.is_this_machine = False

    outcome = SetUpSsh(server)(WISH, apply=True)

    assert "server" not in [step.name for step in outcome.steps]
    assert server.served == 0


def test_without_systemd_it_says_what_starts_the_server(server: FakeSshServer) -> None:
    server.manager = ""

    outcome = SetUpSsh(server)(WISH, apply=False)

    assert any("/usr/sbin/sshd" in warning for warning in outcome.warnings)


def test_who_cannot_be_looked_for_and_what_cannot_be_reached_are_told_in_the_plan(
    server: FakeSshServer,
) -> None:
    server.serving = True
    server.out_of_reach = "/root/.local/bin/kugetsu"

    planned = SetUpSsh(server)(WISH, apply=False).warnings
    kept_apart = SetUpSsh(server)(replace(WISH, keep_others=True), apply=False).warnings

    assert any("LDAP" in warning for warning in planned)
    assert any("cannot get to /root/.local/bin/kugetsu" in warning for warning in planned)
    assert not any("LDAP" in warning for warning in kept_apart)
