"""The rules of an SSH server: what is a key, which ports stay open, who is locked out."""

from __future__ import annotations

import pytest

from kugetsu_tui.domain.account import Account
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import replace
from kugetsu_tui.domain.ssh_setup import (
    SshWish,
    account_name,
    drop_in,
    locked_out,
    port_number,
    ports_in,
    ports_to_name,
    public_keys,
)
from tests.fakes import account

pytestmark = pytest.mark.fast

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDkXy1sYQrGqQnGf0u3Hn0N9b8yJb3H1l0W7m1pV5f2Q shoko@desk"
WISH = SshWish(user="kugetsu", keys=(), port=None, sudo=False, keep_others=False)


def test_keys_are_taken_as_they_are_without_comments_between_them() -> None:
    assert public_keys(f"# mine\n\n  {KEY}\r\n{KEY} again\n") == (KEY, f"{KEY} again")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no key"),
        ("# only words\n", "no key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", "private key"),
        ("hello", "begins with none of"),
        ("ssh-ed25519", "not whole"),
        ("ssh-ed25519 ???", "base64"),
        ("ssh-ed25519 AAAA", "not whole"),
        (KEY.replace("ssh-ed25519", "ssh-rsa", 1), "not whole"),
        (f'command="rm -rf /" {KEY}', "begins with none of"),
        (f"{KEY} \x1b[31mred", "nobody can read"),
        (f"{KEY}\n{KEY} {'x' * 20_000}", "too long"),
    ],
)
def test_what_is_no_public_key_is_refused_with_all_that_came_with_it(
    text: str, complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        public_keys(text)


@pytest.mark.parametrize("name", ["root", "", "Shoko", "a b", "-rf", "x" * 33, "a:b", "ä", "../x"])
def test_a_name_that_is_none_and_root_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        account_name(name)


@pytest.mark.parametrize("number", [0, -1, 65_536])
def test_a_port_that_is_none_is_refused(number: int) -> None:
    with pytest.raises(UsageError):
        port_number(number)


@pytest.mark.parametrize(
    ("asked", "ours", "others", "is_serving", "named"),
    [
        (None, (), (), True, ()),
        (2222, (), (), False, (2222,)),
        (2222, (), (), True, (22, 2222)),
        (2222, (), (22,), True, (2222,)),
        (2222, (), (2222,), True, ()),
        (2222, (2222,), (), True, (2222,)),
        (2222, (22, 2222), (), True, (22, 2222)),
        (None, (2222,), (), True, (2222,)),
        (2223, (2222,), (), True, (2222, 2223)),
    ],
)
def test_a_new_port_takes_none_away_from_who_relies_on_it(
    asked: int | None,
    ours: tuple[int, ...],
    others: tuple[int, ...],
    is_serving: bool,
    named: tuple[int, ...],
) -> None:
    assert ports_to_name(asked, ours=ours, others=others, is_serving=is_serving) == named


def test_ports_are_found_however_they_are_spelled() -> None:
    text = 'Port 22\n  port=2222\n#Port 1\nGatewayPorts yes\nPORT  "8022"\n'

    assert ports_in(text) == {22, 2222, 8022}


def test_the_rules_hold_for_everybody_or_for_the_user_alone() -> None:
    whole = drop_in(WISH, (2222,), old="")
    alone = drop_in(replace(WISH, keep_others=True), (2222,), old="")

    assert "PermitRootLogin no" in whole
    assert "Match" not in whole
    before, _, after = alone.partition("Match User kugetsu\n")
    assert before.splitlines()[1:] == ["Port 2222"], "a port cannot stand in a block"
    assert "PasswordAuthentication no" in after
    assert "PermitRootLogin" not in alone
    assert "AllowUsers" not in whole + alone


def test_a_second_user_is_bound_beside_the_first() -> None:
    first = drop_in(replace(WISH, keep_others=True), (), old="")
    both = drop_in(replace(WISH, user="ann", keep_others=True), (), old=first)

    assert "Match User ann,kugetsu\n" in both
    assert drop_in(replace(WISH, keep_others=True), (), old=both) == both


ROOT = account("root", uid=0)


@pytest.mark.parametrize(
    ("known", "effective", "losers"),
    [
        ([ROOT], {}, 0),
        ([replace(ROOT, has_keys=True)], {}, 1),
        ([replace(ROOT, has_keys=True)], {"permitrootlogin": ["no"]}, 0),
        ([replace(ROOT, has_password=True)], {}, 0),
        ([replace(ROOT, has_password=True)], {"permitrootlogin": ["yes"]}, 1),
        ([account("ann", has_password=True)], {}, 1),
        ([account("ann", has_password=True, has_keys=True)], {}, 0),
        ([account("ann", has_password=True, shell="/usr/sbin/nologin")], {}, 0),
        ([account("kugetsu", has_password=True)], {}, 0),
        (
            [account("ann", has_password=True)],
            {"passwordauthentication": ["no"], "kbdinteractiveauthentication": ["no"]},
            0,
        ),
        (
            [account("ann", has_password=True)],
            {"passwordauthentication": ["no"], "kbdinteractiveauthentication": ["yes"]},
            1,
        ),
    ],
)
def test_whoever_has_a_way_in_that_would_be_closed_is_locked_out(
    known: list[Account], effective: dict[str, list[str]], losers: int
) -> None:
    assert len(locked_out(known, effective, user="kugetsu")) == losers
