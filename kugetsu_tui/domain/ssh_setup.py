"""An SSH server that lets one user in by key: the rules, and whom they would lock out."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Collection, Iterator

from kugetsu_tui.domain.account import Account, Effective
from kugetsu_tui.domain.errors import UsageError
from kugetsu_tui.domain.frozen import frozen
from kugetsu_tui.domain.text import clean_line

_NAME = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
"""What useradd(8) takes everywhere."""
_KINDS = (
    *("ssh-ed25519", "ssh-rsa", "sk-ssh-ed25519@openssh.com"),
    *("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    "sk-ecdsa-sha2-nistp256@openssh.com",
)
_LONGEST_KEY = 16_384
"""Bytes; sshd reads no longer line."""
_DEFAULT_PORT = 22
_PORT = re.compile(r"^\s*port\s*[\s=]\s*\"?(\d{1,5})", re.IGNORECASE | re.MULTILINE)
_BOUND = re.compile(r"^Match User (\S+)$", re.MULTILINE)
_HEADER = "# Written by kugetsu ssh setup, which also rewrites it.\n"
_RULES = {
    "PubkeyAuthentication": "yes",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
}
_NO_ROOT = {"PermitRootLogin": "no"}
_PULSE = {"ClientAliveInterval": "60", "ClientAliveCountMax": "3"}
"""A connection that died without a word is noticed in three minutes, and its screens end."""


@frozen(kw_only=True)
class SshWish:
    """What is asked for, understood."""

    user: str
    keys: tuple[str, ...]
    """Lines of `authorized_keys`."""
    port: int | None
    """None: whatever the server listens on."""
    sudo: bool
    keep_others: bool
    """The rules bind this user alone."""


def account_name(text: str) -> str:
    """Raises `UsageError` where it is no name, or root's."""
    if text == "root" or not _NAME.fullmatch(text):
        raise UsageError(
            f"ssh: {clean_line(text)!r} cannot be the user: a name in lower case, and never root",
            hint="kugetsu ssh setup kugetsu",
        )
    return text


def port_number(number: int) -> int:
    """Raises `UsageError` where it is none."""
    if not 0 < number < 1 << 16:
        raise UsageError(f"ssh: {number} is no port", hint="--port 2222")
    return number


def public_keys(text: str) -> tuple[str, ...]:
    """The keys in a `.pub` file or an `authorized_keys` without options.

    Raises:
        UsageError: there is none, or something else is among them.
    """
    if "PRIVATE KEY" in text:
        raise UsageError(
            "ssh: that is a private key, which never leaves its machine", hint="give the .pub file"
        )
    lines = (line.strip() for line in text.splitlines())
    keys = tuple(line for line in lines if line and not line.startswith("#"))
    for line in keys:
        if complaint := _complaint(line):
            raise UsageError(
                f"ssh: no public key: {complaint}: {clean_line(line, 60)}",
                hint="give a .pub file, as ssh-keygen makes it",
            )
    if not keys:
        raise UsageError("ssh: there is no key in it", hint="give a .pub file")
    return keys


def key_itself(line: str) -> str:
    """The key without its comment, which may differ for one and the same."""
    return " ".join(line.split()[:2])


def _complaint(line: str) -> str:
    kind, _, rest = line.partition(" ")
    if kind not in _KINDS:
        return f"it begins with none of {', '.join(_KINDS[:2])}, …"
    if len(line) > _LONGEST_KEY or not line.isprintable():
        return "it is too long, or holds characters that nobody can read"
    try:
        blob = b64decode(rest.split()[0] if rest.split() else "", validate=True)
    except Base64Error:
        return "its second word is not base64"
    name = len(kind).to_bytes(4, "big") + kind.encode()  # RFC 4253, 6.6
    return "" if blob.startswith(name) and len(blob) > len(name) else "it is not whole"


def ports_in(text: str) -> frozenset[int]:
    """Those that a file of sshd's configuration names."""
    return frozenset(int(number) for number in _PORT.findall(text))


def ports_to_name(
    asked: int | None, *, ours: Collection[int], others: Collection[int], is_serving: bool
) -> tuple[int, ...]:
    """The ports for our file: naming one takes the default away from who relies on it.

    Args:
        asked: the new one.
        ours: those our file names already.
        others: those that other files name; they add up.
        is_serving: somebody may rely on the default.
    """
    if asked is None or asked in others:
        return tuple(sorted(ours))
    kept = {_DEFAULT_PORT} if is_serving and not ours and not others else set[int]()
    return tuple(sorted({asked, *ours, *kept}))


def drop_in(wish: SshWish, ports: Collection[int], *, old: str) -> str:
    """Our file in `sshd_config.d`. `AllowUsers` is not in it: it locks out everybody else.

    Args:
        wish: what is asked for.
        ports: those it names.
        old: the file as it is; users whom it binds alone stay bound.
    """
    lines = [f"Port {port}" for port in ports]
    rules = {**_RULES, **_PULSE}
    if wish.keep_others:
        bound = {wish.user, *(name for names in _BOUND.findall(old) for name in names.split(","))}
        lines += [
            f"Match User {','.join(sorted(bound))}",
            *(f"    {k} {v}" for k, v in rules.items()),
        ]
    else:
        lines += [f"{key} {value}" for key, value in {**rules, **_NO_ROOT}.items()]
    return _HEADER + "".join(f"{line}\n" for line in lines)


def sudo_rule(user: str) -> str:
    """Our file in `sudoers.d`."""
    return f"{_HEADER}{user} ALL=(ALL) NOPASSWD: ALL\n"


def locked_out(accounts: Collection[Account], effective: Effective, *, user: str) -> list[str]:
    """Who may log in now, and could not under rules for the whole server; each with the way in."""
    passwords = "yes" in (
        *effective.get("passwordauthentication", ("yes",)),
        *effective.get("kbdinteractiveauthentication", ("yes",)),
    )
    (root_may, *_) = effective.get("permitrootlogin", ("without-password",))
    found = []
    for account in accounts:
        if account.name == user or not account.can_log_in:
            continue
        by_password = passwords and account.has_password
        if account.uid == 0 and root_may != "no":
            if account.has_keys:
                found.append(f"{account.name} (root, by key)")
            elif by_password and root_may == "yes":
                found.append(f"{account.name} (root, by password)")
        elif account.uid and by_password and not account.has_keys:
            found.append(f"{account.name} (by password)")
    return found


def complaints(effective: Effective, wish: SshWish, account: Account | None) -> Iterator[str]:
    """What the server would do other than is asked for, once our file is in force."""
    wanted = {**_RULES, **({} if wish.keep_others else _NO_ROOT)}
    for key, value in wanted.items():
        (found, *_) = effective.get(key.lower()) or ("unknown",)
        if found != value:
            yield f"{key} would be {found}, not {value}: another file comes first"
    if wish.port is not None and str(wish.port) not in effective.get("port", ()):
        yield f"it would not listen on port {wish.port}"
    allowed = effective.get("allowusers", ())
    if allowed and wish.user not in allowed:
        yield f"its AllowUsers leaves {wish.user} out"
    if wish.user in effective.get("denyusers", ()):
        yield f"its DenyUsers names {wish.user}"
    if groups := effective.get("allowgroups", ()):
        yield f"its AllowGroups lets in {' '.join(groups)} only"
    if account is not None and account.is_locked and "no" in effective.get("usepam", ()):
        yield f"the account is locked, which without PAM bars keys too: usermod -p '*' {wish.user}"
    if not any(".ssh/authorized_keys" in file for file in effective.get("authorizedkeysfile", ())):
        yield "its AuthorizedKeysFile is not .ssh/authorized_keys"
